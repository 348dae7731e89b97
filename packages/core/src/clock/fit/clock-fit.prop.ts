import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SleepEpisode } from '../../sleep/evidence/sleep-episode.ts'
import { estimateOf } from './clock-estimate.ts'
import { fitClock } from './clock-fit.ts'

const HOUR_MS = 3_600_000
const FIRST_MS = Date.UTC(2026, 2, 20)

const nights = fc.array(
  fc.record({
    day: fc.integer({ min: 0, max: 400 }),
    fromH: fc.double({ min: -14, max: 14, noNaN: true }),
    lengthH: fc.double({ min: -2, max: 20, noNaN: true }),
    ends: fc.constantFrom('both', 'onset', 'offset', 'bed'),
    kind: fc.constantFrom('main', 'nap', 'unknown'),
    alarm: fc.option(fc.boolean(), { nil: undefined }),
    workday: fc.option(fc.boolean(), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
)

describe('whatever nights a person has', () => {
  it('the answer is a reason or finite numbers in their order', () => {
    fc.assert(
      fc.property(nights, (some) => {
        const episodes = some.map(({ day, fromH, lengthH, ends, ...rest }): SleepEpisode => {
          const start = FIRST_MS + (day * 24 + fromH) * HOUR_MS
          const times = {
            both: { onsetMs: start, offsetMs: start + lengthH * HOUR_MS },
            onset: { onsetMs: start },
            offset: { offsetMs: start },
            bed: { bedMs: start },
          }[ends]
          return { ...times, ...rest, provenance: 'reported', source: 'diary' }
        })
        const zone = 'Europe/Berlin'
        const record = { format: 'x', zone, zoneFrom: 'given' as const, series: [], warnings: [] }
        const fit = fitClock({ records: [{ ...record, episodes }] })
        if (!fit.ok) {
          expect(fit.problem.code).toBe('FIT_EMPTY')
          return
        }
        const { tauH, cbtminH, dlmoH, sleepNeedH, lightSensitivity } = estimateOf(fit.value.belief)
        for (const { lo80, median, hi80 } of [tauH, cbtminH, dlmoH, sleepNeedH, lightSensitivity]) {
          expect(lo80).toBeLessThan(median)
          expect(median).toBeLessThan(hi80)
        }
      }),
      { seed: 5, numRuns: 12 },
    )
  })
})
