import { sigmoid } from '../../packages/core/src/math/elementary.ts'

/** A fitted logistic regression: log-odds = bias + weights . row. */
export type Logistic = { readonly bias: number; readonly weights: Float32Array }

const STEPS = 12

/**
 * Logistic regression by Newton's method with a ridge of `penalty` on the weights (not on the
 * bias). Rows with NaN and labels of -1 are left out; label 0 = no, above = yes.
 */
export function fitLogistic(
  rows: Float64Array,
  labels: Int8Array,
  width: number,
  penalty: number,
): Logistic {
  const size = width + 1
  const beta = new Float64Array(size)
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Float64Array(size)
    const curvature = new Float64Array(size * size)
    for (let k = 0; k < width; k++) {
      gradient[k] = -penalty * beta[k]!
      curvature[k * size + k] = penalty
    }
    for (let i = 0; i < labels.length; i++) {
      if (labels[i]! < 0 || Number.isNaN(rows[i * width]!)) continue
      accumulate(
        rows.subarray(i * width, (i + 1) * width),
        labels[i]! > 0,
        beta,
        gradient,
        curvature,
      )
    }
    const change = solve(curvature, gradient)
    for (let k = 0; k < size; k++) beta[k]! += change[k]!
  }
  return { bias: beta[width]!, weights: Float32Array.from(beta.subarray(0, width)) }
}

function accumulate(
  row: Float64Array,
  yes: boolean,
  beta: Float64Array,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  const size = beta.length
  let odds = beta[size - 1]!
  for (let k = 0; k < size - 1; k++) odds += beta[k]! * row[k]!
  const p = sigmoid(odds)
  const error = (yes ? 1 : 0) - p
  const weight = Math.max(p * (1 - p), 1e-6)
  for (let a = 0; a < size; a++) {
    const xa = a === size - 1 ? 1 : row[a]!
    gradient[a]! += error * xa
    for (let b = 0; b < size; b++) {
      curvature[a * size + b]! += weight * xa * (b === size - 1 ? 1 : row[b]!)
    }
  }
}

/** Solves a x = b for a symmetric positive a, by Gaussian elimination. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length
  const a = matrix.slice()
  const x = right.slice()
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / a[k * n + k]!
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!
      x[i]! -= factor * x[k]!
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) x[k]! -= a[k * n + j]! * x[j]!
    x[k]! /= a[k * n + k]!
  }
  return x
}
