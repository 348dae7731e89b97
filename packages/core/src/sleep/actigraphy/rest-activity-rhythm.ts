import { meanOfPresent } from '../../math/quantile.ts'
import { averageDay, type ClockBins } from './clock-bins.ts'

/** Hours known that a measure of the rhythm needs. */
const LEAST_HOURS = 48

/**
 * Interdaily stability, 0 (noise) to 1 (every day the same): the variance of the average day over
 * that of the hours, both population variances about the grand mean, n sum_h (mean_h - mean)^2 / (p
 * sum_i (x_i - mean)^2) (Witting et al. 1990, Biol Psychiatry 27:563; Van Someren et al. 1999,
 * Chronobiol Int 16:505). Missing hours are left out of every sum; NaN for fewer than 48, for an
 * hour of the day that is never known, and for hours all alike.
 */
export function interdailyStability(hours: ClockBins): number {
  const { n, mean, squares } = spread(hours.means)
  const day = averageDay(hours)
  let between = 0
  for (const value of day) between += (value - mean) * (value - mean)
  return n < LEAST_HOURS || squares === 0 ? Number.NaN : (n * between) / (day.length * squares)
}

/**
 * Intradaily variability, 0 (a slow wave) to about 2 (noise): n sum (x_i - x_i-1)^2 / (m sum (x_i -
 * mean)^2) over the n hours known and the m pairs of neighbours both known (sources as IS). NaN for
 * fewer than 48 hours and for hours all alike.
 */
export function intradailyVariability({ means }: ClockBins): number {
  const { n, squares } = spread(means)
  let steps = 0
  let pairs = 0
  for (let i = 1; i < means.length; i++) {
    const step = means[i]! - means[i - 1]!
    if (Number.isNaN(step)) continue
    steps += step * step
    pairs++
  }
  return n < LEAST_HOURS || squares === 0 ? Number.NaN : (n * steps) / (pairs * squares)
}

function spread(x: Float64Array): { n: number; mean: number; squares: number } {
  const mean = meanOfPresent(x)
  let n = 0
  let squares = 0
  for (const value of x) {
    if (Number.isNaN(value)) continue
    n++
    squares += (value - mean) * (value - mean)
  }
  return { n, mean, squares }
}

/** The least and the most active hours of the average day. */
export type RestActivity = {
  /** Mean of the least active 5 h, in the unit of the bins. */
  readonly l5: number
  /** Clock at which they begin, decimal hours, 0 to 24. */
  readonly l5OnsetH: number
  /** Mean of the most active 10 h. */
  readonly m10: number
  readonly m10OnsetH: number
  /** Relative amplitude (M10 - L5) / (M10 + L5), 0 to 1. */
  readonly relativeAmplitude: number
}

/**
 * L5, M10 and relative amplitude of the average day, windows laid around midnight and begun at any
 * bin (Van Someren et al. 1999); of equal windows the first after midnight. Undefined where a bin
 * of the day is never known.
 */
export function restActivity(bins: ClockBins): RestActivity | undefined {
  const day = averageDay(bins)
  if (day.some((value) => Number.isNaN(value))) return undefined
  const hours = (at: number): number => (at * bins.binS) / 3600
  const low = extremeWindow(day, Math.round((5 * 3600) / bins.binS), -1)
  const high = extremeWindow(day, Math.round((10 * 3600) / bins.binS), 1)
  const sum = high.mean + low.mean
  return {
    l5: low.mean,
    l5OnsetH: hours(low.at),
    m10: high.mean,
    m10OnsetH: hours(high.at),
    relativeAmplitude: sum === 0 ? Number.NaN : (high.mean - low.mean) / sum,
  }
}

/** The window of `length` bins with the greatest (`sign` 1) or least (-1) mean. */
function extremeWindow(
  day: Float64Array,
  length: number,
  sign: 1 | -1,
): { at: number; mean: number } {
  let best = { at: 0, mean: Number.NaN }
  for (let at = 0; at < day.length; at++) {
    let sum = 0
    for (let k = 0; k < length; k++) sum += day[(at + k) % day.length]!
    const mean = sum / length
    if (!(sign * (mean - best.mean) <= 0)) best = { at, mean }
  }
  return best
}
