import { type SleepScore, stretchesOf } from './sleep-score.ts'

/** When a stretch of scored minutes is a sleep period. */
export type SleepPeriodRule = {
  /** Minutes asleep in a row that begin it. */
  readonly asleepMin: number
  /** Minutes awake in a row that end it. */
  readonly awakeMin: number
  /** Its least and greatest length, min. */
  readonly leastMin: number
  readonly mostMin: number
  /** Minutes with counts that it must hold: fewer is a device laid down. */
  readonly leastNonzero: number
}

/** Tudor-Locke's rule. */
export const TUDOR_LOCKE: SleepPeriodRule = {
  asleepMin: 5,
  awakeMin: 10,
  leastMin: 160,
  mostMin: 1440,
  leastNonzero: 0,
}

/** A sleep period in minutes of a score: `to` is the first minute after it. */
export type SleepPeriod = {
  readonly from: number
  readonly to: number
  /** Minutes scored asleep within. */
  readonly asleepMin: number
  /** Stretches awake within. */
  readonly nAwakenings: number
}

/**
 * Sleep periods of a 60-s score after Tudor-Locke et al. 2014 (Appl Physiol Nutr Metab 39:53): one
 * begins with the first of so many minutes asleep in a row and ends before the first of so many
 * awake; one that the record ends in is not told, for its end is not known. Missing minutes are
 * neither and break both rows. `counts` are those that were scored.
 */
export function sleepPeriods(
  score: SleepScore,
  counts: Float64Array,
  rule: SleepPeriodRule = TUDOR_LOCKE,
): readonly SleepPeriod[] {
  const found: SleepPeriod[] = []
  let from = -1
  const close = (to: number): void => {
    const period = periodOf(score, from, to)
    const nonzero = counts.subarray(from, to).filter((count) => count > 0).length
    const length = to - from
    const fits = length >= rule.leastMin && length <= rule.mostMin && nonzero >= rule.leastNonzero
    if (fits) found.push(period)
    from = -1
  }
  for (const stretch of stretchesOf(score)) {
    const length = stretch.to - stretch.from
    if (from < 0 && stretch.state === 1 && length >= rule.asleepMin) from = stretch.from
    if (from >= 0 && stretch.state === 0 && length >= rule.awakeMin) close(stretch.from)
  }
  return found
}

function periodOf(score: SleepScore, from: number, to: number): SleepPeriod {
  const within = stretchesOf(score.subarray(from, to))
  let asleepMin = 0
  for (const { state, from: start, to: end } of within) if (state === 1) asleepMin += end - start
  return { from, to, asleepMin, nAwakenings: within.filter(({ state }) => state === 0).length }
}
