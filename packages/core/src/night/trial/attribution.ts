import { assert } from '../../math/assert.ts'
import { exp, log } from '../../math/elementary.ts'

/** Markers, and those with an arousal within 10 s. */
export type ArousalCount = { readonly markers: number; readonly arousals: number }

/** Above this excess a sound is held to wake, and above this probability it is believed. */
const EXCESS = 0.02
const BELIEVED = 0.9
const POINTS = 4000

/**
 * Probability that sounds bring an arousal more often than silent markers do by over `excess` (a
 * share, .02): Beta-Binomial with even priors, by quadrature to about .001.
 */
export function excessProbability(
  sound: ArousalCount,
  silence: ArousalCount,
  excess: number = EXCESS,
): number {
  const [a, b] = [posterior(sound), posterior(silence)]
  const shift = Math.round(excess * POINTS)
  let above = 1
  let total = 0
  const tail = new Float64Array(POINTS + 1)
  for (let k = 0; k < POINTS; k++) {
    tail[k] = above - a[k]! / 2
    above -= a[k]!
  }
  for (let k = 0; k + shift < POINTS; k++) total += b[k]! * Math.max(0, tail[k + shift]!)
  return Math.min(1, total)
}

/** Whether the evidence says that sounds wake this sleeper; then none is played any more. */
export function soundWakes(sound: ArousalCount, silence: ArousalCount): boolean {
  return excessProbability(sound, silence) > BELIEVED
}

function posterior({ markers, arousals }: ArousalCount): Float64Array {
  assert(arousals >= 0 && markers >= arousals, `${arousals} arousals of ${markers} markers`)
  const weight = new Float64Array(POINTS)
  let most = Number.NEGATIVE_INFINITY
  for (let k = 0; k < POINTS; k++) {
    const p = (k + 0.5) / POINTS
    weight[k] = arousals * log(p) + (markers - arousals) * log(1 - p)
    most = Math.max(most, weight[k]!)
  }
  let sum = 0
  for (let k = 0; k < POINTS; k++) sum += weight[k] = exp(weight[k]! - most)
  for (let k = 0; k < POINTS; k++) weight[k]! /= sum
  return weight
}
