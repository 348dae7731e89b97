/**
 * A complex filter over the last samples with few or many taps: one complex sum a sample. Taps look
 * back by fractions of a sample, which are spread over their two neighbours.
 */
export class ComplexFir {
  readonly #memory: Float64Array
  readonly #size: number
  readonly #back: Int32Array
  readonly #re: Float64Array
  readonly #im: Float64Array
  /** Of tap k: where its two neighbours are in `back`, and the later one's share. */
  readonly #low: Int32Array
  readonly #high: Int32Array
  readonly #share: Float64Array
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
    this.#memory = new Float64Array(2 * this.#size)
    this.weigh(re, im)
  }

  /** True when the whole memory has been recorded. */
  get isWhole(): boolean {
    return this.#whole >= this.#size
  }

  /** Other weights for the same lags; the memory stays. */
  weigh(re: ArrayLike<number>, im: ArrayLike<number>): void {
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

  /** Takes the next sample; a missing one (NaN) holds the last, and the memory is no more whole. */
  push(x: number): void {
    this.#whole = Number.isNaN(x) ? 0 : this.#whole + 1
    if (!Number.isNaN(x)) this.#held = x
    const size = this.#size
    this.#at = this.#at === 0 ? size - 1 : this.#at - 1
    this.#memory[this.#at] = this.#held
    this.#memory[this.#at + size] = this.#held
    if (this.#back.length === size) this.#sumAll()
    else this.#sumSome()
  }

  /** Every sample of the memory has its weight. */
  #sumAll(): void {
    const weightsRe = this.#re
    const weightsIm = this.#im
    const memory = this.#memory
    const from = this.#at
    let re = 0
    let im = 0
    const taps = weightsRe.length
    let k = 0
    // Four at a time, each added to the one sum in its turn: fewer looks at the end of the loop.
    for (; k + 4 <= taps; k += 4) {
      const a = memory[from + k]!
      const b = memory[from + k + 1]!
      const c = memory[from + k + 2]!
      const d = memory[from + k + 3]!
      re = re + weightsRe[k]! * a + weightsRe[k + 1]! * b
      im = im + weightsIm[k]! * a + weightsIm[k + 1]! * b
      re = re + weightsRe[k + 2]! * c + weightsRe[k + 3]! * d
      im = im + weightsIm[k + 2]! * c + weightsIm[k + 3]! * d
    }
    for (; k < taps; k++) {
      const v = memory[from + k]!
      re += weightsRe[k]! * v
      im += weightsIm[k]! * v
    }
    this.re = re
    this.im = im
  }

  #sumSome(): void {
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

  /** Forgets every sample; the weights stay. */
  reset(): void {
    this.#memory.fill(0)
    this.#held = 0
    this.#whole = 0
  }
}
