import { describe, expect, test } from 'vitest'
import { breslow13, melatoninDose } from './breslow13.ts'
import { jewett99 } from './jewett99.ts'
import { simulate } from './simulate.ts'

const DT_H = 0.1
const dark = (hours: number) => new Float64Array(Math.round(hours / DT_H) + 1)

describe('a dose of melatonin', () => {
  test('of 1 mg is 9225 pmol/L in H3: 15 % of it in 70 L', () => {
    expect(melatoninDose(breslow13(), 1)!.amount).toBeCloseTo((0.15 * 1e9) / 232.28 / 70, 6)
    expect(melatoninDose(breslow13(), 1)!.component).toBe(5)
    expect(melatoninDose(jewett99(), 1)).toBeUndefined()
  })

  test('is absorbed at betaAP and cleared at betaCP from its own minute on', () => {
    const { states, timesH } = simulate(breslow13({ a: 0 }), {
      dtH: DT_H,
      lux: dark(12),
      doses: [{ hour: 2.037, mg: 0.5 }],
    })
    const amount = melatoninDose(breslow13(), 0.5)!.amount
    const [ka, ke] = [0.000162 * 3600, 0.000335 * 3600]
    for (const i of [10, 20, 21, 30, 60, 120]) {
      const t = timesH[i]! - 2.037
      const h3 = t < 0 ? 0 : amount * Math.exp(-ka * t)
      const h2 = t < 0 ? 0 : ((amount * ka) / (ke - ka)) * (Math.exp(-ka * t) - Math.exp(-ke * t))
      expect(Math.abs(states[i]![5]! - h3)).toBeLessThan(1e-6 * amount)
      expect(Math.abs(states[i]![4]! - h2)).toBeLessThan(1e-6 * amount)
    }
  })

  test('in the afternoon brings CBTmin forward, at night it sets it back, and little of both', () => {
    const pacemaker = { ...breslow13(), longestStepH: 0.02 }
    const lastCbtmin = (hour?: number) => {
      const doses = [0, 24, 48].flatMap((day) =>
        hour === undefined ? [] : [{ hour: hour + day, mg: 3 }],
      )
      return simulate(pacemaker, { dtH: DT_H, lux: dark(120), doses }).cbtminH.at(-1)!
    }
    const [advance, delay] = [lastCbtmin() - lastCbtmin(15), lastCbtmin(3) - lastCbtmin()]
    for (const shift of [advance, delay]) {
      expect(shift).toBeGreaterThan(0.1)
      expect(shift).toBeLessThan(0.25)
    }
  })

  test('is refused where it cannot be taken', () => {
    const doses = [{ hour: 1, mg: 3 }]
    expect(() => simulate(jewett99(), { dtH: DT_H, lux: dark(2), doses })).toThrow(/breslow13/)
    const before = [{ hour: -1, mg: 3 }]
    expect(() => simulate(breslow13(), { dtH: DT_H, lux: dark(2), doses: before })).toThrow(/hour/)
  })
})
