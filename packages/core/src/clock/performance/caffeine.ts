import { assert } from '../../math/assert.ts'
import { exp, log } from '../../math/elementary.ts'
import type { Random } from '../../math/random.ts'

/** A dose of caffeine by mouth. */
export type CaffeineDose = { readonly atH: number; readonly mg: number }

/** Median half-life in adults, h, and its geometric standard deviation between people. */
export const CAFFEINE_HALF_LIFE = { medianH: 5, geometricSd: 1.4 } as const

/** Rate of absorption from a drink, per hour: the peak comes three quarters of an hour after it. */
const ABSORPTION_PER_H = 4.5
/** Volume of distribution of an adult of 70 kg, l. */
const VOLUME_L = 42
/** Half of the greatest effect, mg/l, and the greatest effects: our own numbers, see below. */
const HALF_EFFECT_MG_PER_L = 4
const MAX_KSS_RELIEF = 2
const MAX_LAPSE_RELIEF = 0.6

/** A person's half-life drawn from the lognormal of adults, h. */
export function drawCaffeineHalfLifeH(random: Random): number {
  const { medianH, geometricSd } = CAFFEINE_HALF_LIFE
  return medianH * exp(log(geometricSd) * random.normal())
}

/**
 * Caffeine in the plasma at an hour, mg/l: one compartment with first-order absorption and
 * elimination. Doses after the hour do not count. `halfLifeH` > 0.
 */
export function caffeineMgPerL(
  doses: readonly CaffeineDose[],
  hour: number,
  halfLifeH: number = CAFFEINE_HALF_LIFE.medianH,
): number {
  assert(halfLifeH > 0, `a half-life of ${halfLifeH} h`)
  const out = log(2) / halfLifeH
  // At equal rates the two exponentials become one; a hair's breadth away they do not.
  const ka = Math.abs(out - ABSORPTION_PER_H) < 1e-6 ? ABSORPTION_PER_H + 1e-5 : ABSORPTION_PER_H
  let level = 0
  for (const { atH, mg } of doses) {
    const h = hour - atH
    if (h > 0) level += ((mg / VOLUME_L) * ka * (exp(-out * h) - exp(-ka * h))) / (ka - out)
  }
  return level
}

/**
 * Points of Karolinska's scale that caffeine takes off, and the share of lapses it leaves. A
 * saturating effect of the level with numbers of our own choice (200 mg: about one point), not
 * fitted to data and not of a published model: a direction and a size to plan with, not a finding.
 */
export function caffeineRelief(mgPerL: number): {
  readonly kssPoints: number
  readonly lapseFactor: number
} {
  const share = mgPerL / (mgPerL + HALF_EFFECT_MG_PER_L)
  return { kssPoints: MAX_KSS_RELIEF * share, lapseFactor: 1 - MAX_LAPSE_RELIEF * share }
}
