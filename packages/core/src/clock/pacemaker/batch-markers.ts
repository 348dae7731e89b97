/** tan of the 60 degrees within which a trough of a cycle seen only in part counts. */
const TAN_NEAR = Math.sqrt(3)
const FIRST_CAPACITY = 8

/** The markers of many people, one per cycle of each, by the rules of `CycleMarkers`. */
export class BatchMarkers {
  /** The cycle each person is in. */
  readonly cycle: Int32Array
  readonly #people: number
  #capacity = FIRST_CAPACITY
  #timesH: Float64Array
  #depths: Float64Array
  #near: Uint8Array

  constructor(people: number) {
    this.#people = people
    this.cycle = new Int32Array(people)
    this.#timesH = new Float64Array(people * FIRST_CAPACITY).fill(Number.NaN)
    this.#depths = new Float64Array(people * FIRST_CAPACITY)
    this.#near = new Uint8Array(people * FIRST_CAPACITY)
  }

  /** A minimum of x (< 0) of a person, or a passage of phase 0 with x = -1 and xc = 0. */
  offer(person: number, timeH: number, x: number, xc: number): void {
    const cycle = this.cycle[person]!
    if (cycle >= this.#capacity) this.#grow(cycle + 1)
    const at = person * this.#capacity + cycle
    if (x >= this.#depths[at]!) return
    this.#depths[at] = x
    this.#timesH[at] = timeH
    this.#near[at] = Math.abs(xc) <= -TAN_NEAR * x ? 1 : 0
  }

  /** Times of a person's markers, h, ascending. */
  timesH(person: number): number[] {
    const last = this.cycle[person]!
    const found: number[] = []
    for (let cycle = 0; cycle <= Math.min(last, this.#capacity - 1); cycle++) {
      const at = person * this.#capacity + cycle
      const whole = cycle > 0 && cycle < last
      if (this.#depths[at]! < 0 && (whole || this.#near[at] === 1)) found.push(this.#timesH[at]!)
    }
    return found
  }

  #grow(least: number): void {
    const old = this.#capacity
    const capacity = Math.max(least, 2 * old)
    const spread = <T extends Float64Array | Uint8Array>(from: T, to: T): T => {
      for (let p = 0; p < this.#people; p++) {
        to.set(from.subarray(p * old, (p + 1) * old), p * capacity)
      }
      return to
    }
    const size = this.#people * capacity
    this.#timesH = spread(this.#timesH, new Float64Array(size).fill(Number.NaN))
    this.#depths = spread(this.#depths, new Float64Array(size))
    this.#near = spread(this.#near, new Uint8Array(size))
    this.#capacity = capacity
  }
}
