import { assert } from '../../math/assert.ts'
import { cos, exp } from '../../math/elementary.ts'
import { Radau, type StiffSystem } from './radau.ts'
import type { SleepSwitch, SleepWakeModel, SleepWakeTrajectory } from './sleep-wake-model.ts'

/** The numbers of the Phillips-Robinson model under its letters; mV, hours, nM. */
export type PhillipsRobinsonValues = {
  /** Firing rate Q(V) = Qmax / (1 + e^((theta - V) / sigma)), per hour. */
  readonly Qmax: number
  readonly theta: number
  readonly sigma: number
  /** Input to the monoaminergic group from acetylcholine, mV. */
  readonly vmaSa: number
  /** How strongly each group inhibits the other, mV h. */
  readonly vvm: number
  readonly vmv: number
  /** Drives of the ventrolateral preoptic group: circadian, mV, and homeostatic, mV per nM. */
  readonly vvc: number
  readonly vvh: number
  /** Clearance of the somnogen, h, and its production by the monoaminergic rate, nM h. */
  readonly chi: number
  readonly mu: number
  /** Time constants of the two groups, h. */
  readonly taum: number
  readonly tauv: number
  /** The circadian drive is (1 + cos(2 pi (t - alpha) / period)) / 2. */
  readonly alpha: number
  readonly period: number
}

/** A named set of them. */
export type PhillipsRobinsonParameters = {
  readonly name: string
  readonly doi: string
  readonly values: PhillipsRobinsonValues
}

/** The set of the paper (Phillips and Robinson, J Biol Rhythms 22:167, 2007), as sleepR runs it. */
export const PHILLIPS_ROBINSON_07: PhillipsRobinsonParameters = {
  name: 'phillipsrobinson07',
  doi: '10.1177/0748730406297512',
  values: {
    Qmax: 360_000,
    theta: 10,
    sigma: 3,
    vmaSa: 1,
    vvm: 1.9 / 3600,
    vmv: 1.9 / 3600,
    vvc: 6.3,
    vvh: 0.19,
    chi: 10.8,
    mu: 0.001,
    taum: 10 / 3600,
    tauv: 10 / 3600,
    alpha: 0,
    period: 24,
  },
}

/**
 * The same on the clock: t = 0 is midnight, the drive is least at 04:00, and sleep runs from 00:13
 * to 06:35. The hour is ours: the paper leaves it free.
 */
export const PHILLIPS_ROBINSON_07_CLOCK: PhillipsRobinsonParameters = {
  ...PHILLIPS_ROBINSON_07,
  name: 'phillipsrobinson07-clock',
  values: { ...PHILLIPS_ROBINSON_07.values, alpha: 16 },
}

/** Midnight of a settled sleeper on the clock, not yet asleep. */
const INITIAL_STATE = [-4.6259, -0.4334, 13.9593] as const
const FIRST_STEP_H = 1e-4
const ROOT_STEPS = 40
const ROOT_MV = 1e-6

/**
 * The flip-flop of sleep and waking as a value: the mean potentials Vv of the sleep-active and Vm
 * of the wake-active group, and the somnogen H. It switches by itself, so `awake` is ignored; the
 * sleeper is asleep while Vv > Vm. Stiff: seconds beside hours. The least circadian drive is its
 * CBTmin.
 */
export function phillipsRobinson(parameters: PhillipsRobinsonParameters): SleepWakeModel {
  const v = parameters.values
  return {
    name: 'phillipsrobinson07',
    parameters,
    stateNames: ['Vv', 'Vm', 'H'],
    initialState: INITIAL_STATE,
    initiallyAwake: true,
    alpha: () => 0,
    derivative: (state, _alpha, _awake, hour, out) => rate(v, hour, state, out),
    vjp: (state, _alpha, _awake, _hour, adjoint, gradient) => {
      const J = new Float64Array(9)
      jacobian(v, state, J)
      for (let i = 0; i < 3; i++) {
        for (let k = 0; k < 3; k++) gradient[k]! += adjoint[i]! * J[3 * i + k]!
      }
      return 0
    },
    switchMargin: (state, awake) => (awake > 0 ? state[0]! - state[1]! : state[1]! - state[0]!),
    phaseRad: (_state, hour) => {
      const turn = (hour - v.alpha) / v.period - 0.5
      return 2 * Math.PI * (turn - Math.round(turn))
    },
    cbtminOffsetH: 0,
    dlmoToCbtminH: 7,
  }
}

/**
 * Runs it over `n` samples `dtH` apart from `startH` hours after midnight by an implicit method of
 * order 5. Switches are the moments when the two potentials cross, to a hundredth of a second.
 */
