import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedJson, sharedPath } from '#test/shared.ts'
import { seededRandom } from '../../math/random.ts'
import { skeldon23 } from './skeldon23.ts'
import { SKELDON23_ARCASCOPE, SKELDON23_SETS } from './skeldon23-parameters.ts'
import { runSkeldon23, type Skeldon23Options } from './skeldon23-run.ts'
import type { SleepSwitch, SleepWakeModel, SleepWakeTrajectory } from './sleep-wake-model.ts'

const GOLDEN = 'golden/circadian'
const SCENARIOS = [
  'regular_16_8',
  'jetlag_west_8h',
  'jetlag_east_8h',
  'jetlag_east_12h',
  'night_shift_rotation',
  'constant_dim_5lux',
  'constant_dark',
  'ultra_sparse_pulse',
  'full_sun_100klux',
]
const WITH_STATES = [
  'regular_16_8',
  'jetlag_east_8h',
  'night_shift_rotation',
  'full_sun_100klux',
] as const
const model = skeldon23(SKELDON23_ARCASCOPE)
const TRIALS = process.env.NOCTURNE_NIGHTLY ? 1000 : 6

type Golden = { states: Record<string, number[]>; n: number; sleep_state: number[] }
type Compact = Record<string, Record<string, { cbtmin_parabola_h: number[] }>>

function luxOf(scenario: string): Float64Array {
  const { light_lux } = sharedJson<{ light_lux: number[] }>(`${GOLDEN}/inputs/${scenario}.json`)
  return Float64Array.from(light_lux)
}

function goldenOf(scenario: string): Golden {
  const path = sharedPath(`${GOLDEN}/converged/Skeldon23__${scenario}.json.gz`)
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Golden
}

function run(lux: Float64Array, options?: Skeldon23Options): SleepWakeTrajectory {
  const result = runSkeldon23({ unit: 'photopicLux', dtH: 0.1, lux }, options)
  if (!result.ok) throw new Error(result.problem.expected)
  return result.value
}

/** Classical Runge-Kutta on all four states: the plain method, for comparison only. */
function plainStep(
  { derivative }: SleepWakeModel,
  y: Float64Array,
  alpha: number,
  awake: number,
  h: number,
): Float64Array {
  const at = (k: Float64Array, by: number): Float64Array => y.map((v, i) => v + by * k[i]!)
  const rate = (s: Float64Array): Float64Array => {
    const out = new Float64Array(4)
    derivative(s, alpha, awake, 0, out)
    return out
  }
  const k1 = rate(y)
  const k2 = rate(at(k1, h / 2))
  const k3 = rate(at(k2, h / 2))
  const k4 = rate(at(k3, h))
  return y.map((v, i) => v + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!))
}

/** How far a run is from another, and from golden states. */
function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i]! - b[i]!)
    most = d > most || Number.isNaN(d) ? d : most
  }
  return a.length === b.length ? most : Infinity
}

/**
 * The same equations by the plain method in `cuts` steps a sample. `late` switches sleep at the end
 * of the step after the crossing, from the state before it, as Arcascope does; else a crossing is
 * bisected.
 */
function plainRun(lux: Float64Array, cuts: number, late: boolean) {
  const states = new Float64Array(4 * lux.length)
  const switches: SleepSwitch[] = []
  let y: Float64Array = Float64Array.from(model.initialState)
  let awake: 0 | 1 = 1
  states.set(y)
  const h = 0.1 / cuts
  for (let i = 1; i < lux.length; i++) {
    for (let j = 0; j < cuts; j++) {
      let left = h
      const drive = model.alpha(lux[i]!)
      let next = plainStep(model, y, awake === 1 ? drive : 0, awake, h)
      if (late) {
        if (model.switchMargin(y, awake, 0) >= 0) awake = awake === 1 ? 0 : 1
      } else if (model.switchMargin(next, awake, 0) >= 0) {
        let [low, high] = [0, h]
        for (let k = 0; k < 40; k++) {
          const middle = (low + high) / 2
          next = plainStep(model, y, awake === 1 ? drive : 0, awake, middle)
          if (model.switchMargin(next, awake, 0) >= 0) high = middle
          else low = middle
        }
        left = h - high
        awake = awake === 1 ? 0 : 1
        switches.push({ atH: (i - 1) * 0.1 + j * h + high, awake })
        next = plainStep(model, next, awake === 1 ? drive : 0, awake, left)
      }
      y = next
    }
    states.set(y, 4 * i)
  }
  return { states, switches }
}

