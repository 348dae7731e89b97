/**
 * Times back from now of which the wave is foretold, s: every 20 ms for .6 s, then 50 ms to 3 s.
 */
export const RIDGE_LAGS_S: readonly number[] = [
  ...Array.from({ length: 30 }, (_, k) => k * 0.02),
  ...Array.from({ length: 49 }, (_, k) => 0.6 + k * 0.05),
]
/** Step between two rows, s: neighbours say the same. */
export const ROW_S = 0.03
/** Shrinkage, as a part of the mean power of a tap. */
export const SHRINK = 0.01

/** Where each lag lies among the samples: whole samples back, and the share of one more. */
export class RidgeRow {
  readonly #back: Int32Array
  readonly #share: Float64Array
  /** The row that was filled last. */
  readonly values: Float64Array

  /** At the working rate, Hz. */
  constructor(rateHz: number) {
    const places = RIDGE_LAGS_S.map((lag) => lag * rateHz)
    this.#back = Int32Array.from(places, Math.floor)
    this.#share = Float64Array.from(places, (place) => place - Math.floor(place))
    this.values = new Float64Array(places.length)
  }

  /** Samples that a row looks back, and one more. */
  get reach(): number {
    return this.#back.at(-1)! + 1
  }

  /**
   * Fills the row of the moment `n`: samples at the lags before it, each less their mean. `x` may
   * be a ring, as long as a power of two.
   */
  fill(x: Float32Array | Float64Array, n: number, mask = -1): void {
    const { values } = this
    let mean = 0
    for (let k = 0; k < values.length; k++) {
      const at = n - this.#back[k]!
      const share = this.#share[k]!
      const value = (1 - share) * x[at & mask]! + share * x[(at - 1) & mask]!
      values[k] = value
      mean += value
    }
    mean /= values.length
    for (let k = 0; k < values.length; k++) values[k]! -= mean
  }
}
