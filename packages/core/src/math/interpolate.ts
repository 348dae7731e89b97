import { assert } from './assert.ts'
import type { Samples } from './samples.ts'

/**
 * Values of the broken line through (x, y) at the places `at`; x rises strictly. Outside x the
 * answer is `outside` (NaN by default; 'nearest' holds the end values). NaN in y spreads to its two
 * intervals. Linear time when `at` rises too; a step back costs a binary search.
 */
export function interpolateLinear(
  x: Samples,
  y: Samples,
  at: Samples,
  outside: number | 'nearest' = NaN,
): Float64Array {
  assert(x.length === y.length && x.length > 0, `${x.length} places for ${y.length} values`)
  const out = new Float64Array(at.length)
  const last = x.length - 1
  let i = 0
  for (let k = 0; k < at.length; k++) {
    const t = at[k]!
    if (!(t >= x[0]! && t <= x[last]!)) {
      if (outside !== 'nearest') out[k] = Number.isNaN(t) ? NaN : outside
      else out[k] = t < x[0]! ? y[0]! : t > x[last]! ? y[last]! : NaN
      continue
    }
    if (t < x[i]!) i = lowerPlace(x, t)
    while (i < last && x[i + 1]! <= t) i++
    const slope = i === last ? 0 : (y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!)
    out[k] = t === x[i]! ? y[i]! : slope * (t - x[i]!) + y[i]!
  }
  return out
}

/** The last i with x[i] <= t; t is not before x[0]. */
function lowerPlace(x: Samples, t: number): number {
  let low = 0
  let high = x.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (x[middle]! <= t) low = middle
    else high = middle - 1
  }
  return low
}
