import { type TimeZone, wallClockAt } from '../../math/time-zone.ts'
import type { RegularEpochs } from './regular-epochs.ts'

const DAY_S = 86400
/** Share of a bin's epochs that must be known. */
const KNOWN_SHARE = 0.8
/** Bins of one record: forty years of hours. */
const MAX_BINS = 400_000

/** Means over whole bins of the clock. */
export type ClockBins = {
  /** Bins since 1970-01-01T00:00 of the zone's clock, of the first of `means`. */
  readonly firstBin: number
  readonly binS: number
  /** NaN where fewer than four in five epochs are known. */
  readonly means: Float64Array
}

/**
 * Means of the values over bins of the zone's clock (3600 s: clock hours), first to last. In the
 * autumn night the hour that the clock shows twice holds both; the hour skipped in spring is NaN.
 */
export function clockBins(epochs: RegularEpochs, zone: TimeZone, binS: number): ClockBins {
  const { startMs, epochS, values } = epochs
  const binOf = (i: number): number =>
    Math.floor(wallClockAt(zone, startMs + i * epochS * 1000) / binS)
  const firstBin = binOf(0)
  const n = Math.max(0, Math.min(MAX_BINS, binOf(values.length - 1) - firstBin + 1))
  const sums = new Float64Array(n)
  const known = new Float64Array(n)
  for (let i = 0; i < values.length; i++) {
    const at = binOf(i) - firstBin
    if (Number.isNaN(values[i]!) || at < 0 || at >= n) continue
    sums[at] = sums[at]! + values[i]!
    known[at] = known[at]! + 1
  }
  const whole = binS / epochS
  const means = sums.map((sum, i) =>
    known[i]! < KNOWN_SHARE * whole ? Number.NaN : sum / known[i]!,
  )
  return { firstBin, binS, means }
}

/**
 * The average day: mean at each bin of the clock's 24 h over the days on which it is known, from
 * midnight; NaN where it never is.
 */
export function averageDay({ firstBin, binS, means }: ClockBins): Float64Array {
  const perDay = Math.round(DAY_S / binS)
  const sums = new Float64Array(perDay)
  const known = new Float64Array(perDay)
  means.forEach((value, i) => {
    if (Number.isNaN(value)) return
    const at = (firstBin + i) % perDay
    sums[at] = sums[at]! + value
    known[at] = known[at]! + 1
  })
  return sums.map((sum, at) => sum / known[at]!)
}

/** Days (24 h of known epochs) that a series holds, for the label of a measure. */
export function knownDays({ values, epochS }: RegularEpochs): number {
  let n = 0
  for (const value of values) if (!Number.isNaN(value)) n++
  return (n * epochS) / DAY_S
}
