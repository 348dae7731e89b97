import type { PersonalSeries } from '../evidence/personal-series.ts'

/** Counts of an actigraph at regular epochs; NaN = missing. */
export type ActivityEpochs = {
  /** Start of the first epoch, ms since 1970 UTC. */
  readonly startMs: number
  /** Seconds between epochs. */
  readonly epochS: number
  /** Counts an epoch, in the device's unit, >= 0. */
  readonly counts: Float64Array
}

/** Share of an epoch's samples that must be known; their sum stands for the epoch. */
const KNOWN_SHARE = 0.8
const MAX_EPOCHS = 25_000_000

/**
 * Epochs of `epochS` seconds from a finer or equal series, aligned to whole epochs of UTC: counts
 * are summed (10 s to 60 s as ActiLife does). An epoch of which fewer than four in five samples are
 * known is NaN. Undefined where the series is irregular, coarser, or no whole number fits.
 */
export function epochsOfSeries(series: PersonalSeries, epochS: number): ActivityEpochs | undefined {
  const { timesMs, values, epochS: givenS } = series
  const per = givenS === undefined ? Number.NaN : epochS / givenS
  if (!(per >= 1) || per !== Math.floor(per) || timesMs.length === 0) return undefined
  const first = Math.floor(timesMs[0]! / (epochS * 1000))
  const n = Math.floor(timesMs.at(-1)! / (epochS * 1000)) - first + 1
  if (n > MAX_EPOCHS) return undefined
  const counts = new Float64Array(n)
  const known = new Float64Array(n)
  for (let i = 0; i < timesMs.length; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    const at = Math.floor(timesMs[i]! / (epochS * 1000)) - first
    counts[at] = counts[at]! + value
    known[at] = known[at]! + 1
  }
  for (let at = 0; at < n; at++) if (known[at]! < KNOWN_SHARE * per) counts[at] = Number.NaN
  return { startMs: first * epochS * 1000, epochS, counts }
}
