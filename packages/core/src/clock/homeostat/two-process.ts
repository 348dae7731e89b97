import { assert } from '../../math/assert.ts'
import { cos, exp, sin } from '../../math/elementary.ts'
import type { SleepSwitch, SleepWakeModel, SleepWakeTrajectory } from './sleep-wake-model.ts'

/** The numbers of the two-process model; hours, and sleep pressure in units of its asymptote. */
export type TwoProcessValues = {
  /** Time constants of the pressure awake and asleep, h. */
  readonly chiW: number
  readonly chiS: number
  /** Upper asymptote awake; asleep it is 0. */
  readonly mu: number
  /** Means of the thresholds of falling asleep and of waking. */
  readonly upper: number
  readonly lower: number
  /** Both move by a sin(2 pi (t - alpha) / period). */
  readonly a: number
  readonly alpha: number
  readonly period: number
}

/** A named set of them. */
export type TwoProcessParameters = {
  readonly name: string
  readonly doi: string
  readonly values: TwoProcessValues
}

const DAAN = {
  chiW: 18.2,
  chiS: 4.2,
  mu: 1,
  upper: 0.6,
  lower: 0.17,
  a: 0.1,
  period: 24,
}

/**
 * Daan, Beersma and Borbely (Am J Physiol 246:R161, 1984) on the clock: t = 0 is midnight, the
 * thresholds are highest at 18:00 and lowest at 06:00, and sleep runs from 23:35 to 07:58.
 */
export const TWO_PROCESS_CLOCK: TwoProcessParameters = {
  name: 'daan84-clock',
  doi: '10.1152/ajpregu.1984.246.2.R161',
  values: { ...DAAN, alpha: 12 },
}

/** The same with the sine at 0 h, as sleepR and the golden run have it: t = 0 is about noon. */
export const TWO_PROCESS_SLEEPR: TwoProcessParameters = {
  name: 'daan84-sleepr',
  doi: '10.1152/ajpregu.1984.246.2.R161',
  values: { ...DAAN, alpha: 0 },
}

/** Midnight of a settled sleeper by the clock's set, asleep since 23:35. */
const INITIAL_PRESSURE = 0.55241
const MAX_ROOT_STEPS = 10_000
const MAX_SWITCHES = 100_000
const REACHED = 1e-14

/**
 * The two-process model of sleep regulation as a value. Its state is the pressure S; it has no
 * light, and its clock never moves: the lowest point of the thresholds is its CBTmin.
 */
export function twoProcess(parameters: TwoProcessParameters): SleepWakeModel {
  const v = parameters.values
  return {
    name: 'twoprocess',
    parameters,
    stateNames: ['S'],
    initialState: [INITIAL_PRESSURE],
    initiallyAwake: false,
    alpha: () => 0,
    derivative: (state, _alpha, awake, _hour, out) => {
      out[0] = awake > 0 ? (v.mu - state[0]!) / v.chiW : -state[0]! / v.chiS
    },
    vjp: (_state, _alpha, awake, _hour, adjoint, gradient) => {
      gradient[0]! -= adjoint[0]! / (awake > 0 ? v.chiW : v.chiS)
      return 0
    },
    switchMargin: (state, awake, hour) => {
      const shift = v.a * sin(((hour - v.alpha) * 2 * Math.PI) / v.period)
      return awake > 0 ? state[0]! - v.upper - shift : v.lower + shift - state[0]!
    },
    phaseRad: (_state, hour) => {
      const turn = (hour - v.alpha) / v.period - 0.75
      return 2 * Math.PI * (turn - Math.round(turn))
    },
    cbtminOffsetH: 0,
    dlmoToCbtminH: 7,
  }
}

/** The pressure after `h` hours awake or asleep, in closed form. */
export function twoProcessPressure(
  v: TwoProcessValues,
  S: number,
  awake: boolean,
  h: number,
): number {
  return awake ? v.mu + (S - v.mu) * exp(-h / v.chiW) : S * exp(-h / v.chiS)
}

/**
 * Hours until a sleeper with pressure S at `fromH` changes state, Infinity if not within `withinH`.
 * The first crossing is never stepped over: each step is the longest in which the margin, whose
 * second derivative is bounded, cannot yet have reached 0, and near the root this is Newton's.
 */
export function hoursToSwitch(
  v: TwoProcessValues,
  S: number,
  awake: boolean,
  fromH: number,
  withinH: number,
): number {
  const w = (2 * Math.PI) / v.period
  const tau = awake ? v.chiW : v.chiS
  const settled = awake ? v.mu : 0
  const sign = awake ? 1 : -1
  const level = awake ? v.upper : v.lower
  let h = 0
  for (let i = 0; i < MAX_ROOT_STEPS; i++) {
    const rest = (S - settled) * exp(-h / tau)
    const angle = w * (fromH + h - v.alpha)
    const margin = sign * (settled + rest - level - v.a * sin(angle))
    if (margin >= -REACHED) return h
    const rate = sign * (-rest / tau - v.a * w * cos(angle))
    const bend = Math.abs(rest) / (tau * tau) + Math.abs(v.a) * w * w
    const root = Math.sqrt(rate * rate - 2 * bend * margin)
    h += rate > 0 ? (-2 * margin) / (rate + root) : (root - rate) / bend
    if (h > withinH) return Infinity
  }
  return h
}

/**
 * Runs the two-process model over `n` samples `dtH` apart from `startH` hours after midnight, with
 * exact switching times. `initial.awake` is what the sleeper does at the first sample.
 */
export function runTwoProcess(
  { values: v }: TwoProcessParameters,
  grid: { readonly dtH: number; readonly n: number; readonly startH?: number },
  initial: { readonly S: number; readonly awake: boolean } = { S: INITIAL_PRESSURE, awake: false },
): SleepWakeTrajectory {
  const { dtH, n, startH = 0 } = grid
  const endH = startH + (n - 1) * dtH
  const timesH = Float64Array.from({ length: n }, (_, i) => startH + i * dtH)
  const states = new Float64Array(n)
  const awake = new Uint8Array(n)
  const switches: SleepSwitch[] = []
  let [S, up, fromH, row] = [initial.S, initial.awake, startH, 0]
  while (row < n) {
    const untilH = fromH + hoursToSwitch(v, S, up, fromH, endH - fromH)
    for (; row < n && timesH[row]! < untilH; row++) {
      states[row] = twoProcessPressure(v, S, up, timesH[row]! - fromH)
      awake[row] = up ? 1 : 0
    }
    if (untilH > endH) break
    S = twoProcessPressure(v, S, up, untilH - fromH)
    up = !up
    fromH = untilH
    switches.push({ atH: untilH, awake: up ? 1 : 0 })
    assert(switches.length < MAX_SWITCHES, 'the thresholds leave no room between them')
  }
  const cbtminH = troughsBetween(v, startH, endH)
  return { dtH, timesH, states, awake, switches, cbtminH, dlmoH: cbtminH.map((at) => at - 7) }
}

function troughsBetween(v: TwoProcessValues, startH: number, endH: number): number[] {
  const first = v.alpha + 0.75 * v.period
  const skip = Math.ceil((startH - first) / v.period)
  const troughs: number[] = []
  for (let k = skip; first + k * v.period <= endH; k++) troughs.push(first + k * v.period)
  return troughs
}
