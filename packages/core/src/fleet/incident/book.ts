import { kept } from '../rollout/rollout.ts'
import {
  type EvidencePoint,
  type Incident,
  type IncidentBook,
  type Suspect,
  timed,
} from './incident.ts'
import type { IncidentEffect, IncidentInput, IncidentRefusal } from './input.ts'
import { INCIDENT_TTL_S, PLAYBOOK, type SafeAction } from './safe-action.ts'
import { type IncidentSignal, incidentKey } from './signal.ts'
import { PIECE_MS, pieceOf, turn } from './turn.ts'

/** People are called again after so long, until one of them says that he has it, ms. */
export const PAGE_AGAIN_MS = 300_000

/** Pieces that are asked for by rule when an incident opens. */
const FIRST_PIECES = 3
const MOST_EVIDENCE = 128
const MOST_COHORTS = 8
const MOST_OPEN = 64
const MOST_CLOSED = 64

type Step = { readonly state: IncidentBook; readonly effects: readonly IncidentEffect[] }

/** No incident yet. */
export function openBook(): IncidentBook {
  return { incidents: [], next: 1 }
}

/**
 * One step of the incidents, a function of the state and the input alone: open, acked, mitigating,
 * recovering, closed. A sign joins the incident of its detector and cause, or opens one; only a
 * person closes it, in words, when it has been quiet. What is done by rule is a `SafeAction`. Rules
 * F55-F58 of SPEC.md.
 */
export function incidentStep(book: IncidentBook, input: IncidentInput): Step {
  if (input.kind === 'signal') return signalled(book, input.signal, input.atMs)
  if (input.kind === 'tick') return paged(book, input.atMs)
  const incident = book.incidents.find(({ id }) => id === input.incident)
  const refuse = (why: IncidentRefusal): Step => ({
    state: book,
    effects: [{ kind: 'refused', incident: input.incident, why }],
  })
  if (incident === undefined) return refuse('unknown')
  if (incident.status === 'closed') return refuse('not-now')
  const turned = turn(incident, input)
  if (typeof turned === 'string') return refuse(turned)
  return {
    state: replaced(book, turned.incident),
    effects: [...(turned.effects ?? []), { kind: 'changed', incident: turned.incident }],
  }
}

function signalled(book: IncidentBook, signal: IncidentSignal, atMs: number): Step {
  const open = book.incidents.filter(({ status }) => status !== 'closed')
  const key = incidentKey(signal)
  const known = open.find((incident) => incident.key === key)
  if (known) return joined(book, known, signal, atMs)
  if (open.length < MOST_OPEN) return opened(book, signal, key, atMs)
  // So many at once are one: of everybody, and one for each detector at most.
  const wide = { ...signal, cause: {} }
  const all = open.find((incident) => incident.key === incidentKey(wide))
  return all ? joined(book, all, wide, atMs) : opened(book, wide, incidentKey(wide), atMs)
}

function opened(book: IncidentBook, signal: IncidentSignal, key: string, atMs: number): Step {
  const id = `i-${book.next}`
  const { detector, metric, cause, cohorts } = signal
  const actions = firstActions(id, signal, atMs)
  const suspect = suspected(signal)
  const asks = actions.flatMap((action) => (action.do === 'ask-piece' ? [pieceOf(action)] : []))
  let incident: Incident = {
    ...{ id, key, status: 'open', detector, metric, cause, signals: 1 },
    ...{ openedMs: atMs, signalMs: atMs, pagedMs: atMs },
    ...{ evidence: [{ atMs, logE: signal.logE }], cohorts: strongest([], cohorts) },
    ...(suspect && { suspect }),
    ...{ actions: actions.map((action) => ({ atMs, action })), pieces: asks, timeline: [] },
  }
  incident = timed(incident, { atMs, what: 'opened', who: '', words: `${key}, ${metric}` })
  for (const action of actions) {
    incident = timed(incident, { atMs, what: 'action', who: '', words: action.do })
  }
  return {
    state: withinLimits({ incidents: [...book.incidents, incident], next: book.next + 1 }),
    effects: [
      ...actions.map((action) => ({ kind: 'act', incident: id, action }) as const),
      { kind: 'page', incident: id, again: false },
      { kind: 'changed', incident },
    ],
  }
}

