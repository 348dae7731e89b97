import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { pacemakerBatch } from './batch.ts'
import { jewett99 } from './jewett99.ts'
import { PACEMAKER_NAMES, pacemakerOf } from './registry.ts'
import { simulate } from './simulate.ts'
import { stepPacemaker, stepWhole } from './step.ts'

const DT_H = 0.1
const SAMPLES_A_DAY = 240

/** Sixteen hours of light to 60 klux, new at every sample, and eight of darkness. */
function flicker(seed: number, days: number): Float64Array {
  const random = seededRandom(seed)
  return Float64Array.from({ length: days * SAMPLES_A_DAY }, (_, i) => {
    const hour = (i * DT_H) % 24
    return hour >= 7 && hour < 23 ? 60_000 * random.uniform() : 0
  })
}

describe('direct sun', () => {
  test.each([60_000, 100_000])('of %d lux keeps n within 0 to 1 in one step of .1 h', (lux) => {
    const pacemaker = jewett99()
    const state = Float64Array.from(pacemaker.initialState)
    const plain = state.slice()
    const alpha = pacemaker.alpha(lux)
    for (let i = 0; i < 20; i++) {
      stepPacemaker(pacemaker, state, alpha, 1, 12, DT_H, state)
      stepWhole(pacemaker, plain, alpha, 1, 12, DT_H, plain)
    }
    expect(state[2]).toBeGreaterThan(0)
    expect(state[2]).toBeLessThan(1)
    expect(Math.abs(plain[2]!) < 2).toBe(false)
  })
})

describe('CBTmin under flickering light', () => {
  test.each(PACEMAKER_NAMES)('of %s comes once a cycle', (name) => {
    const days = name === 'breslow13' ? 6 : 20
    const { cbtminH } = simulate(pacemakerOf(name), { dtH: DT_H, lux: flicker(3, days) })
    expect(cbtminH.length).toBeGreaterThanOrEqual(days - 1)
    expect(cbtminH.length).toBeLessThanOrEqual(days + 1)
    cbtminH.slice(1).forEach((at, i) => {
      expect(at - cbtminH[i]!).toBeGreaterThan(18)
      expect(at - cbtminH[i]!).toBeLessThan(30)
    })
  })

  test('is not snapped to the samples and stays put to 1 s when the steps are made finer', () => {
    const pacemaker = jewett99()
    const lux = flicker(4, 20)
    const coarse = simulate(pacemaker, { dtH: DT_H, lux }).cbtminH
    const fine = simulate({ ...pacemaker, longestStepH: DT_H / 32 }, { dtH: DT_H, lux }).cbtminH
    expect(coarse.length).toBe(fine.length)
    coarse.forEach((at, i) => {
      expect(Math.abs(at - fine[i]!)).toBeLessThan(1 / 3600)
    })
    const tenths = coarse.map((at) => Math.abs(at * 10 - Math.round(at * 10)))
    expect(Math.max(...tenths)).toBeGreaterThan(0.1)
  })
})

describe('a batch', () => {
  test('gives every person their own light', () => {
    const days = 3
    const rows = [flicker(1, days), flicker(2, days), new Float64Array(days * SAMPLES_A_DAY)]
    const lux = new Float64Array(rows.length * rows[0]!.length)
    rows.forEach((row, person) => {
      lux.set(row, person * row.length)
    })
    const batch = pacemakerBatch('jewett99', { people: rows.length, dtH: DT_H })
    batch.advance(lux, rows[0]!.length)
    rows.forEach((row, person) => {
      const alone = simulate(jewett99(), { dtH: DT_H, lux: Float64Array.from([0, ...row]) })
      const last = alone.states.at(-1)!
      last.forEach((value, j) => {
        expect(Math.abs(batch.states[j]![person]! - value)).toBeLessThan(5e-5)
      })
    })
  })
})

describe('what is given', () => {
  test('is checked at every sample: a negative lux in the last one is met', () => {
    const lux = new Float64Array(50)
    lux[49] = -1
    expect(() => simulate(jewett99(), { dtH: DT_H, lux })).toThrow(/lux 49: got -1/)
    const batch = pacemakerBatch('jewett99', { people: 2, dtH: DT_H })
    expect(() => batch.advance(lux, 25)).toThrow(/person 1/)
  })

  test('as wake means awake at 1: sleep holds x back before its trough, waking pushes it on', () => {
    const pacemaker = pacemakerOf('hilaire07')
    const [asleep, awake] = [new Float64Array(3), new Float64Array(3)]
    const state = Float64Array.of(-1, 0, 0.5)
    pacemaker.derivative(state, 0, 0, 4, asleep)
    pacemaker.derivative(state, 0, 1, 4, awake)
    expect(asleep[0]).toBeLessThan(awake[0]!)
  })

  test('as some parameters leaves all the others as published', () => {
    const { parameters } = jewett99({ tau: 24.5 })
    expect(parameters.values).toEqual({ ...jewett99().parameters.values, tau: 24.5 })
    expect(parameters.name).toContain('tau 24.5')
    expect(() => jewett99({ taux: 24.5 })).toThrow(/got parameter taux, expected tau, mu/)
  })
})
