/**
 * A two-dimensional oscillator in Runge-Kutta steps. `drives` holds the receptor's output B at the
 * start, middle and end of every step; a path a, b and n of step 0, 1, ..., of which the oscillator
 * has a and b.
 */
export type PlanarStep = {
  /** Fills a path of `steps` steps on from the a and b of step `from`. */
  forward(from: number, steps: number, drives: Float64Array, path: Float64Array): void
  /** The slopes of a step of a path, at its four stages, into `slopes`: see `STAGE_SLOPES`. */
  linearize(step: number, drives: Float64Array, path: Float64Array, slopes: Float64Array): void
  /** d(a, b)/dt per hour under `drive`, into `out`. */
  rates(a: number, b: number, drive: number, out: Float64Array): void
}

/**
 * Slopes of a stage: of what half a step adds to a by a, b and the drive, then of what it adds to
 * b.
 */
export const STAGE_SLOPES = 6
