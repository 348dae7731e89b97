import type { Pacemaker } from './pacemaker.ts'
import { MAX_STATES, stepPacemaker } from './step.ts'

/** A marker is located to this, h (.04 s). */
const TOLERANCE_H = 1e-5
const MAX_STEPS = 60
const CORNER_HALF_WIDTH_H = 10 / 3600

/** A step in which a marker lies: what holds over it, and the state it starts from. */
export type MarkerStep = {
  readonly alpha: number
  readonly awake: number
  /** At its end, h since midnight of day 1. */
  readonly hour: number
  readonly lengthH: number
  readonly start: Float64Array
}

/**
 * What passes 0 upwards at a model's marker: x' per hour at (state, light, wake, hour), or its
 * phase.
 */
export function markerSignal(
  pacemaker: Pacemaker,
  state: Float64Array,
  { alpha, awake, hour }: Pick<MarkerStep, 'alpha' | 'awake' | 'hour'>,
): number {
  if (pacemaker.marker === 'phase') return pacemaker.phaseRad(state)
  pacemaker.derivative(state, alpha, awake, hour, slope)
  return slope[0]!
}

const slope = new Float64Array(MAX_STATES)

/**
 * Hours into a step at which its marker signal, `below` < 0 at the start and `above` >= 0 at the
 * end, is 0: by false position (Illinois) over real steps. Leaves the state there in `inside`.
 */
export function markerRootH(
  pacemaker: Pacemaker,
  step: MarkerStep,
  below: number,
  above: number,
  inside: Float64Array,
): number {
  let [lo, hi] = [0, step.lengthH]
  let [under, over] = [below, above]
  let at = hi
  let side = 0
  for (let i = 0; i < MAX_STEPS && hi - lo > TOLERANCE_H; i++) {
    const last = at
    at = lo + (hi - lo) * (under / (under - over))
    stepPacemaker(pacemaker, step.start, step.alpha, step.awake, step.hour, at, inside)
    const signal = markerSignal(pacemaker, inside, step)
    if (signal === 0 || Math.abs(at - last) < TOLERANCE_H / 10) break
    if (signal < 0) {
      lo = at
      under = signal
      if (side === -1) over /= 2
      side = -1
    } else {
      hi = at
      over = signal
      if (side === 1) under /= 2
      side = 1
    }
  }
  return at
}

/**
 * Where light comes on at the trough, x has a corner there. The reference trajectories read it by a
 * parabola through samples 22.5 s apart, up to 11 s from the corner; one of +-10 s lies within 6.3
 * s of both. Hours from the corner, by the slopes of x before (< 0) and after it.
 */
export function cornerH(before: number, after: number): number {
  return ((CORNER_HALF_WIDTH_H / 2) * (-before - after)) / (after - before)
}
