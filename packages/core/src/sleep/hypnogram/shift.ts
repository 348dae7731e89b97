import type { Stage } from '../stage/stage.ts'
import { agreementOfStages } from './agreement.ts'

/** By how many epochs a hypnogram seems to be late, and the kappa it would have. */
export type Shift = { readonly epochs: number; readonly kappa: number }

/** Farthest shift that is tried, epochs: ten minutes of 30 s. */
const FARTHEST = 20
/** Kappa must gain this much before a shift is believed. */
const LEAST_GAIN = 0.1

/**
 * The shift, up to 20 epochs either way, at which `tested` agrees best with `reference`, when that
 * is at least .1 of kappa better than as they lie; else `undefined`. Positive: `tested` is late.
 * Two scorings of one night that were exported from different starts show themselves so. Lists of
 * the same length; under 120 epochs nothing is said, as short lists fit by chance.
 */
export function findShift(
  reference: readonly Stage[],
  tested: readonly Stage[],
): Shift | undefined {
  const n = Math.min(reference.length, tested.length)
  if (n < 6 * FARTHEST) return undefined
  const kappaAt = (late: number): number => {
    const from = Math.max(0, late)
    const to = n + Math.min(0, late)
    return agreementOfStages(reference.slice(from - late, to - late), tested.slice(from, to)).kappa
  }
  const now = kappaAt(0)
  let best: Shift | undefined
  for (let late = -FARTHEST; late <= FARTHEST; late++) {
    const kappa = kappaAt(late)
    if (kappa >= now + LEAST_GAIN && kappa > (best?.kappa ?? -1)) best = { epochs: late, kappa }
  }
  return best
}
