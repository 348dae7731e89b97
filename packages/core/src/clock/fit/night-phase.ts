import type { ClockFit } from './clock-fit.ts'
import type { Interval80 } from './clock-posterior.ts'
import { clockDeviation } from './sleep-filter.ts'
import { DLMO_TO_CBTMIN_H } from './sleeper-prior.ts'

/** The clock on one night of a fit, hours from the midnight before waking. */
export type NightPhase = {
  /** Days since 1970-01-01 of the local date of waking. */
  readonly day: number
  readonly dlmoH: Interval80
  readonly cbtminH: Interval80
}

/** Standard deviations on either side that hold 80 % of a normal. */
const Z80 = 1.2815515655446004

/**
 * The clock of every night as it is believed now, with all nights known: the last night's belief
 * taken back along the way that each virtual sleeper came; bounds by the normal of the same
 * moments.
 */
export function nightPhases(fit: ClockFit): NightPhase[] {
  const { weights, runs, beliefs, dlmoH } = fit.belief
  const size = weights.length / runs.length
  const last = fit.nights.length - 1
  const parts = beliefs.map(clockDeviation)
  return fit.nights.map(({ day }, k) => {
    let [mean, square] = [0, 0]
    for (const [i, weight] of weights.entries()) {
      const { driftH } = runs[Math.floor(i / size)]!
      const back = driftH[last]![i % size]! - driftH[k]![i % size]!
      const value = dlmoH[i]! + parts[i]!.mean - back
      mean += weight * value
      square += weight * (value * value + parts[i]!.variance)
    }
    const variance = Math.max(0, square - mean * mean)
    const { mean: apart, sd } = DLMO_TO_CBTMIN_H
    return {
      day,
      dlmoH: interval(mean, Math.sqrt(variance)),
      cbtminH: interval(mean + apart, Math.sqrt(variance + sd * sd)),
    }
  })
}

function interval(mean: number, sd: number): Interval80 {
  return { median: mean, lo80: mean - Z80 * sd, hi80: mean + Z80 * sd }
}
