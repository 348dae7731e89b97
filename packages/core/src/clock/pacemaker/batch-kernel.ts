import type { BatchMarkers } from './batch-markers.ts'
import type { Troughs } from './trough.ts'

/** What a kernel works on: one person's row of light, and the columns. */
export type KernelRun = {
  readonly states: readonly Float64Array[]
  readonly tau: Float64Array
  readonly lightGain: Float64Array
  readonly markers: BatchMarkers
  readonly dtH: number
  readonly lux: Float64Array
  readonly samples: number
  /** Slope of x (or the phase) at the end of each person's last step, for corners. */
  readonly slopes: Float64Array
  readonly troughs: Troughs
  /** Hour of the states before the first sample. */
  readonly fromH: number
}

/** Takes a person through a row of light. */
export type BatchKernel = (run: KernelRun, person: number) => void

/**
 * Of a receptor's memory, the share that one step of a batch may span: brighter light is stepped
 * more finely. Against `simulate` the states then differ by less than 5e-5 in light to 60 klux.
 */
export const BATCH_RECEPTOR_STEP = 1
