import { assert } from '../../math/assert.ts'
import { LinearSystem } from './linear-system.ts'

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
/** Change of the stages, relative, at which Newton is done, and at which it is given up. */
const CONVERGED = 1e-12
const DIVERGED = 1e6
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
  const newton = new LinearSystem(newtonMatrix(system, t, y, h), 3 * n)
  const rates = [0, 1, 2].map(() => new Float64Array(n))
  const at = new Float64Array(n)
  const rest = new Float64Array(3 * n)
  z.fill(0)
  for (let iteration = 0; iteration < NEWTON_STEPS; iteration++) {
    for (let s = 0; s < 3; s++) {
      for (let k = 0; k < n; k++) at[k] = y[k]! + z[s * n + k]!
      system.rate(t + C[s]! * h, at, rates[s]!)
    }
    for (let row = 0; row < 3 * n; row++) {
      const [a, k] = [A[Math.floor(row / n)]!, row % n]
      const push = a[0]! * rates[0]![k]! + a[1]! * rates[1]![k]! + a[2]! * rates[2]![k]!
      rest[row] = h * push - z[row]!
    }
    newton.solve(rest)
    let change = 0
    for (let i = 0; i < z.length; i++) {
      z[i]! += rest[i]!
      change = Math.max(change, Math.abs(rest[i]!) / (1 + Math.abs(y[i % n]!)))
    }
    if (!(change < DIVERGED)) return false
    if (change < CONVERGED) return true
  }
  return false
}

/** I - h A (x) J at the step's start, row by row. */
function newtonMatrix(system: StiffSystem, t: number, y: Float64Array, h: number): Float64Array {
  const n = system.size
  const J = new Float64Array(n * n)
  system.jacobian(t, y, J)
  const matrix = new Float64Array(9 * n * n)
  for (let row = 0; row < 3 * n; row++) {
    for (let column = 0; column < 3 * n; column++) {
      const a = A[Math.floor(row / n)]![Math.floor(column / n)]!
      const pull = h * a * J[(row % n) * n + (column % n)]!
      matrix[row * 3 * n + column] = (row === column ? 1 : 0) - pull
    }
  }
  return matrix
}

/** The embedded estimate of the step's error, in units of what is tolerated. */
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
  new LinearSystem(matrix, n).solve(rest)
  let worst = 0
  for (let k = 0; k < n; k++) {
    worst = Math.max(worst, Math.abs(rest[k]!) / (tolerance * (1 + Math.abs(y[k]!))))
  }
  return worst
}
