import type { SeenLate } from './predictor.ts'
import { RidgeRow, ROW_S } from './ridge-row.ts'

/** A wave larger than this is no wave, uV. */
const MOST_UV = 400

/**
 * Rows of a regression out of a signal that goes on: what was seen at a moment some seconds ago,
 * and the wave that came `aheadS` after it, once that is known.
 */
export class RowsOfPast {
  readonly #row: RidgeRow
  readonly #ring: Float64Array
  readonly #mask: number
  readonly #whole: number
  readonly #ahead: number
  readonly #part: number
  readonly #stride: number
  /** Samples so far; the last one is `count - 1`. */
  #count = 0
  #present = 0
  #deep = 0
  #reBefore = Number.NaN
  #imBefore = Number.NaN
  /** The wave that goes with the row. */
  re: number = Number.NaN
  im: number = Number.NaN

  constructor(rateHz: number, aheadS: number) {
    this.#row = new RidgeRow(rateHz)
    this.#ahead = Math.floor(aheadS * rateHz)
    this.#part = aheadS * rateHz - this.#ahead
    this.#stride = Math.max(1, Math.round(ROW_S * rateHz))
    this.#whole = this.#row.reach + this.#ahead + 2
    let size = 1
    while (size < this.#whole + 3 * rateHz) size *= 2
    this.#ring = new Float64Array(size)
    this.#mask = size - 1
  }

  /** What was seen, when `next` was true. */
  get values(): Float64Array {
    return this.#row.values
  }

  /** Takes the next sample; NaN is missing. */
  push(x: number): void {
    this.#present = Number.isNaN(x) ? 0 : this.#present + 1
    this.#ring[this.#count & this.#mask] = x
    this.#count++
  }

  /** Called after `push` with the truth of then: true when there is a new row. */
  next(truth: SeenLate, deep: boolean): boolean {
    const { re, im, lateSamples } = truth
    const part = this.#part
    this.re = this.#reBefore + part * (re - this.#reBefore)
    this.im = this.#imBefore + part * (im - this.#imBefore)
    this.#reBefore = re
    this.#imBefore = im
    this.#deep = deep ? this.#deep + 1 : 0
    // The truth before was about this moment and `ahead` whole samples.
    const at = this.#count - 2 - lateSamples - this.#ahead
    const known = this.#present >= this.#whole + lateSamples && this.#deep > this.#count - at
    if (!known || this.#count % this.#stride !== 0) return false
    if (!(this.re * this.re + this.im * this.im <= MOST_UV * MOST_UV)) return false
    this.#row.fill(this.#ring, at, this.#mask)
    return true
  }

  /** Forgets every sample. */
  reset(): void {
    this.#present = 0
    this.#deep = 0
    this.#reBefore = Number.NaN
    this.#imBefore = Number.NaN
  }
}
