import { cos, exp, log1p, PI } from '../../math/elementary.ts'
import { quantile } from '../../math/quantile.ts'

/** Values at their times, seconds from any start, ascending. */
export type TimedSeries = { readonly timesS: Float64Array; readonly values: Float64Array }

/** Inputs of the watch stager: activity, its two means, heart rate, its two means, two of time. */
export const WEARABLE_INPUT_COUNT = 9

/** Half-width of the window around an epoch, seconds (Walch et al. 2019). */
const REACH_S = 285
const EPOCH_S = 30
const ACTIVITY_SIGMA_S = 50
const NEAR_SIGMA_S = 120
const FAR_SIGMA_S = 600
const FAR_PART = 0.75

/**
 * How much the wrist moves around each epoch: counts brought to 1 Hz by linear interpolation,
 * averaged with a Gaussian of 50 s over 285 s to each side. `startsS` are the starts of the 30-s
 * epochs on the time axis of the series. NaN where the window has no sample. Source: Walch et al.
 * 2019, Sleep.
 */
export function activityFeature(counts: TimedSeries, startsS: Float64Array): Float64Array {
  const grid = onSeconds(counts)
  return startsS.map((start) => {
    const [from, to] = windowOf(grid, start)
    const middle = Math.floor((to - from) / 2)
    let sum = 0
    let weights = 0
    for (let i = from; i < to; i++) {
      const w = gaussian(i - from - middle, ACTIVITY_SIGMA_S)
      sum += w * grid.values[i]!
      weights += w
    }
    return sum / weights
  })
}

/**
 * How restless the heart is around each epoch: heart rate (per minute) at 1 Hz, seen through a
 * difference of Gaussians (120 s less .75 of 600 s) that removes its level, divided by the
 * night's 90th percentile of the absolute value; then its standard deviation over 285 s to each
 * side. NaN where the window has no sample. Source: Walch et al. 2019, Sleep.
 */
export function heartRateFeature(beats: TimedSeries, startsS: Float64Array): Float64Array {
  const grid = onSeconds(beats)
  const filtered = differenceOfGaussians(grid.values)
  const norm = quantile(
    filtered.map((v) => Math.abs(v)),
    0.9,
  )
  return startsS.map((start) => {
    const [from, to] = windowOf(grid, start)
    const part = filtered.subarray(from, to)
    let mean = 0
    for (const v of part) mean += v / part.length
    let squares = 0
    for (const v of part) squares += (v - mean) * (v - mean)
    return part.length === 0 ? NaN : Math.sqrt(squares / part.length) / norm
  })
}

/** The clock proxy of Walch et al.: -cos of a day's turn, lowest 5 h after the start; -1..1. */
export function clockProxy(hoursSinceStart: number): number {
  return -cos(((hoursSinceStart - 5) * PI) / 12)
}

/**
 * The network's inputs, epochs x 9: log activity, its means over 5 and 20 epochs to each side,
 * heart-rate restlessness and its two means, clock proxy, hours since the start, and whether
 * there is a heart rate. Without heart rate its inputs are 0.
 */
export function wearableRows(
  activity: Float64Array,
  heart: Float64Array | undefined,
  hours: Float64Array,
): Float64Array {
  const epochs = activity.length
  const rows = new Float64Array(epochs * WEARABLE_INPUT_COUNT)
  const calm = activity.map((count) => log1p(Number.isNaN(count) ? 0 : Math.max(0, count)))
  const restless = heart?.map((h) => (Number.isNaN(h) ? 0 : h)) ?? new Float64Array(epochs)
  const columns = [calm, restless].flatMap((x) => [x, spreadMean(x, 5), spreadMean(x, 20)])
  for (let e = 0; e < epochs; e++) {
    columns.forEach((column, k) => {
      rows[e * WEARABLE_INPUT_COUNT + k] = column[e]!
    })
    rows[e * WEARABLE_INPUT_COUNT + 6] = clockProxy(hours[e]!)
    rows[e * WEARABLE_INPUT_COUNT + 7] = hours[e]!
    rows[e * WEARABLE_INPUT_COUNT + 8] = heart === undefined || Number.isNaN(heart[e]!) ? 0 : 1
  }
  return rows
}

type SecondGrid = { readonly startS: number; readonly values: Float64Array }

/** One value a second from the first sample to the last, straight lines between samples. */
function onSeconds(series: TimedSeries): SecondGrid {
  const { timesS, values } = series
  const startS = timesS[0] ?? 0
  const span = (timesS.at(-1) ?? 0) - startS
  const grid = new Float64Array(Math.ceil(span))
  for (let i = 0, k = 0; i < grid.length; i++) {
    while (timesS[k + 1]! <= startS + i) k++
    const part = (startS + i - timesS[k]!) / (timesS[k + 1]! - timesS[k]!)
    grid[i] = values[k]! + part * (values[k + 1]! - values[k]!)
  }
  return { startS, values: grid }
}

/** Indices [from, to) of the seconds strictly within the reach of an epoch. */
function windowOf(grid: SecondGrid, startS: number): [number, number] {
  const from = Math.floor(startS - REACH_S - grid.startS) + 1
  const to = Math.ceil(startS + EPOCH_S + REACH_S - grid.startS)
  const first = Math.max(0, Math.min(from, grid.values.length))
  return [first, Math.max(first, Math.min(to, grid.values.length))]
}

function gaussian(distance: number, sigma: number): number {
  return exp((-0.5 * distance * distance) / (sigma * sigma))
}

/** Convolution with the difference of Gaussians over 285 s; the ends are mirrored. */
function differenceOfGaussians(values: Float64Array): Float64Array {
  const n = values.length
  const half = Math.floor(REACH_S / 2)
  let mean = 0
  for (const v of values) mean += v / n
  const kernel = Float64Array.from(
    { length: REACH_S },
    (_, i) => gaussian(i - half, NEAR_SIGMA_S) - FAR_PART * gaussian(i - half, FAR_SIGMA_S),
  )
  const at = (i: number): number => {
    const mirrored = i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i
    return values[Math.max(0, Math.min(n - 1, mirrored))]! - mean
  }
  const padded = Float64Array.from({ length: n + 2 * half }, (_, i) => at(i - half))
  const out = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let k = 0; k < REACH_S; k++) sum += kernel[k]! * padded[i + k]!
    out[i] = sum
  }
  return out
}

function spreadMean(x: Float64Array, reach: number): Float64Array {
  return x.map((_, e) => {
    const from = Math.max(0, e - reach)
    const to = Math.min(x.length, e + reach + 1)
    let sum = 0
    for (let i = from; i < to; i++) sum += x[i]!
    return sum / (to - from)
  })
}
