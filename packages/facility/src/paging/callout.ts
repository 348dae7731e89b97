import { type Incident, incidentTitle } from '@nocturne/core/fleet'

/** How much a page matters: whether somebody has to get up for it. */
export type Severity = 'critical' | 'urgent' | 'warning'

/**
 * What calls a person: numbers and closed words only. No word of a sleeper or an operator, no
 * signal, and not the name of a device: whoever is called signs in to see more.
 */
export type Callout = {
  /** The same whenever it is sent again: a receiver that knows it lets it go. */
  readonly id: string
  /** What it is about; pages about the same replace each other. */
  readonly subject: string
  readonly kind: 'incident' | 'centre' | 'test'
  readonly severity: Severity
  readonly what: string
  readonly release?: number
  readonly district?: string
  readonly cohort?: string
  /** The newest release that is known not to show it. */
  readonly lastGood?: number
  /** Whether people were called for it before. */
  readonly again: boolean
  readonly sinceMs: number
  readonly atMs: number
  /** Where to look. */
  readonly link: string
}

const SEVERITY: Readonly<Record<Incident['detector'], Severity>> = {
  autonomy: 'critical',
  ...{ dream: 'urgent', rollout: 'urgent', cohort: 'urgent', silence: 'urgent' },
  ...{ operator: 'urgent', device: 'warning' },
}

/** The call for an incident as it is now; `link` is the fleet's page. */
export function calloutOf(incident: Incident, again: boolean, link: string): Callout {
  const { id, detector, metric, cause, suspect, openedMs, pagedMs } = incident
  const { device: _, ...shared } = cause
  const { release = suspect?.release, district, cohort = incident.cohorts[0]?.cohort } = shared
  const title = incidentTitle({ detector, cause: shared })
  return {
    id: `${id}-${pagedMs}`,
    ...{ subject: id, kind: 'incident', severity: SEVERITY[detector] },
    // A person's report is in that person's words.
    what: detector === 'operator' ? title : `${title}: ${metric}`,
    ...(release !== undefined && { release }),
    ...(district !== undefined && { district }),
    ...(cohort !== undefined && { cohort }),
    ...(suspect?.lastGood !== undefined && { lastGood: suspect.lastGood }),
    ...{ again, sinceMs: openedMs, atMs: pagedMs, link: `${link}/${id}` },
  }
}

/** Whether an incident still calls for people: nobody said that he has it. */
export function stillCalls({ status, timeline, pagedMs }: Incident): boolean {
  if (status === 'open') return true
  // What had recovered and has not calls once more.
  const last = timeline.at(-1)
  return status === 'mitigating' && last?.what === 'again' && last.atMs === pagedMs
}

/** A page as text for a person; times are UTC. */
export function calloutText({ severity, what, sinceMs, again, link, ...about }: Callout): string {
  const { release, lastGood, district, cohort } = about
  const lines = [
    `${severity}: ${what}`,
    `since ${new Date(sinceMs).toISOString()}${again ? ', called before' : ''}`,
    ...(release === undefined ? [] : [`release ${release}`]),
    ...(lastGood === undefined ? [] : [`release ${lastGood} does not show it`]),
    ...(district === undefined ? [] : [`district ${district}`]),
    ...(cohort === undefined ? [] : [`cohort ${cohort}`]),
    link,
  ]
  return `${lines.join('\n')}\n`
}
