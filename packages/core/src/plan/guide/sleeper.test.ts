import { describe, expect, it } from 'vitest'
import { madeUpSleeper } from '#test/made-up-sleeper.ts'
import { estimateOf } from '../../clock/fit/clock-estimate.ts'
import { fitClock } from '../../clock/fit/clock-fit.ts'
import { posteriorOf } from '../../clock/fit/posterior-draws.ts'
import { hourOfDayAt } from '../../math/time-zone.ts'
import { DEFAULT_CONSTRAINTS } from './constraint.ts'
import { parseGoal } from './goal.ts'
import { makePlan } from './make-plan.ts'

const DAY_MS = 86_400_000

/** Hours of the clock from `to` to `from`, the short way round. */
function apartH(from: number, to: number): number {
  const turned = (((from - to) % 24) + 36) % 24
  return Math.abs(turned - 12)
}

describe('a plan and the fit that it is made for', () => {
  it('tell nearly the same low point and doubt of it on the first day', () => {
    for (const seed of [100_011, 100_012, 100_013]) {
      const { record } = madeUpSleeper(seed, 14, 'hilaire07', 'diary')
      const fit = fitClock({ records: [record] })
      const goal = parseGoal('wake 06:30')
      if (!fit.ok || !goal.ok) throw new Error('no fit')
      const posterior = posteriorOf(fit.value)
      const plan = makePlan({
        posterior,
        goal: goal.value,
        constraints: DEFAULT_CONSTRAINTS,
        startMs: posterior.atMs + DAY_MS / 8,
        zone: posterior.zone,
      })
      if (!plan.ok) throw new Error(plan.problem.code)
      const { medianMs, lo80Ms, hi80Ms } = plan.value.days[0]!.predicted.cbtmin
      const { median, lo80, hi80 } = estimateOf(fit.value.belief).cbtminH
      expect(apartH(hourOfDayAt(posterior.zone, medianMs), median)).toBeLessThan(1)
      const width = (hi80Ms - lo80Ms) / 3_600_000
      expect(width / (hi80 - lo80)).toBeGreaterThan(0.65)
      expect(width / (hi80 - lo80)).toBeLessThan(1.3)
    }
  })
})