export function runPhillipsRobinson(
  parameters: PhillipsRobinsonParameters,
  grid: { readonly dtH: number; readonly n: number; readonly startH?: number },
  initial?: readonly number[],
  onProgress?: (fraction: number) => void,
): SleepWakeTrajectory {
  const { dtH, n, startH = 0 } = grid
  const v = parameters.values
  const model = phillipsRobinson(parameters)
  const y = Float64Array.from(initial ?? model.initialState)
  assert(y.length === 3, `an initial state of ${y.length} numbers: it has Vv, Vm and H`)
  const system: StiffSystem = {
    size: 3,
    rate: (t, at, out) => rate(v, t, at, out),
    jacobian: (_t, at, out) => jacobian(v, at, out),
  }
  const radau = new Radau(system, FIRST_STEP_H)
  const timesH = Float64Array.from({ length: n }, (_, i) => startH + i * dtH)
  const states = new Float64Array(3 * n)
  const awake = new Uint8Array(n)
  const switches: SleepSwitch[] = []
  for (let i = 0; i < n; i++) {
    if (i > 0) radau.advance(y, timesH[i - 1]!, timesH[i]!)
    if (i % 512 === 0) onProgress?.(i / n)
    states.set(y, 3 * i)
    awake[i] = y[1]! >= y[0]! ? 1 : 0
    if (i === 0 || awake[i] === awake[i - 1]) continue
    const atH = crossing(system, states.subarray(3 * i - 3, 3 * i), timesH[i - 1]!, timesH[i]!)
    switches.push({ atH, awake: awake[i] === 1 ? 1 : 0 })
  }
  const first = v.alpha + v.period / 2
  const cbtminH: number[] = []
  for (let k = Math.ceil((startH - first) / v.period); ; k++) {
    const atH = first + k * v.period
    if (!(atH <= startH + (n - 1) * dtH)) break
    cbtminH.push(atH)
  }
  return { dtH, timesH, states, awake, switches, cbtminH, dlmoH: cbtminH.map((at) => at - 7) }
}

/** When Vv - Vm changes sign between two times: false position (Illinois) on the integrator. */
function crossing(system: StiffSystem, start: Float64Array, fromH: number, toH: number): number {
  const y = new Float64Array(3)
  const gapAt = (hour: number): number => {
    y.set(start)
    new Radau(system, FIRST_STEP_H).advance(y, fromH, hour)
    return y[0]! - y[1]!
  }
  let [a, b] = [fromH, toH]
  let [gapA, gapB] = [start[0]! - start[1]!, gapAt(toH)]
  let [middle, lastSide] = [b, 0]
  for (let i = 0; i < ROOT_STEPS; i++) {
    middle = (a * gapB - b * gapA) / (gapB - gapA)
    const gap = gapAt(middle)
    if (Math.abs(gap) < ROOT_MV) break
    const side = gap > 0 === gapB > 0 ? 1 : -1
    if (side === 1) [b, gapB] = [middle, gap]
    else [a, gapA] = [middle, gap]
    if (side === lastSide && side === 1) gapA *= 0.5
    if (side === lastSide && side === -1) gapB *= 0.5
    lastSide = side
  }
  return middle
}

function rate(
  v: PhillipsRobinsonValues,
  hour: number,
  state: Float64Array,
  out: Float64Array,
): void {
  const [Vv, Vm, H] = [state[0]!, state[1]!, state[2]!]
  const circadian = 0.5 * (1 + cos(((hour - v.alpha) * 2 * Math.PI) / v.period))
  const Qm = firing(v, Vm)
  out[0] = (-v.vvm * Qm + v.vvh * H - v.vvc * circadian - Vv) / v.tauv
  out[1] = (-v.vmv * firing(v, Vv) + v.vmaSa - Vm) / v.taum
  out[2] = (v.mu * Qm - H) / v.chi
}

function jacobian(v: PhillipsRobinsonValues, state: Float64Array, out: Float64Array): void {
  const slopeV = firingSlope(v, state[0]!)
  const slopeM = firingSlope(v, state[1]!)
  out.set([-1 / v.tauv, (-v.vvm * slopeM) / v.tauv, v.vvh / v.tauv])
  out.set([(-v.vmv * slopeV) / v.taum, -1 / v.taum, 0], 3)
  out.set([0, (v.mu * slopeM) / v.chi, -1 / v.chi], 6)
}

function firing(v: PhillipsRobinsonValues, V: number): number {
  return v.Qmax / (1 + exp((v.theta - V) / v.sigma))
}

function firingSlope(v: PhillipsRobinsonValues, V: number): number {
  const share = firing(v, V) / v.Qmax
  return (v.Qmax * share * (1 - share)) / v.sigma
}
