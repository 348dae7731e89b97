import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import type { PacemakerName } from '../../clock/pacemaker/pacemaker.ts'
import { atan2, cos, hypot, pow, sin } from '../../math/elementary.ts'
import { hannayStep } from './hannay-step.ts'
import { type KronauerNumbers, kronauerStep } from './kronauer-step.ts'
import type { PlanarStep } from './planar-step.ts'

/**
 * A person's clock as the planner runs it: a planar oscillator driven by a receptor with n' = 60
 * (alpha (1 - n) - beta n) and B = gain alpha (1 - n). Phase is atan2(b, -a), growing with time.
 */
export type PlanarClock = {
  readonly step: PlanarStep
  /** Start: a, b, n. */
  readonly start: readonly [number, number, number]
  readonly dtH: number
  readonly beta: number
  readonly gain: number
  /** Receptor drive per minute of photopic lux at the eye, this person's sensitivity included. */
  alpha(lux: number): number
  /** Changes sign from below to above at the model's own marker of CBTmin, in darkness. */
  marker(a: number, b: number): number
  /** Hours from the marker to CBTmin. */
  readonly markerOffsetH: number
  readonly weight: number
}

type Light = { readonly beta: number; readonly gain: number; alpha(lux: number): number }

const JEWETT: Omit<KronauerNumbers, 'tauH'> = { f: 0.99729, muX: 0.13, muXc: 0, q: 1 / 3 }
const FORGER: Omit<KronauerNumbers, 'tauH'> = { f: 0.99669, muX: 0, muXc: 0.23, q: 0 }
const HILAIRE_LIGHT: Light = {
  beta: 0.007,
  gain: 37,
  alpha: (lux) => 0.1 * Math.sqrt(lux / 9500) * (lux / (lux + 100)),
}
const LIGHT: Readonly<Record<'jewett99' | 'forger99' | 'hannay19', Light>> = {
  jewett99: { beta: 0.013, gain: 19.875, alpha: (lux) => 0.16 * pow(lux / 9500, 0.6) },
  forger99: { beta: 0.0075, gain: 33.75, alpha: (lux) => 0.05 * Math.sqrt(lux / 9500) },
  hannay19: {
    beta: 0.0075,
    gain: 33.75,
    alpha: (lux) => (0.05 * lux * Math.sqrt(lux)) / (lux * Math.sqrt(lux) + 9325),
  },
}

/**
 * The planar clock of a draw, stepped by `dtH` hours. Jewett99, Forger99 and Hannay19 are the
 * models themselves; Hilaire07 and Breslow13 run without their small push of sleep and melatonin,
 * and Hannay's two populations as their ventral one. `tauH` is the period in darkness.
 */
export function planarClock(draw: ClockDraw, dtH: number): PlanarClock {
  const light = lightOf(draw.model)
  const hannay = draw.model === 'hannay19' || draw.model === 'hannay19tp'
  const numbers = draw.model === 'forger99' ? FORGER : JEWETT
  return {
    step: hannay
      ? hannayStep(hannayOmega(draw.tauH), dtH)
      : kronauerStep({ ...numbers, tauH: draw.tauH }, dtH),
    start: startOf(draw),
    dtH,
    beta: light.beta,
    gain: light.gain,
    alpha: (lux) => light.alpha(draw.lightGain * Math.max(0, lux)),
    marker: hannay ? hannayMarker : draw.model === 'forger99' ? forgerMarker : jewettMarker,
    markerOffsetH: offsetOf(draw.model) + (draw.cbtminShiftH ?? 0),
    weight: draw.weight,
  }
}

function lightOf(model: PacemakerName): Light {
  if (model === 'hilaire07' || model === 'breslow13') return HILAIRE_LIGHT
  return LIGHT[model === 'hannay19tp' ? 'hannay19' : model]
}

/**
 * Hannay's angular frequency w0 whose period in darkness is `tauH`: there the amplitude rests at
 * R^4 = 1 - 2 g / (K cos b1) and the phase moves at w0 + K/2 sin b1 (1 + R^4). At the published
 * .263524 the period is 24.18 h.
 */
function hannayOmega(tauH: number): number {
  const r4 = 1 - (2 * 0.024) / (0.06358 * cos(-0.09318))
  return (2 * Math.PI) / tauH - (0.06358 / 2) * sin(-0.09318) * (1 + r4)
}

/** The planner's (a, b, n) of a model's own state. */
function startOf(draw: ClockDraw): [number, number, number] {
  const s = draw.state
  const at = (index: number): number => s[index] ?? 0
  if (draw.model === 'hannay19') return [at(0) * cos(at(1)), -at(0) * sin(at(1)), at(2)]
  if (draw.model === 'hannay19tp') return [at(0) * cos(at(2)), -at(0) * sin(at(2)), at(4)]
  return [at(0), at(1), at(2)]
}

/** A draw's own state with the planner's (a, b, n) put into it. */
export function stateOf(draw: ClockDraw, planar: ArrayLike<number>): number[] {
  const [a, b, n] = [planar[0]!, planar[1]!, planar[2]!]
  const state = [...draw.state]
  if (draw.model === 'hannay19') return [hypot(a, b), atan2(-b, a), n]
  if (draw.model === 'hannay19tp') {
    // The dorsal population keeps its lag and its own amplitude.
    const phase = atan2(-b, a)
    return [hypot(a, b), state[1]!, phase, phase + state[3]! - state[2]!, n]
  }
  state[0] = a
  state[1] = b
  state[2] = n
  return state
}

function offsetOf(model: PacemakerName): number {
  if (model === 'jewett99') return 0.8
  return model === 'hilaire07' || model === 'breslow13' ? 0.97 : 0
}

function jewettMarker(a: number, b: number): number {
  const a2 = a * a
  return b + 0.13 * a * (1 / 3 + a2 * (4 / 3 - (256 / 105) * a2 * a2))
}

function forgerMarker(_a: number, b: number): number {
  return b
}

function hannayMarker(_a: number, b: number): number {
  return b
}
