import { exp, log, log1p } from '../../math/elementary.ts'
import { logMeanExp } from './rate-gain.ts'

/**
 * Shifts of a mean, in standard errors of one step, that a shift detector is on the look-out for.
 */
export const SHIFTS: readonly number[] = [-8, -4, -2, -1, -0.5, 0.5, 1, 2, 4, 8]

/** Logs of the sums, one for each alternative; -Infinity before the first step. */
export type EDetector = readonly number[]

/** Nothing seen. */
export function beginEDetector(alternatives: number): EDetector {
  return Array.from({ length: alternatives }, () => Number.NEGATIVE_INFINITY)
}

/**
 * One step of the sum of e-processes begun at every moment, M <- (M + 1) e, for each alternative's
 * log e-value (Shin, Ramdas and Rinaldo 2024, after Shiryaev and Roberts). While nothing changed
 * the mean of M grows by at most 1 a step, so that the first time M reaches A comes on average no
 * earlier than step A, whatever the values' dependence on the past.
 */
export function eDetectorStep(state: EDetector, logGains: readonly number[]): EDetector {
  return state.map((logM, j) => softPlus(logM) + logGains[j]!)
}

/**
 * Log of the mean sum over the alternatives: reaching ln A is an alarm with an ARL of at least A.
 */
export function logEvidence(state: EDetector): number {
  return logMeanExp(state)
}

/** Log e-values of a standard normal deviate against each of `SHIFTS`: exp(l z - l^2/2). */
export function shiftGains(z: number): number[] {
  return SHIFTS.map((shift) => shift * z - (shift * shift) / 2)
}

/**
 * Which of many detectors are called true at once: the k largest of K with M >= A K / k, for the
 * largest such k (e-BH: Wang and Ramdas 2022, over e-detectors: Dandapanthula and Ramdas 2025). The
 * first of them is no earlier than step A on average, for the sum of all M grows by K a step at
 * most. Returns places in `logs`, strongest first.
 */
export function eBenjaminiHochberg(logs: readonly number[], logA: number): number[] {
  const order = logs.map((_, i) => i).sort((a, b) => logs[b]! - logs[a]! || a - b)
  let most = 0
  for (let k = 1; k <= order.length; k++) {
    if (logs[order[k - 1]!]! >= logA + log(order.length / k)) most = k
  }
  return order.slice(0, most)
}

function softPlus(logM: number): number {
  if (logM === Number.NEGATIVE_INFINITY) return 0
  return logM > 30 ? logM : log1p(exp(logM))
}
