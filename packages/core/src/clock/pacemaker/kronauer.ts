import { atan2 } from '../../math/elementary.ts'

/** Radians per hour of a 24-h day: pi / 12. */
export const DAILY_RATE = 0.2617993877991494

/**
 * Light acts on Kronauer's oscillators by (1 - .4 x)(1 - .4 xc). Their batches hold x and xc times
 * this.
 */
export const LIGHT_SHARE = 0.4

/** The numbers of Kronauer's revised van der Pol oscillator, under the letters of its papers. */
export type KronauerNumbers = {
  readonly mu: number
  readonly q: number
  readonly k: number
  /** (24 / (f tau))^2. */
  readonly omega2: number
  readonly G: number
  readonly beta: number
}

/**
 * Right-hand side of the revised Kronauer oscillator with process L in state (x, xc, n): per hour,
 * into `out`. Jewett, Forger & Kronauer, J Biol Rhythms 14:493 (1999), eq. 1-9; St. Hilaire 2007
 * and Breslow 2013 add their terms to it.
 */
export function kronauerDerivative(
  numbers: KronauerNumbers,
  state: Float64Array,
  alpha: number,
  out: Float64Array,
): void {
  const { mu, q, k, omega2, G, beta } = numbers
  const x = state[0]!
  const xc = state[1]!
  const n = state[2]!
  const B = G * (1 - n) * alpha * (1 - 0.4 * x) * (1 - 0.4 * xc)
  const x2 = x * x
  const pull = x * (1 / 3 + x2 * (4 / 3 - (256 / 105) * (x2 * x2)))
  out[0] = DAILY_RATE * (xc + mu * pull + B)
  out[1] = DAILY_RATE * (q * B * xc - x * (omega2 + k * B))
  out[2] = 60 * (alpha * (1 - n) - beta * n)
}

/** Transposed derivative of `kronauerDerivative`, in the manner of `Pacemaker.vjp`. */
export function kronauerVjp(
  numbers: KronauerNumbers,
  state: Float64Array,
  alpha: number,
  adjoint: Float64Array,
  gradient: Float64Array,
): number {
  const { mu, q, k, omega2, G, beta } = numbers
  const x = state[0]!
  const xc = state[1]!
  const n = state[2]!
  const fx = 1 - 0.4 * x
  const fc = 1 - 0.4 * xc
  const perAlpha = G * (1 - n) * fx * fc
  const B = alpha * perAlpha
  const ax = DAILY_RATE * adjoint[0]!
  const ac = DAILY_RATE * adjoint[1]!
  const an = 60 * adjoint[2]!
  const aB = ax + ac * (q * xc - k * x)
  const x2 = x * x
  const slope = 1 / 3 + x2 * (4 - (256 / 15) * (x2 * x2))
  gradient[0]! += ax * mu * slope - ac * (omega2 + k * B) - aB * 0.4 * alpha * G * (1 - n) * fc
  gradient[1]! += ax + ac * q * B - aB * 0.4 * alpha * G * (1 - n) * fx
  gradient[2]! += -aB * alpha * G * fx * fc - an * (alpha + beta)
  return aB * perAlpha + an * (1 - n)
}

/** (24 / (f tau))^2: the stiffness of an oscillator whose period in darkness is near tau, h. */
export function stiffness(f: number, tau: number): number {
  return (24 / (f * tau)) * (24 / (f * tau))
}

/** Phase of (x, xc), radians -pi..pi: 0 at the trough of x, growing with time. */
export function planarPhaseRad(state: Float64Array): number {
  return atan2(state[1]!, -state[0]!)
}

/** Distance of (x, xc) from the singularity. */
export function planarAmplitude(state: Float64Array): number {
  return Math.sqrt(state[0]! * state[0]! + state[1]! * state[1]!)
}
