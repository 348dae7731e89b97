import { quantileOfPresent } from '../../math/quantile.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import type { LightSeries } from './light.ts'

/**
 * How a gap is filled. `hold`: the last known value for up to 2 h, the usual light of that time of
 * day after that. `profile`: the usual light of that time of day throughout. `unknown`: as
 * `profile`, and the bounds are as wide as the person's light ever was.
 */
export type GapPolicy = 'hold' | 'profile' | 'unknown'

/** Light without gaps, and what of it is known. `lowLux` = `highLux` = `lux` where it is. */
export type FilledLight = {
  readonly lux: Float64Array
  /** 1 measured, 0 filled. */
  readonly known: Uint8Array
  /** The 10 % and 90 % bounds of what the light may have been. */
  readonly lowLux: Float64Array
  readonly highLux: Float64Array
  readonly gapSamples: number
}

/** Light is held over a gap for this long: a sleeve, a shower. */
const LONGEST_HOLD_H = 2
/** Width of a time-of-day bin, h. */
const BIN_H = 0.5
const BINS = 24 / BIN_H
/** Values of a bin that its own quantiles need; below that, those of the neighbours join. */
const ENOUGH = 6

/**
 * Fills the gaps (NaN) of a light series from the person's own light. The usual light of a time of
 * day is the median of its half hour over all days, with neighbouring half hours where a bin is
 * thin. `startH` is the hour of day of sample 0. A series with no known sample at all is refused.
 */
export function fillLightGaps(
  series: LightSeries,
  startH: number,
  policy: GapPolicy,
): Result<FilledLight, 'LIGHT_EMPTY'> {
  const { lux, dtH } = series
  const filled = {
    lux: lux.slice(),
    known: Uint8Array.from(lux, (value) => (Number.isNaN(value) ? 0 : 1)),
    lowLux: lux.slice(),
    highLux: lux.slice(),
    gapSamples: lux.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0),
  }
  if (filled.gapSamples === 0) return ok(filled)
  if (filled.gapSamples === lux.length) {
    return fail('LIGHT_EMPTY', 'light', 'gaps only', 'at least one known sample')
  }
  const usual = usualLight(series, startH)
  let last = -1
  for (let i = 0; i < lux.length; i++) {
    if (filled.known[i] === 1) {
      last = i
      continue
    }
    const bin = policy === 'unknown' ? usual.any : usual.bins[binOf(startH + i * dtH)]!
    const held = policy === 'hold' && last >= 0 && (i - last) * dtH <= LONGEST_HOLD_H
    filled.lux[i] = held ? lux[last]! : usual.bins[binOf(startH + i * dtH)]!.median
    filled.lowLux[i] = Math.min(bin.low, filled.lux[i]!)
    filled.highLux[i] = Math.max(bin.high, filled.lux[i]!)
  }
  return ok(filled)
}

type Usual = { readonly low: number; readonly median: number; readonly high: number }

function usualLight(
  { lux, dtH }: LightSeries,
  startH: number,
): { readonly bins: readonly Usual[]; readonly any: Usual } {
  const values: number[][] = Array.from({ length: BINS }, () => [])
  lux.forEach((value, i) => {
    if (!Number.isNaN(value)) values[binOf(startH + i * dtH)]!.push(value)
  })
  return {
    bins: values.map((_, bin) => usualOf(near(values, bin))),
    any: usualOf(values.flat()),
  }
}

/** The values of a bin, and of as many neighbours on both sides as make enough. */
function near(values: readonly (readonly number[])[], bin: number): number[] {
  const found = [...values[bin]!]
  for (let away = 1; found.length < ENOUGH && away <= BINS / 2; away++) {
    found.push(...values[(bin + away) % BINS]!, ...values[(bin - away + BINS) % BINS]!)
  }
  return found
}

function usualOf(values: readonly number[]): Usual {
  const x = Float64Array.from(values)
  return {
    low: quantileOfPresent(x, 0.1),
    median: quantileOfPresent(x, 0.5),
    high: quantileOfPresent(x, 0.9),
  }
}

function binOf(hour: number): number {
  const ofDay = hour - 24 * Math.floor(hour / 24)
  return Math.min(BINS - 1, Math.floor(ofDay / BIN_H))
}
