import { assert } from '../../math/assert.ts'
import { mean, quantiles } from '../../math/quantile.ts'
import { type SleepStage, STAGES, type Stage } from '../stage/stage.ts'

/** A run of equal values: first epoch and length in epochs. */
export type Period<T> = { readonly value: T; readonly start: number; readonly length: number }

/** Cuts a sequence into runs of equal values, in order; their lengths add up to the whole. */
export function runs<T>(values: readonly T[]): Period<T>[] {
  const found: Period<T>[] = []
  let start = 0
  for (let i = 1; i <= values.length; i++) {
    if (i < values.length && values[i] === values[start]) continue
    found.push({ value: values[start]!, start, length: i - start })
    start = i
  }
  return found
}

/**
 * Runs of at least `thresholdS` seconds (default 5 min), as `hypno_find_periods` of YASA 0.7 finds
 * them; with `equalLength` each is cut into pieces of exactly the threshold and the rest is
 * dropped. Threshold must be a whole number of epochs, and above 0 for equal lengths.
 */
export function findPeriods<T>(
  values: readonly T[],
  epochS: number,
  options: { readonly thresholdS?: number; readonly equalLength?: boolean } = {},
): Period<T>[] {
  const { thresholdS = 300, equalLength = false } = options
  const least = Math.round(thresholdS / epochS)
  assert(Math.abs(least * epochS - thresholdS) < 1e-6, 'threshold must be whole epochs')
  assert(!equalLength || least > 0, 'equal lengths need a threshold above zero')
  const long = runs(values).filter(({ length }) => length >= least)
  if (!equalLength) return long
  return long.flatMap(({ value, start, length }) =>
    Array.from({ length: Math.floor(length / least) }, (_, k) => ({
      value,
      start: start + k * least,
      length: least,
    })),
  )
}

/** How long the bouts of one stage are, in epochs; NaN where the stage does not occur. */
export type BoutSummary = {
  readonly n: number
  readonly mean: number
  readonly median: number
  readonly p90: number
  readonly longest: number
}

/** Bout lengths of each stage. `?` ends a bout. Quantiles are linear between order statistics. */
export function bouts(stages: readonly Stage[]): Record<SleepStage, BoutSummary> {
  const all = runs(stages)
  const entries = STAGES.map((stage) => {
    const lengths = all.filter(({ value }) => value === stage).map(({ length }) => length)
    return [stage, summarise(lengths)] as const
  })
  return Object.fromEntries(entries) as Record<SleepStage, BoutSummary>
}

function summarise(lengths: readonly number[]): BoutSummary {
  const values = Float64Array.from(lengths)
  const [median, p90, longest] = quantiles(values, [0.5, 0.9, 1])
  return { n: lengths.length, mean: mean(values), median: median!, p90: p90!, longest: longest! }
}