describe('the HCL model of sleep under light', () => {
  it('keeps its parameters under the names of who published them, with a DOI', () => {
    expect(SKELDON23_SETS.map(({ name, values }) => [name, values.mu, values.ca])).toEqual([
      ['skeldon23-arcascope', 17.78, 1.72],
      ['skeldon23-age30', 18.67, 2.72],
      ['skeldon23-age65', 17.87, 1.72],
    ])
    for (const { doi } of SKELDON23_SETS) expect(doi).toBe('10.1371/journal.pcbi.1011743')
  })

  it('refuses light it was not told, and says where', () => {
    const lux = Float64Array.of(0, 10, Number.NaN)
    const result = runSkeldon23({ unit: 'photopicLux', dtH: 0.1, lux })
    expect(result).toMatchObject({ ok: false, problem: { code: 'LIGHT', where: 'light sample 2' } })
  })

  it('remembers nothing between runs', () => {
    const lux = Float64Array.from({ length: 600 }, (_, i) => (i % 240 < 90 ? 0 : 300))
    expect(run(lux)).toEqual(run(lux))
  })

  it('carries on from a moment as if it had not been stopped', () => {
    const lux = Float64Array.from({ length: 961 }, (_, i) => (i % 240 < 90 ? 0 : 300))
    const whole = run(lux)
    const first = run(lux.subarray(0, 481))
    const last = { state: [...first.states.subarray(4 * 480)], awake: first.awake[480] === 1 }
    const rest = run(lux.subarray(480), { initial: last })
    expect(worst(rest.states, whole.states.subarray(4 * 480))).toBeLessThan(1e-9)
  })

  it('wakes and sleeps by other light when the light was measured at the eye', () => {
    const lux = new Float64Array(4800).fill(40)
    const open = run(lux, { lightGatedBySleep: false })
    const shut = run(lux)
    expect(open.states[2]).toBe(shut.states[2])
    expect(worst(open.states, shut.states)).toBeGreaterThan(0.05)
  })

  it('falls asleep and wakes where the pressure meets its thresholds, to 1e-10', () => {
    const lux = Float64Array.from({ length: 2400 }, (_, i) => (i % 240 < 90 ? 0 : 500))
    const { switches, states } = run(lux)
    expect(switches.length).toBeGreaterThan(15)
    for (const { atH, awake } of switches) {
      const row = Math.floor(atH / 0.1)
      const lastLux = lux[row + 1]!
      const before = awake === 1 ? 0 : 1
      const y = plainFrom(states.subarray(4 * row, 4 * row + 4), lastLux, before, atH - row * 0.1)
      expect(Math.abs(model.switchMargin(y, before, 0))).toBeLessThan(1e-6)
    }
  })
})

/** A few plain steps from a sample to a moment after it. */
function plainFrom(from: Float64Array, lux: number, awake: number, spanH: number): Float64Array {
  let y = Float64Array.from(from)
  const alpha = awake === 1 ? model.alpha(lux) : 0
  for (let i = 0; i < 32; i++) y = Float64Array.from(plainStep(model, y, alpha, awake, spanH / 32))
  return y
}

describe.skipIf(!hasShared(GOLDEN))(`the HCL model on the golden light (${SHARED_MISSING})`, () => {
  it.each(WITH_STATES)('has the equations of the reference: %s, states to 1e-6', (scenario) => {
    const golden = goldenOf(scenario)
    const { states } = plainRun(luxOf(scenario).subarray(0, 2400), 16, true)
    for (const [k, name] of ['x', 'xc', 'n', 'H'].entries()) {
      const column = golden.states[name]!.slice(0, 2400).map((_, i) => states[4 * i + k]!)
      expect(worst(column, golden.states[name]!.slice(0, 2400)), name).toBeLessThan(1e-6)
    }
  })

  it.each(SCENARIOS)('is within 1e-5 and 0.1 s of a finer, plain, bisected run: %s', (scenario) => {
    const lux = luxOf(scenario).subarray(0, 1500)
    const ours = run(lux)
    const truth = plainRun(lux, 32, false)
    expect(worst(ours.states, truth.states)).toBeLessThan(1e-5)
    expect(ours.switches.map(({ awake }) => awake)).toEqual(truth.switches.map((s) => s.awake))
    const times = ours.switches.map(({ atH }) => atH)
    const trueTimes = truth.switches.map(({ atH }) => atH)
    expect(worst(times, trueTimes) * 3600).toBeLessThan(0.1)
  })

  it.each(SCENARIOS)('does not change when its steps are cut in 2 and in 8: %s', (scenario) => {
    const lux = luxOf(scenario)
    const ours = run(lux)
    expect(ours.states.every(Number.isFinite)).toBe(true)
    for (const maxStepH of [0.05, 0.0125]) {
      const finer = run(lux, { maxStepH })
      expect(worst(ours.states, finer.states)).toBeLessThan(3e-6)
      expect(worst(ours.cbtminH, finer.cbtminH) * 3600).toBeLessThan(0.1)
    }
  })

  it.each(SCENARIOS)(
    'has the CBTmin of the reference, whose switches come up to 45 s late, within 2 min: %s',
    (scenario) => {
      const compact = sharedJson<Compact>(`${GOLDEN}/compact.json`)
      const golden = compact[scenario]!['Skeldon23/converged']!.cbtmin_parabola_h
      expect(worst(run(luxOf(scenario)).cbtminH, golden) * 60).toBeLessThan(2)
    },
  )
})

describe('the HCL model under light at random', () => {
  it('is finite and converged for bursts of up to 100 klux', () => {
    const random = seededRandom(23)
    for (let trial = 0; trial < TRIALS; trial++) {
      let level = 0
      const lux = Float64Array.from({ length: 1200 }, () => {
        if (random.uniform() < 0.1)
          level = random.uniform() < 0.3 ? 0 : 10 ** (5 * random.uniform())
        return level
      })
      const ours = run(lux)
      const finer = run(lux, { maxStepH: 0.0125 })
      expect(ours.states.every(Number.isFinite)).toBe(true)
      expect(worst(ours.states, finer.states)).toBeLessThan(5e-5)
      expect(worst(ours.cbtminH, finer.cbtminH) * 3600).toBeLessThan(1)
    }
  })
})
