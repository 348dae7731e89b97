/** So many samples, known beforehand, have their sums made in one pass. */
export const TOGETHER = 3

/**
 * A complex filter over the last samples with few or many taps: one complex sum a sample. Taps look
 * back by fractions of a sample, which are spread over their two neighbours.
 */
export class ComplexFir {
  /** The last samples, newest first, in a ring twice over; with room for those to come. */
  readonly #memory: Float64Array
  readonly #ring: number
  readonly #size: number
  readonly #back: Int32Array
  readonly #re: Float64Array
  readonly #im: Float64Array
  /** Of tap k: where its two neighbours are in `back`, and the later one's share. */
  readonly #low: Int32Array
  readonly #high: Int32Array
  readonly #share: Float64Array
  /** Sums of the samples that were foreseen, in their order: real and imaginary part in pairs. */
  readonly #ahead = new Float64Array(2 * TOGETHER)
  #foreseen = 0
  #given = 0
  #at = 0
  #whole = 0
  #held = 0
  /** Output of the last sample. */
  re: number = Number.NaN
  im: number = Number.NaN

  /** `lags` in samples, from 0 up; `re` and `im` are their weights. */
  constructor(lags: ArrayLike<number>, re: ArrayLike<number>, im: ArrayLike<number>) {
    const lows = Array.from(lags, Math.floor)
    this.#share = Float64Array.from(lows, (low, k) => lags[k]! - low)
    const highs = lows.map((low, k) => (this.#share[k] === 0 ? low : low + 1))
    const backs = [...new Set([...lows, ...highs])].sort((a, b) => a - b)
    const place = new Map(backs.map((back, at) => [back, at]))
    this.#low = Int32Array.from(lows, (back) => place.get(back)!)
    this.#high = Int32Array.from(highs, (back) => place.get(back)!)
    this.#back = Int32Array.from(backs)
    this.#re = new Float64Array(backs.length)
    this.#im = new Float64Array(backs.length)
    this.#size = backs.at(-1)! + 1
    this.#ring = this.#size + TOGETHER - 1
    this.#memory = new Float64Array(2 * this.#ring)
    this.weigh(re, im)
  }

  /** True when the whole memory has been recorded. */
  get isWhole(): boolean {
    return this.#whole >= this.#size
  }

  /** Other weights for the same lags; the memory stays. */
  weigh(re: ArrayLike<number>, im: ArrayLike<number>): void {
    this.#foreseen = 0
    this.#re.fill(0)
    this.#im.fill(0)
    for (let k = 0; k < this.#share.length; k++) {
      const [low, high, share] = [this.#low[k]!, this.#high[k]!, this.#share[k]!]
      this.#re[low]! += (1 - share) * re[k]!
      this.#im[low]! += (1 - share) * im[k]!
      this.#re[high]! += share * re[k]!
      this.#im[high]! += share * im[k]!
    }
  }

  /**
   * The next `count` samples, at most `TOGETHER`, before they are pushed one by one: what `push` is
   * then going to give is made for all of them in one pass, to the last bit the same.
   */
  foresee(values: Float64Array, count: number): void {
    let held = this.#held
    let at = this.#at
    for (let k = 0; k < count; k++) {
      const x = values[k]!
      if (!Number.isNaN(x)) held = x
      at = at === 0 ? this.#ring - 1 : at - 1
      this.#memory[at] = this.#memory[at + this.#ring] = held
    }
    const third = this.#at < TOGETHER ? this.#at - TOGETHER + this.#ring : this.#at - TOGETHER
    if (this.#back.length === this.#size) this.#sumThree(third)
    else this.#sumThreeOfSome(third)
    this.#foreseen = count
    this.#given = 0
  }

  /** Takes the next sample; a missing one (NaN) holds the last, and the memory is no more whole. */
  push(x: number): void {
    this.#whole = Number.isNaN(x) ? 0 : this.#whole + 1
    if (!Number.isNaN(x)) this.#held = x
    const ring = this.#ring
    this.#at = this.#at === 0 ? ring - 1 : this.#at - 1
    if (this.#given < this.#foreseen) {
      this.re = this.#ahead[2 * this.#given]!
      this.im = this.#ahead[2 * this.#given + 1]!
      this.#given++
      return
    }
    this.#memory[this.#at] = this.#held
    this.#memory[this.#at + ring] = this.#held
    this.#sum()
  }

  #sum(): void {
    const weightsRe = this.#re
    const weightsIm = this.#im
    const memory = this.#memory
    const from = this.#at
    const back = this.#back
    let re = 0
    let im = 0
    for (let k = 0; k < back.length; k++) {
      const v = memory[from + back[k]!]!
      re += weightsRe[k]! * v
      im += weightsIm[k]! * v
    }
    this.re = re
    this.im = im
  }

  /**
   * The next three sums of weights for every sample. A sum waits for each of its additions, and
   * three need not wait for each other; what one has met is what the next one meets.
   */
  #sumThree(third: number): void {
    const weightsRe = this.#re
    const weightsIm = this.#im
    const memory = this.#memory
    const taps = weightsRe.length
    let re = 0
    let im = 0
    let re2 = 0
    let im2 = 0
    let re3 = 0
    let im3 = 0
    let v3 = memory[third]!
    let v2 = memory[third + 1]!
    for (let k = 0; k < taps; k++) {
      const v = memory[third + 2 + k]!
      const wr = weightsRe[k]!
      const wi = weightsIm[k]!
      re += wr * v
      im += wi * v
      re2 += wr * v2
      im2 += wi * v2
      re3 += wr * v3
      im3 += wi * v3
      v3 = v2
      v2 = v
    }
    this.#keep(re, im, re2, im2, re3, im3)
  }

  /** The same of weights for some samples. */
  #sumThreeOfSome(third: number): void {
    const weightsRe = this.#re
    const weightsIm = this.#im
    const memory = this.#memory
    const back = this.#back
    const taps = weightsRe.length
    let re = 0
    let im = 0
    let re2 = 0
    let im2 = 0
    let re3 = 0
    let im3 = 0
    for (let k = 0; k < taps; k++) {
      const at = third + back[k]!
      const v = memory[at + 2]!
      const v2 = memory[at + 1]!
      const v3 = memory[at]!
      const wr = weightsRe[k]!
      const wi = weightsIm[k]!
      re += wr * v
      im += wi * v
      re2 += wr * v2
      im2 += wi * v2
      re3 += wr * v3
      im3 += wi * v3
    }
    this.#keep(re, im, re2, im2, re3, im3)
  }

  #keep(re: number, im: number, re2: number, im2: number, re3: number, im3: number): void {
    const ahead = this.#ahead
    ahead[0] = re
    ahead[1] = im
    ahead[2] = re2
    ahead[3] = im2
    ahead[4] = re3
    ahead[5] = im3
  }

  /** Forgets every sample; the weights stay. */
  reset(): void {
    this.#memory.fill(0)
    this.#held = 0
    this.#whole = 0
    this.#foreseen = 0
  }
}
