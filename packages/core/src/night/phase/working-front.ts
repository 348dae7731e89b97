import { assert } from '../../math/assert.ts'

/** Rate at which phase is followed, about, Hz. */
const NEAR_HZ = 100

/**
 * Brings a channel down to about 100 Hz with next to no delay: the mean of each `factor` samples.
 * Its zeros lie on the multiples of the new rate, so that nothing folds onto slow waves; its delay,
 * (factor - 1) / 2 samples, is exact at every frequency and is accounted for by `momentOf`.
 */
export class WorkingFront {
  /** Samples of the channel to one of ours. */
  readonly factor: number
  /** Our rate, Hz: 85.3 of 256, 100 of 200, 128 of 128. */
  readonly rateHz: number
  #sum = 0
  #present = 0
  #taken = 0

  constructor(nativeHz: number) {
    assert(nativeHz >= 40, `rate ${nativeHz}, expected at least 40 Hz`)
    this.factor = Math.max(1, Math.round(nativeHz / NEAR_HZ))
    this.rateHz = nativeHz / this.factor
  }

  /**
   * Takes a sample. True when `value` is new. Groups are cut at multiples of `factor` of the sample
   * index, so that pieces change nothing.
   */
  push(sample: number, x: number): boolean {
    if (!Number.isNaN(x)) {
      this.#sum += x
      this.#present++
    }
    this.#taken++
    if ((sample + 1) % this.factor !== 0) return false
    this.value = this.#present * 2 > this.#taken ? this.#sum / this.#present : Number.NaN
    this.#sum = 0
    this.#present = 0
    this.#taken = 0
    return true
  }

  /** The last value; NaN where more than half of its samples are missing. */
  value: number = Number.NaN

  /** The moment, in samples of the channel, that the value ending at `sample` stands for. */
  momentOf(sample: number): number {
    return sample - (this.factor - 1) / 2
  }
}
