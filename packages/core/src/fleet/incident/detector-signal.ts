import type { AutonomyBreach } from '../anomaly/autonomy.ts'
import type { CohortAlarm, Group } from '../anomaly/cohort-watch.ts'
import type { IncidentSignal } from './signal.ts'
import { BROKEN_LOG_E } from './stop-signal.ts'

/**
 * The signs that are in the alarms of one step of the fleet's detectors, one for dreams and one for
 * all else at most. When a new release changes something, the older ones stand out against it as
 * well: the newest release that sounds is the cause, and the older ones that run are its quiet
 * neighbours. `running` are all releases that run; `devices` some that run the cause's.
 */
export function cohortSignals(
  alarms: readonly CohortAlarm[],
  running: readonly number[],
  devices: (release: number) => readonly string[],
): IncidentSignal[] {
  return (['dream', 'cohort'] as const).flatMap((detector): IncidentSignal[] => {
    const own = alarms.filter(({ kind }) => (kind === 'dream') === (detector === 'dream'))
    if (own.length === 0) return []
    const release = Math.max(...own.map(({ group }) => group.release))
    const of = own.filter(({ group }) => group.release === release)
    const strongest = of.reduce((best, alarm) => (alarm.logE > best.logE ? alarm : best))
    const cohorts = of.map(({ group, logE }) => ({ cohort: groupText(group), logE }))
    return [
      {
        ...{ detector, metric: strongest.metric, cause: { release } },
        logE: Math.min(strongest.logE, BROKEN_LOG_E),
        ...{ cohorts, quietReleases: running.filter((other) => other < release) },
        devices: devices(release),
      },
    ]
  })
}

/** The sign that an act outside consent, grant or lease is; the first one is enough. */
export function breachSignal(
  breach: AutonomyBreach,
  { release, device }: { readonly release: number; readonly device: string },
): IncidentSignal {
  return {
    ...{ detector: 'autonomy', metric: breach, cause: { release }, logE: BROKEN_LOG_E },
    ...{ cohorts: [], quietReleases: [], devices: [device] },
  }
}

/** The sign that a district that went dark is. */
export function silenceSignal(district: string): IncidentSignal {
  return {
    ...{ detector: 'silence', metric: 'blackout', cause: { district }, logE: BROKEN_LOG_E },
    ...{ cohorts: [], quietReleases: [], devices: [] },
  }
}

/** The sign that one device's drift from its own sleeper is, by the name of the number. */
export function driftSignal(channel: string, device: string): IncidentSignal {
  return {
    ...{ detector: 'device', metric: channel, cause: { device }, logE: BROKEN_LOG_E },
    ...{ cohorts: [], quietReleases: [], devices: [device] },
  }
}

function groupText({ release, cohort, district }: Group): string {
  return [`release ${release}`, cohort, district].filter((part) => part !== undefined).join(', ')
}
