import type { BatchMarkers } from './batch-markers.ts'
import type { Troughs } from './trough.ts'

/**
 * Of a receptor's memory, the share that one step of a batch may span: brighter light is stepped
 * more finely. Against `simulate` the states then differ by less than 5e-5 in light to 60 klux.
 */
export const BATCH_RECEPTOR_STEP = 1

/** Light on one person: lux held over each of `samples` from `first`. */
export type BatchLight = {
  readonly lux: Float64Array | Float32Array
  readonly first: number
  readonly samples: number
  /** Length of a sample, and the hour at which the first begins. */
  readonly dtH: number
  readonly fromH: number
}

/** One person of a batch. */
export type BatchPerson = {
  readonly person: number
  /** Factor on the light, and tau, h. */
  readonly gain: number
  readonly tau: number
  /**
   * The state, and behind it what the model carries from light to light: the slope of x at the end
   * of the last step, or the last cycle that had a marker. NaN at first.
   */
  readonly state: Float64Array
  readonly markers: BatchMarkers
  readonly troughs: Troughs
}

/** A model that runs in batches. */
export type BatchKernel = {
  /** How fast the receptor goes to its limit in a light under a person's gain, per minute. */
  rate(lux: number, gain: number): number
  /**
   * Takes a person through light, a step a sample. Ends early at a light below 0, without a number
   * or with a rate above `fastestRate`; returns the samples lived.
   */
  live(person: BatchPerson, light: BatchLight): number
}

/**
 * The fastest decay (per minute) of a receptor that a step of `dtH` hours may span; 1e-9 is left
 * for the rounding of a step that just may.
 */
export function fastestRate(dtH: number): number {
  return (BATCH_RECEPTOR_STEP * (1 + 1e-9)) / (60 * dtH)
}
