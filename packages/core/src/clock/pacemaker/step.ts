import { assert } from '../../math/assert.ts'
import { exp } from '../../math/elementary.ts'
import type { Pacemaker } from './pacemaker.ts'

/** Most components a pacemaker's state may have. */
export const MAX_STATES = 8

const k1 = new Float64Array(MAX_STATES)
const k2 = new Float64Array(MAX_STATES)
const k3 = new Float64Array(MAX_STATES)
const k4 = new Float64Array(MAX_STATES)
const [stage2, stage3, stage4] = [0, 0, 0].map(() => new Float64Array(MAX_STATES)) as [
  Float64Array,
  Float64Array,
  Float64Array,
]
const sum = new Float64Array(MAX_STATES)
const weight = new Float64Array(MAX_STATES)
const pulled = new Float64Array(MAX_STATES)

/**
 * One step of `dtH` hours from `state` into `out` (which may be `state`). The receptor n is taken
 * in closed form at t, t + h/2 and t + h, so that direct sun is as stable as dusk; the rest is
 * Runge-Kutta 4 over that n. `alpha`, `awake` and `hour` (hours since midnight of day 1, at the end
 * of the step by the convention of the reference trajectories) are held over the step. NaN in, NaN
 * out.
 */
export function stepPacemaker(
  pacemaker: Pacemaker,
  state: Float64Array,
  alpha: number,
  awake: number,
  hour: number,
  dtH: number,
  out: Float64Array,
): void {
  const size = stages(pacemaker, state, alpha, awake, hour, dtH)
  pacemaker.derivative(stage4, alpha, awake, hour, k4)
  const nAfter = stage4[pacemaker.receptor]!
  for (let j = 0; j < size; j++) {
    out[j] = state[j]! + (dtH / 6) * (k1[j]! + 2 * k2[j]! + 2 * k3[j]! + k4[j]!)
  }
  out[pacemaker.receptor] = nAfter
}

/**
 * One step of Runge-Kutta 4 over the whole state, the receptor too: as the reference trajectories
 * are made. Unstable in direct sun unless the step is short. Otherwise as `stepPacemaker`.
 */
export function stepWhole(
  pacemaker: Pacemaker,
  state: Float64Array,
  alpha: number,
  awake: number,
  hour: number,
  dtH: number,
  out: Float64Array,
): void {
  const size = state.length
  const { derivative } = pacemaker
  derivative(state, alpha, awake, hour, k1)
  for (let j = 0; j < size; j++) stage2[j] = state[j]! + (dtH / 2) * k1[j]!
  derivative(stage2, alpha, awake, hour, k2)
  for (let j = 0; j < size; j++) stage3[j] = state[j]! + (dtH / 2) * k2[j]!
  derivative(stage3, alpha, awake, hour, k3)
  for (let j = 0; j < size; j++) stage4[j] = state[j]! + dtH * k3[j]!
  derivative(stage4, alpha, awake, hour, k4)
  for (let j = 0; j < size; j++) {
    out[j] = state[j]! + (dtH / 6) * (k1[j]! + 2 * k2[j]! + 2 * k3[j]! + k4[j]!)
  }
}

/** Gradients that `stepAdjoint` gives beside the state's. */
export type StepGradient = {
  /** By the receptor's drive alpha. */
  alpha: number
  /** By the intrinsic period tau, h. */
  tauH: number
}

/**
 * The exact adjoint of `stepPacemaker`: given in `adjoint` the gradient by the state after the
 * step, replaces it by the gradient by the state before, and adds to `gradient` those by alpha and
 * tau of this step. By a gain g on the light: `gradient.alpha * pacemaker.alphaPerLogLux(g * lux) /
 * g`. `state` is the state before the step.
 */
export function stepAdjoint(
  pacemaker: Pacemaker,
  state: Float64Array,
  alpha: number,
  awake: number,
  hour: number,
  dtH: number,
  adjoint: Float64Array,
  gradient: StepGradient,
): void {
  const size = stages(pacemaker, state, alpha, awake, hour, dtH)
  const n = pacemaker.receptor
  const after = adjoint[n]!
  adjoint[n] = 0
  sum.set(adjoint)
  pulled.fill(0)
  const pull = (at: Float64Array, share: number, carry: number): number => {
    for (let j = 0; j < size; j++) {
      weight[j] = j === n ? 0 : share * adjoint[j]! + carry * pulled[j]!
      pulled[j] = 0
    }
    gradient.alpha += pacemaker.vjp(at, alpha, awake, hour, weight, pulled)
    gradient.tauH += pacemaker.tauVjp(at, weight)
    for (let j = 0; j < size; j++) if (j !== n) sum[j]! += pulled[j]!
    return pulled[n]!
  }
  const byEnd = after + pull(stage4, dtH / 6, 0)
  const byMiddle = pull(stage3, dtH / 3, dtH) + pull(stage2, dtH / 3, dtH / 2)
  const byStart = pull(state, dtH / 6, dtH / 2)
  const rate = alpha + pacemaker.beta
  const limit = alpha / rate
  const half = exp(-30 * rate * dtH)
  const limitSlope = pacemaker.beta / (rate * rate)
  const excess = state[n]! - limit
  const slope = (kept: number, t: number): number =>
    (1 - kept) * limitSlope - 60 * t * excess * kept
  gradient.alpha += byEnd * slope(half * half, dtH) + byMiddle * slope(half, dtH / 2)
  sum[n] = byStart + byMiddle * half + byEnd * half * half
  for (let j = 0; j < size; j++) adjoint[j] = sum[j]!
}

/**
 * Leaves the stages of a step in `stage2..4` and their slopes in `k1..k3`; returns the state's
 * size.
 */
function stages(
  pacemaker: Pacemaker,
  state: Float64Array,
  alpha: number,
  awake: number,
  hour: number,
  dtH: number,
): number {
  const size = pacemaker.initialState.length
  assert(state.length === size, `state: got ${state.length} numbers, expected ${size}`)
  const n = pacemaker.receptor
  const rate = alpha + pacemaker.beta
  const limit = alpha / rate
  const half = exp(-30 * rate * dtH)
  const excess = state[n]! - limit
  const middle = limit + excess * half
  pacemaker.derivative(state, alpha, awake, hour, k1)
  for (let j = 0; j < size; j++) stage2[j] = state[j]! + (dtH / 2) * k1[j]!
  stage2[n] = middle
  pacemaker.derivative(stage2, alpha, awake, hour, k2)
  for (let j = 0; j < size; j++) stage3[j] = state[j]! + (dtH / 2) * k2[j]!
  stage3[n] = middle
  pacemaker.derivative(stage3, alpha, awake, hour, k3)
  for (let j = 0; j < size; j++) stage4[j] = state[j]! + dtH * k3[j]!
  stage4[n] = limit + excess * (half * half)
  return size
}
