/** Samples `from`..`to` (both included) minus their least-squares line. Units of `x`. */
export function detrendLine(x: Float64Array, from: number, to: number): Float64Array {
  const n = to - from + 1
  const out = x.slice(from, to + 1)
  let sumX = 0
  let sumY = 0
  let sumXx = 0
  let sumXy = 0
  for (let i = 0; i < n; i++) {
    sumX += i
    sumY += out[i]!
    sumXx += i * i
    sumXy += i * out[i]!
  }
  const spread = n * sumXx - sumX * sumX
  const slope = spread > 0 ? (n * sumXy - sumX * sumY) / spread : 0
  const base = sumY / n - (sumX / n) * slope
  for (let i = 0; i < n; i++) out[i] = out[i]! - (i * slope + base)
  return out
}

/** Largest minus smallest of the samples `from`..`to`, both included. */
export function peakToPeak(x: Float64Array, from: number, to: number): number {
  let low = Infinity
  let high = -Infinity
  for (let i = from; i <= to; i++) {
    low = Math.min(low, x[i]!)
    high = Math.max(high, x[i]!)
  }
  return high - low
}

/** Root mean square of all of `x`. */
export function rootMeanSquareOf(x: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!
  return Math.sqrt(sum / x.length)
}