/** The actions of the playbook that the signal gives enough to do. */
function firstActions(incident: string, signal: IncidentSignal, atMs: number): SafeAction[] {
  const { cause, devices } = signal
  const release = cause.release
  return PLAYBOOK[signal.detector].flatMap((what): SafeAction[] => {
    if (what === 'stop-rollout') return release === undefined ? [] : [{ do: what, release }]
    if (what === 'shorten-grants') return [{ do: what, cause, ttlS: INCIDENT_TTL_S }]
    if (what === 'natural') return [{ do: what, cause }]
    const span = { fromMs: atMs - PIECE_MS, toMs: atMs + PIECE_MS }
    return devices
      .slice(0, FIRST_PIECES)
      .map((device) => ({ do: 'ask-piece', incident, device, ...span }))
  })
}

function joined(book: IncidentBook, before: Incident, signal: IncidentSignal, atMs: number): Step {
  const point: EvidencePoint = { atMs, logE: signal.logE }
  const suspect = before.suspect?.by === 'replay' ? before.suspect : suspected(signal)
  let incident: Incident = {
    ...before,
    ...{ signalMs: atMs, signals: before.signals + 1 },
    evidence: kept(before.evidence, point, MOST_EVIDENCE),
    cohorts: strongest(before.cohorts, signal.cohorts),
    ...(suspect && { suspect }),
  }
  if (before.status !== 'recovering') return { state: replaced(book, incident), effects: [] }
  // What had recovered has not: people are called once more.
  incident = timed(incident, { atMs, what: 'again', who: '', words: signal.metric })
  incident = { ...incident, status: 'mitigating', pagedMs: atMs }
  return {
    state: replaced(book, incident),
    effects: [
      { kind: 'page', incident: incident.id, again: true },
      { kind: 'changed', incident },
    ],
  }
}

/** The release that a signal points at; a comparison when older ones among like people are quiet. */
function suspected({ cause, quietReleases }: IncidentSignal): Suspect | undefined {
  const { release } = cause
  if (release === undefined) return undefined
  const older = quietReleases.filter((quiet) => quiet < release)
  if (older.length === 0) return { release, by: 'signal' }
  return { release, lastGood: Math.max(...older), by: 'comparison' }
}

function paged(book: IncidentBook, atMs: number): Step {
  const effects: IncidentEffect[] = []
  const incidents = book.incidents.map((incident) => {
    const waits = incident.status === 'open' && atMs - incident.pagedMs >= PAGE_AGAIN_MS
    if (!waits) return incident
    effects.push({ kind: 'page', incident: incident.id, again: true })
    return { ...incident, pagedMs: atMs }
  })
  return effects.length === 0
    ? { state: book, effects }
    : { state: { ...book, incidents }, effects }
}

function strongest(
  held: Incident['cohorts'],
  came: IncidentSignal['cohorts'],
): Incident['cohorts'] {
  const most = new Map(held.map(({ cohort, logE }) => [cohort, logE]))
  for (const { cohort, logE } of came) {
    most.set(cohort, Math.max(logE, most.get(cohort) ?? Number.NEGATIVE_INFINITY))
  }
  const sorted = [...most].map(([cohort, logE]) => ({ cohort, logE }))
  return sorted.sort((a, b) => b.logE - a.logE).slice(0, MOST_COHORTS)
}

function replaced(book: IncidentBook, incident: Incident): IncidentBook {
  const incidents = book.incidents.map((other) => (other.id === incident.id ? incident : other))
  return withinLimits({ ...book, incidents })
}

/** Of the closed ones the last are kept here; all of them were told by `changed`. */
function withinLimits(book: IncidentBook): IncidentBook {
  const closed = book.incidents.filter(({ status }) => status === 'closed')
  if (closed.length <= MOST_CLOSED) return book
  const gone = closed[0]!.id
  return { ...book, incidents: book.incidents.filter(({ id }) => id !== gone) }
}
