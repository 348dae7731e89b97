import { assert } from './assert.ts'
import type { Samples } from './samples.ts'

/**
 * Integral of evenly spaced values by Simpson's rule. For an even number of points it is the mean
 * of two sums, one with a trapezoid in the first interval and one with it in the last: SciPy's
 * `even='avg'`, the only rule until 1.10, with which YASA's classifiers were trained. `from` and
 * `to` (exclusive) choose a part of y. NaN when any value is NaN; 0 for fewer than two points.
 */
export function simpson(y: Samples, dx: number, from = 0, to: number = y.length): number {
  assert(from >= 0 && to <= y.length, `part ${from}..${to} of ${y.length} values`)
  const n = to - from
  if (n < 2) return 0
  if (n % 2 === 1) return simpsonOdd(y, dx, from, to)
  const first = 0.5 * dx * (y[from]! + y[from + 1]!) + simpsonOdd(y, dx, from + 1, to)
  const last = 0.5 * dx * (y[to - 1]! + y[to - 2]!) + simpsonOdd(y, dx, from, to - 1)
  return (first + last) / 2
}

function simpsonOdd(y: Samples, dx: number, from: number, to: number): number {
  let sum = 0
  for (let i = from; i + 2 < to; i += 2) sum += y[i]! + 4 * y[i + 1]! + y[i + 2]!
  return (sum * dx) / 3
}

/** Integral of evenly spaced values by trapezoids; `from` and `to` as `simpson`. NaN spreads. */
export function trapezoid(y: Samples, dx: number, from = 0, to: number = y.length): number {
  assert(from >= 0 && to <= y.length, `part ${from}..${to} of ${y.length} values`)
  let sum = 0
  for (let i = from; i + 1 < to; i++) sum += (dx * (y[i + 1]! + y[i]!)) / 2
  return sum
}
