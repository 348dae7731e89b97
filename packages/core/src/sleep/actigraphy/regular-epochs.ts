import type { PersonalSeries } from '../evidence/personal-series.ts'

/** Values at regular epochs; NaN = missing. */
export type RegularEpochs = {
  /** Start of the first epoch, ms since 1970 UTC. */
  readonly startMs: number
  /** Seconds between epochs. */
  readonly epochS: number
  readonly values: Float64Array
}

/** Share of an epoch's samples that must be known. */
const KNOWN_SHARE = 0.8
const MAX_EPOCHS = 25_000_000
/** Steps looked at where a series does not say its epoch. */
const LOOKED_AT = 2000

/**
 * Epochs of `epochS` seconds from a finer or equal series, aligned to whole epochs of UTC: the sum
 * of its samples (counts: 10 s to 60 s as ActiLife does) or their mean (light, temperature). An
 * epoch of which fewer than four in five samples are known is NaN. Undefined for an empty series
 * and for one whose samples are further apart than `epochS`.
 */
export function epochsOfSeries(
  series: PersonalSeries,
  epochS: number,
  of: 'sum' | 'mean',
): RegularEpochs | undefined {
  const { timesMs, values } = series
  const givenS = series.epochS ?? usualStepS(timesMs)
  const per = Math.round((epochS / givenS) * 1000) / 1000
  if (!(per >= 1)) return undefined
  const first = Math.floor(timesMs[0]! / (epochS * 1000))
  const n = Math.floor(timesMs.at(-1)! / (epochS * 1000)) - first + 1
  if (n > MAX_EPOCHS) return undefined
  const out = new Float64Array(n)
  const known = new Float64Array(n)
  for (let i = 0; i < timesMs.length; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    const at = Math.floor(timesMs[i]! / (epochS * 1000)) - first
    out[at] = out[at]! + value
    known[at] = known[at]! + 1
  }
  for (let at = 0; at < n; at++) {
    if (known[at]! < KNOWN_SHARE * Math.floor(per)) out[at] = Number.NaN
    else if (of === 'mean') out[at] = out[at]! / known[at]!
  }
  return { startMs: first * epochS * 1000, epochS, values: out }
}

/** Median of the first steps between moments, s; NaN for fewer than two. */
function usualStepS(timesMs: Float64Array): number {
  const steps = timesMs.subarray(1, LOOKED_AT).map((ms, i) => ms - timesMs[i]!)
  return steps.length === 0 ? Number.NaN : steps.sort()[steps.length >> 1]! / 1000
}
