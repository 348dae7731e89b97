import { erf, exp, log } from '../../math/elementary.ts'
import type { Interval80 } from './clock-posterior.ts'

/** A weighted sum of normals; weights sum to 1, a standard deviation may be 0. */
export type NormalMixture = {
  readonly weights: ArrayLike<number>
  readonly means: ArrayLike<number>
  readonly sds: ArrayLike<number>
}

const BISECTIONS = 32

/** Median and the bounds of the middle 80 % of a mixture. */
export function intervalOf(mixture: NormalMixture): Interval80 {
  const at = (q: number): number => mixtureQuantile(mixture, q)
  return { median: at(0.5), lo80: at(0.1), hi80: at(0.9) }
}

/** The value below which the share `q` of a mixture lies, by bisection. */
export function mixtureQuantile({ weights, means, sds }: NormalMixture, q: number): number {
  let lo = Infinity
  let hi = -Infinity
  for (let i = 0; i < means.length; i++) {
    if (!(weights[i]! > 0)) continue
    lo = Math.min(lo, means[i]! - 6 * sds[i]!)
    hi = Math.max(hi, means[i]! + 6 * sds[i]!)
  }
  for (let k = 0; k < BISECTIONS; k++) {
    const middle = (lo + hi) / 2
    let below = 0
    for (let i = 0; i < means.length; i++) {
      if (!(weights[i]! > 0)) continue
      const z = (middle - means[i]!) / (sds[i]! * Math.SQRT2)
      below += weights[i]! * (sds[i]! > 0 ? 0.5 * (1 + erf(z)) : middle >= means[i]! ? 1 : 0)
    }
    if (below < q) lo = middle
    else hi = middle
  }
  return (lo + hi) / 2
}

/** Weighted mean and standard deviation. */
export function weightedMoments(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
): { readonly mean: number; readonly sd: number } {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += weights[i]! * values[i]!
  let square = 0
  for (let i = 0; i < values.length; i++)
    square += weights[i]! * (values[i]! - mean) * (values[i]! - mean)
  return { mean, sd: Math.sqrt(square) }
}

/**
 * Weighted draws as a smooth belief: a normal around each, as wide as the number of draws that
 * count asks for (Silverman's rule), drawn in so that mean and variance stay.
 */
export function smoothed(values: ArrayLike<number>, weights: ArrayLike<number>): NormalMixture {
  const { mean, sd } = weightedMoments(values, weights)
  let square = 0
  for (let i = 0; i < weights.length; i++) square += weights[i]! * weights[i]!
  const share = Math.min(0.6, exp(log(square) / 5))
  const keep = Math.sqrt(1 - share * share)
  return {
    weights,
    means: Array.from(values, (value) => mean + keep * (value - mean)),
    sds: Array.from(values, () => share * sd),
  }
}
