/** Rows that are multiplied together: each product is then read and written once for all of them. */
const WAITING = 4

/**
 * What a ridge regression needs to know of its rows, added up row by row: products of the
 * regressors, and theirs with the real and imaginary part of what is to be foretold. Of fixed size.
 */
export class NormalEquations {
  readonly size: number
  /** Lower half of the products of the regressors, row by row; the upper half is 0. */
  readonly gram: Float64Array
  readonly re: Float64Array
  readonly im: Float64Array
  /** Rows whose products are not in `gram` yet. */
  readonly #waiting: Float64Array
  #waits = 0
  /** Sum of squares of what is to be foretold. */
  wave = 0
  rows = 0

  /** Nothing seen yet, of so many regressors. */
  constructor(size: number) {
    this.size = size
    this.gram = new Float64Array(size * size)
    this.re = new Float64Array(size)
    this.im = new Float64Array(size)
    this.#waiting = new Float64Array(WAITING * size)
  }

  /** Adds one row and what it foretells. Its products wait until there are four rows. */
  add(row: Float64Array, re: number, im: number): void {
    const { size, re: sumsRe, im: sumsIm } = this
    this.rows++
    this.wave += re * re + im * im
    for (let i = 0; i < size; i++) {
      sumsRe[i]! += row[i]! * re
      sumsIm[i]! += row[i]! * im
    }
    this.#waiting.set(row, this.#waits * size)
    this.#waits++
    if (this.#waits === WAITING) this.#multiplyFour()
  }

  /** The products of four rows, added in the order of the rows, so that no sum comes out other. */
  #multiplyFour(): void {
    const { size, gram } = this
    const rows = this.#waiting
    const [b, c, d] = [size, 2 * size, 3 * size]
    for (let i = 0; i < size; i++) {
      const from = i * size
      const va = rows[i]!
      const vb = rows[b + i]!
      const vc = rows[c + i]!
      const vd = rows[d + i]!
      for (let j = 0; j <= i; j++) {
        const sum = gram[from + j]! + va * rows[j]! + vb * rows[b + j]! + vc * rows[c + j]!
        gram[from + j] = sum + vd * rows[d + j]!
      }
    }
    this.#waits = 0
  }

  /** Adds the products that wait: `gram` is whole until the next row. */
  settle(): void {
    const { size, gram } = this
    for (let from = 0; from < this.#waits * size; from += size) {
      const row = this.#waiting.subarray(from, from + size)
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) gram[i * size + j]! += row[i]! * row[j]!
      }
    }
    this.#waits = 0
  }

  /** Makes this the same as another of its size. */
  copy(other: NormalEquations): void {
    other.settle()
    this.#waits = 0
    this.gram.set(other.gram)
    this.re.set(other.re)
    this.im.set(other.im)
    this.wave = other.wave
    this.rows = other.rows
  }
}

/**
 * Solves normal equations for complex weights near `nearRe`, `nearIm`: those that foretell the rows
 * best, at a price for every step away from there. The work (Cholesky) goes in small steps, each of
 * a few microseconds, so that it can be done between samples; nothing is allocated.
 */
export class RidgeSolution {
  readonly #equations: NormalEquations
  readonly #lower: Float64Array
  readonly #nearRe: Float64Array
  readonly #nearIm: Float64Array
  /** Weights, true when the last `step` was. */
  readonly re: Float64Array
  readonly im: Float64Array
  /** Mean square of what is not foretold in the rows learned from, against that of the wave. */
  missed: number = Number.NaN
  #price = 0
  #at: number

  /** For so many regressors; the weights are near 0 unless said. */
  constructor(size: number, nearRe?: ArrayLike<number>, nearIm?: ArrayLike<number>) {
    this.#equations = new NormalEquations(size)
    this.#lower = new Float64Array(size * size)
    this.#nearRe = Float64Array.from(nearRe ?? this.#equations.re)
    this.#nearIm = Float64Array.from(nearIm ?? this.#equations.im)
    this.re = new Float64Array(size)
    this.im = new Float64Array(size)
    this.#at = size + 2
  }

  /** True while there are steps to take. */
  get isBusy(): boolean {
    return this.#at < this.#equations.size + 2
  }

  /** Begins with a copy of the equations; `price` in rows of the mean power of a regressor. */
  begin(equations: NormalEquations, price: number): void {
    this.#equations.copy(equations)
    const { size, gram } = this.#equations
    let power = 0
    for (let i = 0; i < size; i++) power += gram[i * size + i]! / size / equations.rows
    this.#price = price * power
    this.#at = 0
  }

  /** One row of the factor, or one of the two solutions; true when that was the last step. */
  step(): boolean {
    if (!this.isBusy) return false
    const { size, re, im } = this.#equations
    const at = this.#at++
    if (at < size) this.#factorRow(at)
    else if (at === size) this.#solve(re, this.#nearRe, this.re)
    else {
      this.#solve(im, this.#nearIm, this.im)
      const { wave } = this.#equations
      this.missed = (wave - this.#foretold(re, this.re) - this.#foretold(im, this.im)) / wave
      return true
    }
    return false
  }

  #factorRow(i: number): void {
    const { size, gram } = this.#equations
    const lower = this.#lower
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * size + j]! + (i === j ? this.#price : 0)
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / lower[j * size + j]!
    }
  }

  /** out = near + (gram + price)^-1 (right - gram near) */
  #solve(right: Float64Array, near: Float64Array, out: Float64Array): void {
    const { size } = this.#equations
    const lower = this.#lower
    for (let i = 0; i < size; i++) {
      let sum = right[i]! - this.#gramTimes(near, i)
      for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * out[k]!
      out[i] = sum / lower[i * size + i]!
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = out[i]!
      for (let k = i + 1; k < size; k++) sum -= lower[k * size + i]! * out[k]!
      out[i] = sum / lower[i * size + i]!
    }
    for (let i = 0; i < size; i++) out[i]! += near[i]!
  }

  /** What weights explain of the sum of squares: 2 w r - w G w. */
  #foretold(right: Float64Array, weights: Float64Array): number {
    let sum = 0
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i]! * (2 * right[i]! - this.#gramTimes(weights, i))
    }
    return sum
  }

  #gramTimes(weights: Float64Array, i: number): number {
    const { size, gram } = this.#equations
    let sum = 0
    for (let j = 0; j <= i; j++) sum += gram[i * size + j]! * weights[j]!
    for (let j = i + 1; j < size; j++) sum += gram[j * size + i]! * weights[j]!
    return sum
  }
}
