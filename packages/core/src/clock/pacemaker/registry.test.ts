import { describe, expect, test } from 'vitest'
import { BRESLOW13 } from './breslow13.ts'
import { FORGER99, FORGER99_LIGHT2000, FORGER99_P6, forger99 } from './forger99.ts'
import { HANNAY19, HANNAY19_A2_195, hannay19 } from './hannay19.ts'
import {
  HANNAY19TP,
  HANNAY19TP_TAU_24_5,
  hannay19TwoPopulation,
} from './hannay19-two-population.ts'
import { HILAIRE07, HILAIRE07_ZONE_BY_PHASE, hilaire07 } from './hilaire07.ts'
import { JEWETT99, jewett99 } from './jewett99.ts'
import type { Pacemaker } from './pacemaker.ts'
import { PACEMAKER_NAMES, pacemakerOf } from './registry.ts'
import { simulate } from './simulate.ts'

/** Ten days of 16 h of 150 lux from 7 to 23. */
function ordinary(pacemaker: Pacemaker, days = 10) {
  const lux = Float64Array.from({ length: days * 240 + 1 }, (_, i) => {
    const hour = (i / 10) % 24
    return hour > 7 && hour <= 23 ? 150 : 0
  })
  return simulate(pacemaker, { dtH: 0.1, lux })
}

describe('a clock model by its name', () => {
  test.each(PACEMAKER_NAMES)('%s carries its name, its parameters and their paper', (name) => {
    const pacemaker = pacemakerOf(name)
    expect(pacemaker.name).toBe(name)
    expect(pacemaker.parameters.doi).toMatch(/^10\.\d{4}\//)
    expect(pacemaker.stateNames.length).toBe(pacemaker.initialState.length)
    expect(pacemaker.stateNames[pacemaker.receptor]).toBe('n')
  })

  test.each(PACEMAKER_NAMES)('%s has phase 0 near its marker and an amplitude near 1', (name) => {
    const pacemaker = pacemakerOf(name)
    const { cbtminH, states } = ordinary(pacemaker, 4)
    const last = cbtminH.at(-1)! - pacemaker.cbtminOffsetH
    const state = states[Math.round(last * 10)]!
    expect(Math.abs(pacemaker.phaseRad(state))).toBeLessThan(0.35)
    expect(pacemaker.amplitude(state)).toBeGreaterThan(0.7)
    expect(pacemaker.amplitude(state)).toBeLessThan(1.3)
  })

  test.each(PACEMAKER_NAMES)(
    '%s is driven by nothing in the dark, and more by more light',
    (name) => {
      const { alpha, alphaPerLogLux } = pacemakerOf(name)
      expect(alpha(0)).toBe(0)
      expect(alpha(-5)).toBe(0)
      expect(alpha(NaN)).toBeNaN()
      expect(alphaPerLogLux(0)).toBe(0)
      expect(alpha(100)).toBeGreaterThan(alpha(10))
      const [low, high] = [alpha(100 * Math.exp(-1e-4)), alpha(100 * Math.exp(1e-4))]
      expect(alphaPerLogLux(100)).toBeCloseTo((high - low) / 2e-4, 8)
    },
  )

  test('takes a gain on the light as brighter light', () => {
    for (const name of PACEMAKER_NAMES) {
      expect(pacemakerOf(name, { lightGain: 3 }).alpha(50)).toBeCloseTo(
        pacemakerOf(name).alpha(150),
        12,
      )
    }
  })
})

describe('a set of parameters', () => {
  test('is what a model has when nothing is changed', () => {
    const sets = [FORGER99, JEWETT99, HANNAY19, HANNAY19TP, HILAIRE07, BRESLOW13]
    expect(PACEMAKER_NAMES.map((name) => pacemakerOf(name).parameters)).toEqual(sets)
  })

  test('of another provenance has a name of its own and gives another clock', () => {
    const pairs = [
      [forger99(), forger99({}, FORGER99_P6)],
      [forger99(), forger99({}, FORGER99_LIGHT2000)],
      [hannay19(), hannay19({}, HANNAY19_A2_195)],
      [pacemakerOf('hannay19tp'), hannay19TwoPopulation({}, HANNAY19TP_TAU_24_5)],
    ] as const
    for (const [usual, other] of pairs) {
      expect(other.parameters.name).not.toBe(usual.parameters.name)
      const [a, b] = [ordinary(usual).cbtminH.at(-1)!, ordinary(other).cbtminH.at(-1)!]
      expect(Math.abs(a - b)).toBeGreaterThan(0.005)
    }
    expect(FORGER99.values.p).toBe(0.5)
  })

  test('of Hilaire07 lets the wake-maintenance zone follow the clock on the wall or the sleeper', () => {
    const byClock = hilaire07()
    const byPhase = hilaire07({}, HILAIRE07_ZONE_BY_PHASE)
    const slope = (pacemaker: Pacemaker, state: Float64Array, hour: number): number => {
      const out = new Float64Array(3)
      pacemaker.derivative(state, 0, 0, hour, out)
      return out[0]!
    }
    const falling = Float64Array.of(-0.2, -1, 0.5)
    expect(slope(byClock, falling, 11)).toBeGreaterThan(slope(byClock, falling, 20))
    expect(slope(byPhase, falling, 11)).toBe(slope(byPhase, falling, 20))
    const beforeNight = Float64Array.of(0, -1, 0.5)
    expect(slope(byPhase, beforeNight, 0)).toBeGreaterThan(slope(byClock, beforeNight, 0))
  })

  test('with a longer period runs later', () => {
    const late = ordinary(jewett99({ tau: 24.6 })).cbtminH.at(-1)!
    expect(late).toBeGreaterThan(ordinary(jewett99()).cbtminH.at(-1)! + 0.5)
  })
})
