import { assert } from './assert.ts'
import type { Samples } from './samples.ts'

/** Arithmetic mean. NaN when any sample is NaN or there is none. */
export function mean(x: Samples): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]!
  return sum / x.length
}

/** Mean of the samples that are there: NaN is left out; NaN only when none is there. */
export function meanOfPresent(x: Samples): number {
  let sum = 0
  let n = 0
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i]!)) continue
    sum += x[i]!
    n++
  }
  return sum / n
}

/**
 * Variance about the mean, divided by n - ddof (two passes, so that an offset costs no digits). NaN
 * when any sample is NaN or there are no more than ddof.
 */
export function variance(x: Samples, ddof = 0): number {
  if (x.length <= ddof) return NaN
  const m = mean(x)
  let sum = 0
  for (let i = 0; i < x.length; i++) {
    const d = x[i]! - m
    sum += d * d
  }
  return sum / (x.length - ddof)
}

/** Square root of `variance`; NaN under the same rule. */
export function standardDeviation(x: Samples, ddof = 0): number {
  return Math.sqrt(variance(x, ddof))
}

/**
 * Median: mean of the two middle values for an even count. NaN when any sample is NaN or none is
 * there.
 */
export function median(x: Samples): number {
  return quantile(x, 0.5)
}

/**
 * Quantile q in 0..1 by linear interpolation between order statistics (NumPy's default). NaN when
 * any sample is NaN or there is none. Leaves x as it is; takes linear time.
 */
export function quantile(x: Samples, q: number): number {
  return quantileInPlace(Float64Array.from(x), q)
}

/** Several quantiles of the same samples for the price of one copy; NaN rule as `quantile`. */
export function quantiles(x: Samples, qs: readonly number[]): number[] {
  const work = Float64Array.from(x)
  return qs.map((q) => quantileInPlace(work, q))
}

/** `quantile` without a copy: the order of `work` (its first `length`) changes. For inner loops. */
export function quantileInPlace(
  work: Float64Array,
  q: number,
  length: number = work.length,
): number {
  assert(q >= 0 && q <= 1, `quantile ${q} is not in 0..1`)
  if (length === 0) return NaN
  for (let i = 0; i < length; i++) if (Number.isNaN(work[i]!)) return NaN
  const at = q * (length - 1)
  const k = Math.floor(at)
  const low = selectInPlace(work, k, length)
  const part = at - k
  if (part === 0) return low
  let high = Infinity
  for (let i = k + 1; i < length; i++) if (work[i]! < high) high = work[i]!
  const gap = high - low
  return part < 0.5 ? low + gap * part : high - gap * (1 - part) // as NumPy, to the last bit
}

/**
 * The k-th smallest (from 0) of the first `length` values, which are reordered so that none before
 * k is greater and none after it smaller (Floyd and Rivest, CACM 18, 1975, without the sampling).
 * No NaN.
 */
export function selectInPlace(work: Float64Array, k: number, length: number = work.length): number {
  let left = 0
  let right = length - 1
  while (right - left > 12) {
    const pivot = medianOfThree(work, left, right)
    let i = left
    let j = right
    while (i <= j) {
      while (work[i]! < pivot) i++
      while (work[j]! > pivot) j--
      if (i > j) break
      const t = work[i]!
      work[i] = work[j]!
      work[j] = t
      i++
      j--
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else return work[k]!
  }
  for (let i = left + 1; i <= right; i++) {
    const v = work[i]!
    let j = i - 1
    while (j >= left && work[j]! > v) {
      work[j + 1] = work[j]!
      j--
    }
    work[j + 1] = v
  }
  return work[k]!
}

function medianOfThree(work: Float64Array, left: number, right: number): number {
  const a = work[left]!
  const b = work[(left + right) >>> 1]!
  const c = work[right]!
  return a < b ? (b < c ? b : Math.max(a, c)) : a < c ? a : Math.max(b, c)
}

/** Quantile q of the samples that are there: NaN is left out; NaN only when none is there. */
export function quantileOfPresent(x: Samples, q: number): number {
  const work = new Float64Array(x.length)
  let n = 0
  for (let i = 0; i < x.length; i++) {
    const v = x[i]!
    if (!Number.isNaN(v)) work[n++] = v
  }
  return quantileInPlace(work, q, n)
}

/**
 * Standard deviation after dropping the share `cut` (0..0.5) of the values at each end, as YASA's
 * `trimbothstd` does: floor(cut * n) values go from either side. NaN when any sample is NaN.
 */
export function trimmedStandardDeviation(x: Samples, cut: number, ddof = 1): number {
  assert(cut >= 0 && cut < 0.5, `cut ${cut} is not in 0..0.5`)
  const work = Float64Array.from(x)
  for (let i = 0; i < work.length; i++) if (Number.isNaN(work[i]!)) return NaN
  const drop = Math.floor(cut * work.length)
  if (drop > 0) {
    selectInPlace(work, drop, work.length)
    const rest = work.subarray(drop)
    selectInPlace(rest, rest.length - drop - 1)
  }
  return standardDeviation(work.subarray(drop, work.length - drop), ddof)
}
