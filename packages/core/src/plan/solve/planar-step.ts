/**
 * One step of a two-dimensional oscillator, and its transpose. `drive` is the receptor's output B
 * at the start, middle and end of the step.
 */
export type PlanarStep = {
  /** (a, b) after the step, into `out`. */
  forward(a: number, b: number, drive: Float64Array, out: Float64Array): void
  /**
   * From the adjoint after the step: adjoint before it (out 0, 1) and d / d drive (out 2, 3, 4).
   */
  backward(
    a: number,
    b: number,
    drive: Float64Array,
    adjoint: Float64Array,
    out: Float64Array,
  ): void
  /** d(a, b)/dt per hour under `drive`, into `out`. */
  rates(a: number, b: number, drive: number, out: Float64Array): void
}
