import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import type { PacemakerName } from './pacemaker.ts'
import { pacemakerOf } from './registry.ts'
import { simulate } from './simulate.ts'

const GOLDEN = 'golden/circadian'
const here = hasShared(GOLDEN)
const STATE_TOLERANCE = 1e-5
const MARKER_TOLERANCE_H = 10 / 3600
/** 16 steps a sample make Breslow13 slow: its other scenarios are run nightly. */
const BRESLOW_SCENARIOS = ['jetlag_east_12h', 'full_sun_100klux', 'regular_16_8']

type Input = { name: string; dt_h: number; light_lux: number[]; wake: number[] }
type Converged = {
  cbtmin_parabola_h: number[]
  state_every_24h: number[][]
  final: number[]
}
type Full = { states: Record<string, number[]>; cbtmin_h: number[]; dlmo_h: number[] }

const MODELS: Readonly<Record<string, PacemakerName>> = {
  Forger99: 'forger99',
  Jewett99: 'jewett99',
  Hannay19: 'hannay19',
  Hannay19TP: 'hannay19tp',
  Hilaire07: 'hilaire07',
  Breslow13: 'breslow13',
}

const compact = here
  ? sharedJson<Record<string, Record<string, Converged>>>(`${GOLDEN}/compact.json`)
  : {}

function run(model: string, scenario: string) {
  const input = sharedJson<Input>(`${GOLDEN}/inputs/${scenario}.json`)
  return simulate(pacemakerOf(MODELS[model]!), {
    dtH: input.dt_h,
    lux: Float64Array.from(input.light_lux),
    awake: Float64Array.from(input.wake),
  })
}

function scenariosOf(model: string): string[] {
  const all = Object.keys(compact)
  if (model !== 'Breslow13' || process.env.NOCTURNE_NIGHTLY) return all
  return all.filter((scenario) => BRESLOW_SCENARIOS.includes(scenario))
}

function gap(at: number, others: readonly number[]): number {
  return Math.min(...others.map((other) => Math.abs(other - at)))
}

describe.skipIf(!here)(`the converged trajectories (${here ? GOLDEN : SHARED_MISSING})`, () => {
  describe.each(Object.keys(MODELS))('%s', (model) => {
    test.each(scenariosOf(model))('is met in %s: states to 1e-5, CBTmin to 10 s', (scenario) => {
      const golden = compact[scenario]![`${model}/converged`]!
      const { states, cbtminH, dlmoH } = run(model, scenario)
      for (const [day, row] of [...golden.state_every_24h.entries(), [-1, golden.final] as const]) {
        const ours = day < 0 ? states.at(-1)! : states[240 * day]!
        row.forEach((value, j) => {
          expect(Math.abs(ours[j]! - value)).toBeLessThan(STATE_TOLERANCE)
        })
      }
      for (const at of cbtminH) {
        expect(gap(at, golden.cbtmin_parabola_h)).toBeLessThan(MARKER_TOLERANCE_H)
      }
      // Breslow13's reference list holds light-driven minima beside one CBTmin a cycle.
      if (model !== 'Breslow13') {
        for (const at of golden.cbtmin_parabola_h) {
          expect(gap(at, cbtminH)).toBeLessThan(MARKER_TOLERANCE_H)
        }
      }
      expect(dlmoH).toEqual(cbtminH.map((at) => at - 7))
    })

    test('is met at every sample of direct sun, in every component', () => {
      const path = sharedPath(`${GOLDEN}/converged/${model}__full_sun_100klux.json.gz`)
      const golden = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Full
      const { states, dlmoH } = run(model, 'full_sun_100klux')
      let worst = 0
      pacemakerOf(MODELS[model]!).stateNames.forEach((name, j) => {
        golden.states[name]!.forEach((value, i) => {
          worst = Math.max(worst, Math.abs(value - states[i]![j]!))
        })
      })
      expect(worst).toBeLessThan(STATE_TOLERANCE)
      // read on the grid of the reference's steps, 22.5 s
      for (const at of dlmoH) expect(gap(at, golden.dlmo_h)).toBeLessThan(0.00625)
    })
  })
})
