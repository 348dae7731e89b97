import { assert } from './assert.ts'

/** The largest eigenvalues of a symmetric matrix, falling, and their unit vectors. */
export type Eigenpairs = {
  readonly values: Float64Array
  readonly vectors: readonly Float64Array[]
}

/** Halvings of an interval until two doubles touch. */
const MOST_HALVINGS = 120
/** Steps of inverse iteration; each gains many digits, so few are needed. */
const ITERATIONS = 4

/**
 * The k largest eigenpairs of the symmetric tridiagonal matrix with this diagonal and off-diagonal
 * (one shorter): bisection on Sturm counts, then inverse iteration, each vector kept at right
 * angles to the ones before (Parlett, The Symmetric Eigenvalue Problem, 1980). The signs of the
 * vectors are arbitrary.
 */
export function largestEigenpairs(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  k: number,
): Eigenpairs {
  const n = diagonal.length
  assert(offDiagonal.length === n - 1, `${offDiagonal.length} beside a diagonal of ${n}`)
  assert(k >= 1 && k <= n, `${k} eigenpairs of ${n}`)
  const values = new Float64Array(k)
  const vectors: Float64Array[] = []
  for (let i = 0; i < k; i++) {
    const value = eigenvalue(diagonal, offDiagonal, n - 1 - i)
    values[i] = value
    vectors.push(eigenvector(diagonal, offDiagonal, value, vectors))
  }
  return { values, vectors }
}

/** The eigenvalue with `rank` others below it. */
function eigenvalue(d: Float64Array, e: Float64Array, rank: number): number {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < d.length; i++) {
    const reach = Math.abs(e[i - 1] ?? 0) + Math.abs(e[i] ?? 0)
    low = Math.min(low, d[i]! - reach)
    high = Math.max(high, d[i]! + reach)
  }
  for (let step = 0; step < MOST_HALVINGS; step++) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) break
    if (countBelow(d, e, middle) > rank) high = middle
    else low = middle
  }
  return (low + high) / 2
}

/** How many eigenvalues lie below x: the negative pivots of the matrix less x. */
function countBelow(d: Float64Array, e: Float64Array, x: number): number {
  let count = 0
  let pivot = 1
  for (let i = 0; i < d.length; i++) {
    const side = i === 0 ? 0 : e[i - 1]!
    pivot = d[i]! - x - (side * side) / pivot
    if (pivot === 0) pivot = 1e-300
    if (pivot < 0) count++
  }
  return count
}

function eigenvector(
  d: Float64Array,
  e: Float64Array,
  value: number,
  before: readonly Float64Array[],
): Float64Array {
  const n = d.length
  // A start without symmetry, so that it is at right angles to no vector.
  const v = Float64Array.from({ length: n }, (_, i) => 1 + ((i * 7919) % 101) / 101)
  for (let step = 0; step < ITERATIONS; step++) {
    for (const other of before) subtractProjection(v, other)
    solveShifted(d, e, value, v)
    for (const other of before) subtractProjection(v, other)
    normalise(v)
  }
  return v
}

function subtractProjection(v: Float64Array, unit: Float64Array): void {
  let dot = 0
  for (let i = 0; i < v.length; i++) dot += v[i]! * unit[i]!
  for (let i = 0; i < v.length; i++) v[i] = v[i]! - dot * unit[i]!
}

function normalise(v: Float64Array): void {
  let largest = 0
  for (let i = 0; i < v.length; i++) largest = Math.max(largest, Math.abs(v[i]!))
  let sum = 0
  for (let i = 0; i < v.length; i++) {
    v[i] = v[i]! / largest
    sum += v[i]! * v[i]!
  }
  const length = Math.sqrt(sum)
  for (let i = 0; i < v.length; i++) v[i] = v[i]! / length
}

/**
 * Solves (T - shift) y = v in place by elimination with row exchanges; a zero pivot becomes tiny.
 */
function solveShifted(d: Float64Array, e: Float64Array, shift: number, v: Float64Array): void {
  const n = d.length
  const a = d.map((x) => x - shift) // the diagonal of U
  const b = new Float64Array(n) // its first upper diagonal
  const c = new Float64Array(n) // and the second, which exchanges fill
  b.set(e)
  const tiny = 1e-16 * Math.max(Math.abs(shift), 1e-300)
  for (let i = 0; i + 1 < n; i++) {
    const below = e[i]!
    if (Math.abs(a[i]!) < Math.abs(below)) {
      const factor = a[i]! / below
      const next = a[i + 1]!
      const upper = b[i]!
      a[i] = below
      b[i] = next
      c[i] = b[i + 1]!
      a[i + 1] = upper - factor * next
      b[i + 1] = -factor * c[i]!
      const t = v[i]!
      v[i] = v[i + 1]!
      v[i + 1] = t - factor * v[i]!
    } else {
      if (Math.abs(a[i]!) < tiny) a[i] = tiny
      const factor = below / a[i]!
      a[i + 1] = a[i + 1]! - factor * b[i]!
      v[i + 1] = v[i + 1]! - factor * v[i]!
    }
  }
  if (Math.abs(a[n - 1]!) < tiny) a[n - 1] = tiny
  for (let i = n - 1; i >= 0; i--) {
    const one = i + 1 < n ? b[i]! * v[i + 1]! : 0
    const two = i + 2 < n ? c[i]! * v[i + 2]! : 0
    v[i] = (v[i]! - one - two) / a[i]!
  }
}
