import { assert } from '../../math/assert.ts'

/** A stiff system y' = f(t, y): its right-hand side and its Jacobian, row by row. */
export type StiffSystem = {
  readonly size: number
  rate(t: number, y: Float64Array, out: Float64Array): void
  jacobian(t: number, y: Float64Array, out: Float64Array): void
}

const R6 = Math.sqrt(6)
/** Butcher's Radau IIA of three stages and order 5 (Hairer and Wanner, Stiff Problems, IV.5). */
const A = [
  [(88 - 7 * R6) / 360, (296 - 169 * R6) / 1800, (-2 + 3 * R6) / 225],
  [(296 + 169 * R6) / 1800, (88 + 7 * R6) / 360, (-2 - 3 * R6) / 225],
  [(16 - R6) / 36, (16 + R6) / 36, 1 / 9],
] as const
const C = [(4 - R6) / 10, (4 + R6) / 10, 1] as const
/** Weights of the stages in the embedded estimate of the error (IV.8), and its pole. */
const E = [-(13 + 7 * R6) / 3, (-13 + 7 * R6) / 3, -1 / 3] as const
const NINTH_ROOT = 2.080083823051904
const POLE = 30 / (6 + NINTH_ROOT * (NINTH_ROOT - 1))

const NEWTON_STEPS = 10
const MAX_STEPS = 1_000_000
const SHORTEST_STEP = 1e-12

/**
 * An integrator of stiff systems with steps that keep the estimated error of each component below
 * `tolerance` times (1 + |y|). It remembers the length of its last step and nothing else.
 */
export class Radau {
  readonly #system: StiffSystem
  readonly #tolerance: number
  #step: number

  constructor(system: StiffSystem, firstStep: number, tolerance = 1e-8) {
    this.#system = system
    this.#step = firstStep
    this.#tolerance = tolerance
  }

  /** Takes `y` from `t` to `end`, in place. */
  advance(y: Float64Array, t: number, end: number): void {
    const stages = new Float64Array(3 * this.#system.size)
    let now = t
    for (let i = 0; end - now > SHORTEST_STEP; i++) {
      assert(i < MAX_STEPS, `${MAX_STEPS} steps from ${t} to ${end}`)
      const h = Math.min(this.#step, end - now)
      const solved = solveStages(this.#system, now, y, h, stages)
      const error = solved ? errorOf(this.#system, now, y, h, stages, this.#tolerance) : Infinity
      // A step cut short by the end says little of the longest allowed.
      const growth = error === Infinity ? 0.25 : 0.9 * fourthRoot(1 / Math.max(error, 1e-8))
      const proposed = h * Math.min(Math.max(growth, 0.2), 8)
      if (error > 1 && h > SHORTEST_STEP) {
        this.#step = proposed
        continue
      }
      this.#step = h < this.#step ? Math.max(this.#step, proposed) : proposed
      for (let k = 0; k < y.length; k++) y[k]! += stages[2 * y.length + k]!
      now += h
    }
  }
}

function fourthRoot(x: number): number {
  return Math.sqrt(Math.sqrt(x))
}

/** Newton on the three stages' increments; false when it does not converge. */
function solveStages(
  system: StiffSystem,
  t: number,
  y: Float64Array,
  h: number,
  z: Float64Array,
): boolean {
  const n = system.size
  const J = new Float64Array(n * n)
  system.jacobian(t, y, J)
  const rates = new Float64Array(3 * n)
  const at = new Float64Array(n)
  z.fill(0)
  for (let iteration = 0; iteration < NEWTON_STEPS; iteration++) {
    for (let s = 0; s < 3; s++) {
      for (let k = 0; k < n; k++) at[k] = y[k]! + z[s * n + k]!
      system.rate(t + C[s]! * h, at, rates.subarray(s * n, s * n + n))
    }
    const matrix = new Float64Array(9 * n * n)
    const rest = new Float64Array(3 * n)
    for (let s = 0; s < 3; s++) {
      for (let k = 0; k < n; k++) {
        const row = s * n + k
        let sum = -z[row]!
        for (let r = 0; r < 3; r++) {
          sum += h * A[s]![r]! * rates[r * n + k]!
          for (let l = 0; l < n; l++) {
            matrix[row * 3 * n + r * n + l] =
              (row === r * n + l ? 1 : 0) - h * A[s]![r]! * J[k * n + l]!
          }
        }
        rest[row] = sum
      }
    }
    solveLinear(matrix, rest)
    let change = 0
    for (let i = 0; i < z.length; i++) {
      z[i]! += rest[i]!
      change = Math.max(change, Math.abs(rest[i]!) / (1 + Math.abs(y[i % n]!)))
    }
    if (!(change < 1e6)) return false
    if (change < 1e-13) return true
  }
  return false
}

function errorOf(
  system: StiffSystem,
  t: number,
  y: Float64Array,
  h: number,
  z: Float64Array,
  tolerance: number,
): number {
  const n = system.size
  const rest = new Float64Array(n)
  const matrix = new Float64Array(n * n)
  system.rate(t, y, rest)
  system.jacobian(t, y, matrix)
  for (let k = 0; k < n; k++) {
    rest[k]! += (E[0] * z[k]! + E[1] * z[n + k]! + E[2] * z[2 * n + k]!) / h
    for (let l = 0; l < n; l++) matrix[k * n + l] = (k === l ? POLE / h : 0) - matrix[k * n + l]!
  }
  solveLinear(matrix, rest)
  let worst = 0
  for (let k = 0; k < n; k++) {
    worst = Math.max(worst, Math.abs(rest[k]!) / (tolerance * (1 + Math.abs(y[k]!))))
  }
  return worst
}

/** Solves the square system in place by elimination with partial pivoting; `b` becomes x. */
function solveLinear(matrix: Float64Array, b: Float64Array): void {
  const n = b.length
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(matrix[row * n + column]!) > Math.abs(matrix[pivot * n + column]!)) pivot = row
    }
    swapRows(matrix, b, column, pivot)
    for (let row = column + 1; row < n; row++) {
      const factor = matrix[row * n + column]! / matrix[column * n + column]!
      if (factor === 0) continue
      for (let k = column; k < n; k++) matrix[row * n + k]! -= factor * matrix[column * n + k]!
      b[row]! -= factor * b[column]!
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) b[row]! -= matrix[row * n + k]! * b[k]!
    b[row]! /= matrix[row * n + row]!
  }
}

function swapRows(matrix: Float64Array, b: Float64Array, i: number, j: number): void {
  if (i === j) return
  const n = b.length
  for (let k = 0; k < n; k++) {
    const kept = matrix[i * n + k]!
    matrix[i * n + k] = matrix[j * n + k]!
    matrix[j * n + k] = kept
  }
  const kept = b[i]!
  b[i] = b[j]!
  b[j] = kept
}
