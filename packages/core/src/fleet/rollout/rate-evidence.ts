import { assert } from '../../math/assert.ts'
import { log, log1p } from '../../math/elementary.ts'
import { type ArmCounts, higherGains, logMeanExp, RATIOS } from '../anomaly/rate-gain.ts'

/** Bounds below which the rate ratio may be shown to lie. */
export const BOUNDS: readonly number[] = [1, 1.25, 1.5, 2, 3, 5, 10]

const LOG_RATIOS = RATIOS.map(log)

/** What is known of the ratio of two rates: plain numbers, no more of them with time. */
export type RateEvidence = ArmCounts & {
  /** Log of the e-process against "the ratio is at most 1", for each of `RATIOS`. */
  readonly logHigher: readonly number[]
  /** Log of the e-process against "the ratio is at least `BOUNDS[i]`", for each 1 / `RATIOS[j]`. */
  readonly logLower: readonly (readonly number[])[]
}

/** Nothing seen yet: every e-process is 1. */
export function noEvidence(): RateEvidence {
  return {
    ...{ canaryEvents: 0, baselineEvents: 0, canaryExposure: 0, baselineExposure: 0 },
    logHigher: RATIOS.map(() => 0),
    logLower: BOUNDS.map(() => RATIOS.map(() => 0)),
  }
}

/**
 * Adds an interval. Each event is in the canary arm with probability w = its share of the exposure
 * if the ratio is 1, and with p = rw / (rw + 1 - w) if it is r: the process is multiplied by p/w or
 * (1-p)/(1-w), which is a supermartingale when the ratio is at most 1 (Lindon and Malek, NeurIPS
 * 2022; ter Schure et al., 2020), so that it ever reaches 1/alpha with probability alpha at most,
 * however often it is looked at (Ville). Events at w = 0 or 1 teach nothing. Throws on counts that
 * are none.
 */
export function addCounts(before: RateEvidence, counts: ArmCounts): RateEvidence {
  const { canaryEvents, baselineEvents, canaryExposure, baselineExposure } = counts
  for (const n of [canaryEvents, baselineEvents]) {
    assert(Number.isSafeInteger(n) && n >= 0, `${n} events`)
  }
  for (const t of [canaryExposure, baselineExposure]) {
    assert(Number.isFinite(t) && t >= 0, `an exposure of ${t}`)
  }
  const sums = {
    canaryEvents: before.canaryEvents + canaryEvents,
    baselineEvents: before.baselineEvents + baselineEvents,
    canaryExposure: before.canaryExposure + canaryExposure,
    baselineExposure: before.baselineExposure + baselineExposure,
  }
  const teaches = canaryExposure > 0 && baselineExposure > 0 && canaryEvents + baselineEvents > 0
  if (!teaches) return { ...before, ...sums }
  const gains = higherGains(counts)
  const bounds = BOUNDS.map((bound, i) => {
    const gain = lowerGains(counts, bound)
    return before.logLower[i]!.map((sum, j) => sum + gain[j]!)
  })
  return {
    ...sums,
    logHigher: before.logHigher.map((sum, j) => sum + gains[j]!),
    logLower: bounds,
  }
}

/** The same against "at least this bound", for each bound / `RATIOS[j]`. */
function lowerGains(counts: ArmCounts, bound: number): number[] {
  const odds = (counts.canaryExposure / counts.baselineExposure) * bound
  const events = counts.canaryEvents + counts.baselineEvents
  const one = log1p(odds)
  return RATIOS.map(
    (ratio, j) => events * (one - log1p(odds / ratio)) - counts.canaryEvents * LOG_RATIOS[j]!,
  )
}

/** Log of the mean e-process over `RATIOS` against "the ratio is at most 1". */
export function logHigherE(evidence: RateEvidence): number {
  return logMeanExp(evidence.logHigher)
}

/**
 * The lowest of `BOUNDS` of which "the ratio is at least this" is refuted at a level (probability
 * of ever saying so wrongly, 0 to 1); Infinity when none is.
 */
export function ratioShownBelow(evidence: RateEvidence, level: number): number {
  const needed = -log(level)
  const shown = BOUNDS.filter((_, i) => logMeanExp(evidence.logLower[i]!) >= needed)
  return shown[0] ?? Number.POSITIVE_INFINITY
}

/**
 * Canary and baseline events together that are needed on average to stop at a level when the ratio
 * is `ratio` and the canary arm has the share `share` of the exposure: ln(1/level) / KL, the limit
 * that no test passes which is safe to look at all the time.
 */
export function eventsNeeded(ratio: number, share: number, level: number): number {
  const odds = (ratio * share) / (1 - share)
  const p = odds / (1 + odds)
  const information = p * log(p / share) + (1 - p) * log((1 - p) / (1 - share))
  return -log(level) / information
}
