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
  #at = 0
  #held = 0
  #whole = 0
  /** Output of the last sample. */
  re: number = Number.NaN
  im: number = Number.NaN

  /** `lags` in samples, from 0 up; `re` and `im` are their weights. */
  constructor(lags: ArrayLike<number>, re: ArrayLike<number>, im: ArrayLike<number>) {
    const spread = new Map<number, [number, number]>()
    const add = (back: number, share: number, k: number): void => {
      const [r, i] = spread.get(back) ?? [0, 0]
      if (share !== 0) spread.set(back, [r + share * re[k]!, i + share * im[k]!])
    }
    for (let k = 0; k < lags.length; k++) {
      const low = Math.floor(lags[k]!)
      add(low, 1 - (lags[k]! - low), k)
      add(low + 1, lags[k]! - low, k)
    }
    const backs = [...spread.keys()].sort((a, b) => a - b)
    this.#back = Int32Array.from(backs)
    this.#re = Float64Array.from(backs, (back) => spread.get(back)![0])
    this.#im = Float64Array.from(backs, (back) => spread.get(back)![1])
    this.#size = backs.at(-1)! + 1
    this.#memory = new Float64Array(2 * this.#size)
  }

  /** True when the whole memory has been recorded. */
  get isWhole(): boolean {
    return this.#whole >= this.#size
  }

  push(x: number): void {
    this.#whole = Number.isNaN(x) ? 0 : this.#whole + 1
    if (!Number.isNaN(x)) this.#held = x
    const size = this.#size
    this.#at = this.#at === 0 ? size - 1 : this.#at - 1
    this.#memory[this.#at] = this.#held
    this.#memory[this.#at + size] = this.#held
    let re = 0
    let im = 0
    for (let k = 0; k < this.#back.length; k++) {
      const v = this.#memory[this.#at + this.#back[k]!]!
      re += this.#re[k]! * v
      im += this.#im[k]! * v
    }
    this.re = re
    this.im = im
  }

  reset(): void {
    this.#memory.fill(0)
    this.#held = 0
    this.#whole = 0
  }
}
