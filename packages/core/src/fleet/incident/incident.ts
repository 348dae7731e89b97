import type { Mode } from '../../night/governor/mode.ts'
import type { SafeAction } from './safe-action.ts'
import type { CohortEvidence, Detector, IncidentCause } from './signal.ts'

/** Where an incident stands. */
export type IncidentStatus = 'open' | 'acked' | 'mitigating' | 'recovering' | 'closed'

/** Something wrong, from the first sign to the last word. */
export type Incident = {
  readonly id: string
  readonly key: string
  readonly status: IncidentStatus
  readonly detector: Detector
  readonly metric: string
  readonly cause: IncidentCause
  readonly openedMs: number
  /** When it was last seen to go on. */
  readonly signalMs: number
  /** When people were last called for it. */
  readonly pagedMs: number
  readonly evidence: readonly EvidencePoint[]
  readonly signals: number
  readonly cohorts: readonly CohortEvidence[]
  /** The first release that shows it, and how that is known. */
  readonly suspect?: Suspect
  readonly actions: readonly { readonly atMs: number; readonly action: SafeAction }[]
  readonly pieces: readonly Piece[]
  readonly timeline: readonly TimelineEntry[]
  readonly closed?: { readonly as: Closing; readonly words: string; readonly operator: string }
}

/** The evidence at a moment: log of the e-value. */
export type EvidencePoint = { readonly atMs: number; readonly logE: number }

/** A release under suspicion. */
export type Suspect = {
  readonly release: number
  /** The newest release that is known not to show it. */
  readonly lastGood?: number
  readonly by: 'signal' | 'comparison' | 'replay'
}

/** A piece of a sleeper's black box that was asked for. */
export type Piece = {
  readonly device: string
  readonly fromMs: number
  readonly toMs: number
  readonly status: 'asked' | 'granted' | 'declined' | 'came'
  /** SHA-256 of the piece. */
  readonly digest?: string
}

/** How an incident ended. */
export type Closing = 'mended' | 'false-alarm' | 'no-cause-found'

/** One line of the timeline. */
export type TimelineEntry = {
  readonly atMs: number
  readonly what:
    | 'opened'
    | 'acked'
    | 'mitigated'
    | 'recovering'
    | 'again'
    | 'note'
    | 'action'
    | 'piece'
    | 'finding'
    | 'closed'
  /** An operator, or '' for what was done by rule. */
  readonly who: string
  readonly words: string
}

/** All incidents that are open, and the last that were closed. */
export type IncidentBook = {
  readonly incidents: readonly Incident[]
  /** Number of the next incident. */
  readonly next: number
}

/** Who asks for the ceiling. */
export type Concerned = {
  readonly release: number
  readonly district: string
  readonly cohort: string
  readonly device: string
}

/** What of an incident bears upon grants. */
type Bearing = Pick<Incident, 'cause' | 'status' | 'actions'>

/** Whether an incident is about a device. */
function concerns({ cause }: Bearing, who: Concerned): boolean {
  return (
    (cause.release === undefined || cause.release === who.release) &&
    (cause.district === undefined || cause.district === who.district) &&
    (cause.cohort === undefined || cause.cohort === who.cohort) &&
    (cause.device === undefined || cause.device === who.device)
  )
}

/**
 * The highest mode that open incidents leave to a device: natural where an incident asked for it,
 * until it recovers; guidance under any other that acts on grants, and while it recovers; control
 * where nothing concerns it.
 */
export function incidentCeiling(
  book: { readonly incidents: readonly Bearing[] },
  who: Concerned,
): Mode {
  let ceiling: Mode = 'control'
  for (const incident of book.incidents) {
    if (incident.status === 'closed' || !concerns(incident, who)) continue
    const done = incident.actions.map(({ action }) => action.do)
    if (done.includes('natural') && incident.status !== 'recovering') return 'natural'
    if (done.includes('natural') || done.includes('shorten-grants')) ceiling = 'guidance'
  }
  return ceiling
}

/** The shortest life of a grant that open incidents ask for, s; Infinity where none does. */
export function incidentTtlS(
  book: { readonly incidents: readonly Bearing[] },
  who: Concerned,
): number {
  let ttlS = Number.POSITIVE_INFINITY
  for (const incident of book.incidents) {
    if (incident.status === 'closed' || !concerns(incident, who)) continue
    for (const { action } of incident.actions) {
      if (action.do === 'shorten-grants') ttlS = Math.min(ttlS, action.ttlS)
    }
  }
  return ttlS
}

/** An incident with one more line in its timeline. */
export function timed(incident: Incident, entry: TimelineEntry): Incident {
  return { ...incident, timeline: [...incident.timeline, entry] }
}
