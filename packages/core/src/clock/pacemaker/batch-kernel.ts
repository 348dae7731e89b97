import type { BatchMarkers } from './batch-markers.ts'
import type { ReceptorRow } from './receptor-row.ts'
import type { Troughs } from './trough.ts'

/** What a kernel works on. */
export type KernelRun = {
  /** The steps through the present person's light. */
  readonly row: ReceptorRow
  /**
   * That person's state, and behind it what the model carries from row to row: the slope of x at
   * the end of the last step, or the last cycle that had a marker. NaN at first.
   */
  readonly state: Float64Array
  /** Everybody's tau, h. */
  readonly tau: Float64Array
  readonly markers: BatchMarkers
  readonly troughs: Troughs
  /** Hour of the states before the row. */
  readonly fromH: number
}

/** A model that runs in batches. */
export type BatchKernel = {
  /** The receptor's drive for each lux under a person's gain, per minute, into `drives`. */
  drive(lux: Float64Array, gain: number, drives: Float64Array): void
  /** Takes a person through the row. */
  live(run: KernelRun, person: number): void
}
