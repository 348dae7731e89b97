import { atan2, pow } from '../../math/elementary.ts'
import type { Skeldon23Parameters, Skeldon23Values } from './skeldon23-parameters.ts'
import type { SleepWakeModel } from './sleep-wake-model.ts'

/** Radians of the oscillator per hour of clock, 1 / kappa in the paper. */
export const OSCILLATOR_RATE: number = Math.PI / 12

/** x, xc, n, H at midnight of a 16:8 day, awake: where the reference implementation starts. */
const INITIAL_STATE = [0.23995682, -1.1547196, 0.50529415, 12.83846474] as const

/**
 * The homeostatic-circadian-light model (Skeldon et al., PLoS Comput Biol 19:e1011743, 2023) with
 * a set of parameters: a van der Pol pacemaker (x, xc), its photoreceptor n, and a sleep pressure H
 * that rises awake and falls asleep between thresholds the pacemaker moves. `alpha` is the drive of
 * the light that reaches the retina: whoever shuts the eyes passes 0. CBTmin is the minimum of x.
 */
export function skeldon23(parameters: Skeldon23Parameters): SleepWakeModel {
  const v = parameters.values
  return {
    name: 'skeldon23',
    parameters,
    stateNames: ['x', 'xc', 'n', 'H'],
    initialState: INITIAL_STATE,
    initiallyAwake: true,
    alpha: (lux) => skeldon23Alpha(v, lux),
    derivative: (state, alpha, awake, _hour, out) => derivative(v, state, alpha, awake, out),
    vjp: (state, alpha, _awake, _hour, adjoint, gradient) =>
      vjp(v, state, alpha, adjoint, gradient),
    switchMargin: (state, awake) => switchMargin(v, state[0]!, state[1]!, state[3]!, awake),
    phaseRad: (state) => atan2(state[1]!, -state[0]!),
    cbtminOffsetH: 0,
    dlmoToCbtminH: 7,
  }
}

/** Drive of the receptor by photopic light, per minute. Below 0 lux counts as 0; NaN stays NaN. */
export function skeldon23Alpha(v: Skeldon23Values, lux: number): number {
  return lux <= 0 ? 0 : v.alpha0 * pow(lux / v.I0, v.p)
}

/** The circadian wake propensity ca c(x, xc): both thresholds of the pressure move with it. */
function wakePropensity(v: Skeldon23Values, x: number, xc: number): number {
  const linear = v.c20 + v.alpha21 * xc + v.alpha22 * x
  return v.ca * (linear + v.beta21 * xc * xc + v.beta22 * xc * x + v.beta23 * x * x)
}

/** Its derivative along (dx, dxc). */
export function wakePropensityRate(
  v: Skeldon23Values,
  x: number,
  xc: number,
  dx: number,
  dxc: number,
): number {
  const byX = v.alpha22 + v.beta22 * xc + 2 * v.beta23 * x
  const byXc = v.alpha21 + 2 * v.beta21 * xc + v.beta22 * x
  return v.ca * (byX * dx + byXc * dxc)
}

/** H - (H0 + Delta/2 + C) awake, (H0 - Delta/2 + C) - H asleep: at 0 the state changes. */
export function switchMargin(
  v: Skeldon23Values,
  x: number,
  xc: number,
  H: number,
  awake: number,
): number {
  const above = H - v.H0 - wakePropensity(v, x, xc)
  return (awake > 0 ? above : -above) - 0.5 * v.Delta
}

function derivative(
  v: Skeldon23Values,
  state: Float64Array,
  alpha: number,
  awake: number,
  out: Float64Array,
): void {
  const [x, xc, n, H] = [state[0]!, state[1]!, state[2]!, state[3]!]
  const B = v.G * (1 - n) * alpha * (1 - v.b * x) * (1 - v.b * xc)
  const frequency = 24 / (v.f * v.tauc)
  out[0] = OSCILLATOR_RATE * (xc + B)
  out[1] =
    OSCILLATOR_RATE *
    (v.gamma * (xc - (4 / 3) * xc * xc * xc) - x * (frequency * frequency + v.k * B))
  out[2] = 60 * (alpha * (1 - n) - v.beta * n)
  out[3] = (v.mu * awake - H) / v.chi
}

function vjp(
  v: Skeldon23Values,
  state: Float64Array,
  alpha: number,
  adjoint: Float64Array,
  gradient: Float64Array,
): number {
  const [x, xc, n] = [state[0]!, state[1]!, state[2]!]
  const [ux, uxc] = [1 - v.b * x, 1 - v.b * xc]
  const drive = v.G * (1 - n)
  const B = drive * alpha * ux * uxc
  const frequency = 24 / (v.f * v.tauc)
  const ax = OSCILLATOR_RATE * adjoint[0]!
  const axc = OSCILLATOR_RATE * adjoint[1]!
  const aB = ax - v.k * x * axc
  gradient[0]! -= axc * (frequency * frequency + v.k * B) + aB * v.b * drive * alpha * uxc
  gradient[1]! += ax + axc * v.gamma * (1 - 4 * xc * xc) - aB * v.b * drive * alpha * ux
  gradient[2]! -= 60 * (alpha + v.beta) * adjoint[2]! + aB * v.G * alpha * ux * uxc
  gradient[3]! -= adjoint[3]! / v.chi
  return aB * drive * ux * uxc + 60 * (1 - n) * adjoint[2]!
}
