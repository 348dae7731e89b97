/** Values at irregular or regular moments, seconds from the first sample. */
export type MovingSeries = { readonly timesS: Float64Array; readonly values: Float64Array }

/** Length and step of a moving window, seconds. */
export type MovingWindow = { readonly windowS: number; readonly stepS: number }

/**
 * Pearson correlation of two signals in a moving window; times are the centres of the windows,
 * which are cut off at both ends of the signal. 0 where a signal does not vary. Source: YASA's
 * `moving_transform`, after Lacourse 2018.
 */
export function movingCorrelation(
  x: Float64Array,
  y: Float64Array,
  rateHz: number,
  window: MovingWindow,
): MovingSeries {
  return movingSeries(x.length, rateHz, window, (from, to) => correlation(x, y, from, to))
}

/** Root mean square of a signal in a moving window, cut off at both ends. Units of `x`. */
export function movingRms(x: Float64Array, rateHz: number, window: MovingWindow): MovingSeries {
  return movingSeries(x.length, rateHz, window, (from, to) => rootMeanSquare(x, from, to))
}

/**
 * Mean over `width` samples centred on each sample (an even width is one longer to the left), over
 * fewer at the ends. No missing values.
 */
export function centredMean(x: Float64Array, width: number): Float64Array {
  const n = x.length
  const left = Math.floor(width / 2)
  const right = width - 1 - left
  const out = new Float64Array(n)
  const block = 4096
  // Running sums restart every block, so that rounding errors of a loud moment die with it.
  for (let start = 0; start < n; start += block) {
    const stop = Math.min(n, start + block)
    let from = Math.max(0, start - left)
    let to = Math.min(n, start + right + 1)
    let sum = 0
    for (let i = from; i < to; i++) sum += x[i]!
    out[start] = sum / (to - from)
    for (let i = start + 1; i < stop; i++) {
      if (i + right < n) sum += x[to++]!
      if (i - left > 0) sum -= x[from++]!
      out[i] = sum / (to - from)
    }
  }
  return out
}

function movingSeries(
  n: number,
  rateHz: number,
  { windowS, stepS }: MovingWindow,
  measure: (from: number, to: number) => number,
): MovingSeries {
  const count = Math.ceil(n / rateHz / stepS)
  const timesS = new Float64Array(count)
  const values = new Float64Array(count)
  const half = windowS / 2
  for (let k = 0; k < count; k++) {
    const from = Math.max(0, Math.trunc((k * stepS - half) * rateHz))
    const to = Math.min(n, Math.trunc((k * stepS + half) * rateHz))
    timesS[k] = (from + to) / 2 / rateHz
    values[k] = measure(from, to)
  }
  return { timesS, values }
}

/** Pearson correlation of the samples from..to - 1 of two signals; 0 where one does not vary. */
export function correlation(x: Float64Array, y: Float64Array, from: number, to: number): number {
  let meanX = 0
  let meanY = 0
  for (let i = from; i < to; i++) {
    meanX += x[i]!
    meanY += y[i]!
  }
  meanX /= to - from
  meanY /= to - from
  let xy = 0
  let xx = 0
  let yy = 0
  for (let i = from; i < to; i++) {
    const dx = x[i]! - meanX
    const dy = y[i]! - meanY
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  const scale = Math.sqrt(xx) * Math.sqrt(yy)
  return scale > 0 ? xy / scale : 0
}

function rootMeanSquare(x: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += x[i]! * x[i]!
  return to > from ? Math.sqrt(sum / (to - from)) : 0
}
