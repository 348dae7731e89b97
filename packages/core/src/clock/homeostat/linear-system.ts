/**
 * A square system of equations, decomposed once (Gauss, partial pivoting) and solved for as many
 * right-hand sides as are wanted. The matrix, row by row, is taken over. A singular one gives NaN.
 */
export class LinearSystem {
  readonly #matrix: Float64Array
  readonly #size: number
  readonly #pivots: Int32Array

  constructor(matrix: Float64Array, size: number) {
    this.#matrix = matrix
    this.#size = size
    this.#pivots = new Int32Array(size)
    for (let column = 0; column < size; column++) this.#eliminate(column)
  }

  /** Replaces `b` by the solution. */
  solve(b: Float64Array): void {
    const n = this.#size
    const m = this.#matrix
    for (let row = 0; row < n; row++) {
      const pivot = this.#pivots[row]!
      const kept = b[pivot]!
      b[pivot] = b[row]!
      let sum = kept
      for (let k = 0; k < row; k++) sum -= m[row * n + k]! * b[k]!
      b[row] = sum
    }
    for (let row = n - 1; row >= 0; row--) {
      let sum = b[row]!
      for (let k = row + 1; k < n; k++) sum -= m[row * n + k]! * b[k]!
      b[row] = sum / m[row * n + row]!
    }
  }

  #eliminate(column: number): void {
    const n = this.#size
    const m = this.#matrix
    let pivot = column
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(m[row * n + column]!) > Math.abs(m[pivot * n + column]!)) pivot = row
    }
    this.#pivots[column] = pivot
    if (pivot !== column) {
      for (let k = 0; k < n; k++) {
        const kept = m[column * n + k]!
        m[column * n + k] = m[pivot * n + k]!
        m[pivot * n + k] = kept
      }
    }
    for (let row = column + 1; row < n; row++) {
      const factor = m[row * n + column]! / m[column * n + column]!
      m[row * n + column] = factor
      if (factor === 0) continue
      for (let k = column + 1; k < n; k++) m[row * n + k]! -= factor * m[column * n + k]!
    }
  }
}
