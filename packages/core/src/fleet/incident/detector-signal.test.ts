import { describe, expect, it } from 'vitest'
import type { CohortAlarm } from '../anomaly/cohort-watch.ts'
import { incidentStep, openBook } from './book.ts'
import { breachSignal, cohortSignals, driftSignal, silenceSignal } from './detector-signal.ts'
import { BROKEN_LOG_E } from './stop-signal.ts'

const ALARMS: CohortAlarm[] = [
  { kind: 'dream', metric: 'remDensity', group: { release: 12 }, logE: 20 },
  { kind: 'dream', metric: 'dream', group: { release: 12, cohort: 'late/30-59' }, logE: 22 },
  // The older release stands out against the newer one.
  { kind: 'dream', metric: 'remDensity', group: { release: 11 }, logE: 40 },
  { kind: 'rate', metric: 'awakenings', group: { release: 12, district: 'north' }, logE: 900 },
]

describe('what detectors see as signs of incidents (F55)', () => {
  it('names the newest release that sounds, the older ones as its neighbours, and where it shows most', () => {
    const signals = cohortSignals(ALARMS, [10, 11, 12], (release) => [`bed-${release}`])
    expect(signals).toEqual([
      {
        ...{ detector: 'dream', metric: 'dream', cause: { release: 12 }, logE: 22 },
        cohorts: [
          { cohort: 'release 12', logE: 20 },
          { cohort: 'release 12, late/30-59', logE: 22 },
        ],
        ...{ quietReleases: [10, 11], devices: ['bed-12'] },
      },
      {
        ...{ detector: 'cohort', metric: 'awakenings', cause: { release: 12 }, logE: BROKEN_LOG_E },
        cohorts: [{ cohort: 'release 12, north', logE: 900 }],
        ...{ quietReleases: [10, 11], devices: ['bed-12'] },
      },
    ])
    expect(cohortSignals([], [10, 11], () => [])).toEqual([])
  })

  it('is one incident each, with the actions of its kind', () => {
    const signals = [
      ...cohortSignals(ALARMS, [11, 12], () => []),
      breachSignal('no-consent', { release: 12, device: 'bed-1' }),
      silenceSignal('north'),
      driftSignal('heartRate', 'bed-2'),
    ]
    let state = openBook()
    const acts: string[] = []
    for (const signal of [...signals, ...signals]) {
      const step = incidentStep(state, { kind: 'signal', signal, atMs: 0 })
      state = step.state
      for (const effect of step.effects) {
        if (effect.kind === 'act') acts.push(`${effect.incident} ${effect.action.do}`)
      }
    }
    expect(state.incidents.map(({ key }) => key)).toEqual([
      ...['dream: release 12', 'cohort: release 12', 'autonomy: release 12'],
      ...['silence: district north', 'device: device bed-2'],
    ])
    expect(acts).toEqual([
      ...['i-1 stop-rollout', 'i-1 natural', 'i-2 stop-rollout', 'i-2 shorten-grants'],
      ...['i-3 stop-rollout', 'i-3 natural', 'i-3 ask-piece', 'i-5 ask-piece'],
    ])
  })
})
