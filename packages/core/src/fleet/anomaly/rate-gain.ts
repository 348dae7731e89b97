import { exp, log, log1p } from '../../math/elementary.ts'

/** Rate ratios that are looked out for; the first is also the rollout's bound for advancing. */
export const RATIOS: readonly number[] = [1.25, 1.5, 2, 3, 5, 10]

const LOG_RATIOS = RATIOS.map(log)

/** Events and exposure of both arms in one interval (and one stratum). */
export type ArmCounts = {
  readonly canaryEvents: number
  readonly baselineEvents: number
  /** Time at risk of each arm in the interval, in any unit that both share, such as nights. */
  readonly canaryExposure: number
  readonly baselineExposure: number
}

/**
 * What an interval adds to the log of the e-process against "at most 1", for each of `RATIOS`. With
 * the odds o = w/(1-w), p/w is r (1+o)/(1+ro) and (1-p)/(1-w) is (1+o)/(1+ro). Both exposures are
 * above 0.
 */
export function higherGains(counts: ArmCounts): number[] {
  const odds = counts.canaryExposure / counts.baselineExposure
  const events = counts.canaryEvents + counts.baselineEvents
  const one = log1p(odds)
  return RATIOS.map(
    (ratio, j) => counts.canaryEvents * LOG_RATIOS[j]! + events * (one - log1p(odds * ratio)),
  )
}

/** Log of the mean of numbers that are given by their logs; -Infinity of none. */
export function logMeanExp(logs: readonly number[]): number {
  const most = Math.max(...logs)
  if (!Number.isFinite(most)) return most
  let sum = 0
  for (const value of logs) sum += exp(value - most)
  return most + log(sum / logs.length)
}
