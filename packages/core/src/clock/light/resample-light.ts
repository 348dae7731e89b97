import { pow } from '../../math/elementary.ts'
import type { LightSeries, LightUnit } from './light.ts'

/** Exponent of the light average: that of Jewett99's receptor, between Forger99's .5 and 1. */
const MEAN_EXPONENT = 0.6
/** A sample without a stated epoch holds for at most this long, ms. */
const LONGEST_HOLD_MS = 600_000
/** A step with less than this share of known light is a gap. */
const LEAST_KNOWN = 0.25
const MS_PER_H = 3_600_000

/** Light at moments: `values[i]` lux from `timesMs[i]`, times ascending, NaN = missing. */
export type LightSamples = {
  readonly timesMs: Float64Array
  readonly values: ArrayLike<number>
  /** Seconds a sample stands for; undefined: until the next, at most 10 min. */
  readonly epochS?: number | undefined
}

/**
 * Light samples of any spacing on a regular grid of `count` steps of `dtH` hours: sample i is the
 * light of the step that ends at `startMs + i * dtH`. Within a step the average is the power mean
 * with exponent .6, weighted by time: the receptor's drive goes with lux^.6 (Jewett99) and its
 * memory (half an hour and more indoors) is longer than a step, so that the mean of the drive, not
 * of the lux, is what the step acts by; five minutes of sun in an hour of lamp light would count
 * three times too much in a mean of lux. A step with less than a quarter of known light is NaN.
 * Negative values are taken as missing.
 */
export function resampleLight(
  samples: LightSamples,
  unit: LightUnit,
  startMs: number,
  dtH: number,
  count: number,
): LightSeries {
  const { timesMs, values, epochS } = samples
  const stepMs = dtH * MS_PER_H
  const drive = new Float64Array(count)
  const known = new Float64Array(count)
  const longest = epochS === undefined ? LONGEST_HOLD_MS : epochS * 1000
  for (let i = 0; i < timesMs.length; i++) {
    const value = values[i]!
    if (!(value >= 0)) continue
    const from = timesMs[i]!
    const until = Math.min(from + longest, timesMs[i + 1] ?? from + longest)
    const strength = value === 0 ? 0 : pow(value, MEAN_EXPONENT)
    const first = Math.max(0, Math.floor((from - startMs) / stepMs) + 1)
    for (let step = first; step < count; step++) {
      const endMs = startMs + step * stepMs
      const shared = Math.min(until, endMs) - Math.max(from, endMs - stepMs)
      if (!(shared > 0)) break
      drive[step]! += strength * shared
      known[step]! += shared
    }
  }
  const lux = drive.map((sum, step) => {
    if (known[step]! < LEAST_KNOWN * stepMs) return Number.NaN
    return sum === 0 ? 0 : pow(sum / known[step]!, 1 / MEAN_EXPONENT)
  })
  return { unit, dtH, lux }
}
