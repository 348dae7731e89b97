import { atan2, cos, log, PI, sin } from '../../math/elementary.ts'

declare const cosinePhase: unique symbol

/**
 * Phase of a wave, radians in (-pi, pi]: cosine phase, 0 = positive peak (up-state), +-pi = trough,
 * -pi/2 = rising zero crossing. A type of its own, since half of the field counts from the rising
 * zero crossing.
 */
export type Phase = number & { readonly [cosinePhase]: true }

/** Brings an angle into (-pi, pi]; NaN stays NaN. */
export function wrapPhase(rad: number): Phase {
  if (rad > -3 && rad < 3) return (rad + 0) as Phase // what the rest would give; -0 becomes 0
  const turned = rad - 2 * PI * Math.ceil((rad - PI) / (2 * PI))
  return turned as Phase
}

/** A phase from degrees of the same convention. */
export function phaseOfDegrees(deg: number): Phase {
  return wrapPhase((deg * PI) / 180)
}

/** How well moments were aimed at a phase. */
export type PhaseError = {
  /** Mean of achieved less wanted, radians, negative = early; NaN when n = 0. */
  readonly biasRad: number
  /** Circular standard deviation sqrt(-2 ln R), radians; NaN when n = 0. */
  readonly circularSdRad: number
  /** Length of the mean resultant, 0..1; NaN when n = 0. */
  readonly resultant: number
  /** Share of moments in the positive half of the wave, 0..1; NaN when n = 0. */
  readonly upHalf: number
  readonly n: number
}

/**
 * Bias and spread of achieved phases against what was aimed at, both radians, same length. Pairs
 * with NaN are left out. Source: Fisher, Statistical Analysis of Circular Data, 1993.
 */
export function phaseError(achieved: ArrayLike<number>, wanted: ArrayLike<number>): PhaseError {
  let x = 0
  let y = 0
  let up = 0
  let n = 0
  for (let i = 0; i < achieved.length; i++) {
    const error = achieved[i]! - wanted[i]!
    if (Number.isNaN(error)) continue
    x += cos(error)
    y += sin(error)
    if (cos(achieved[i]!) > 0) up++
    n++
  }
  if (n === 0) {
    return { biasRad: NaN, circularSdRad: NaN, resultant: NaN, upHalf: NaN, n }
  }
  const resultant = Math.min(1, Math.sqrt(x * x + y * y) / n)
  const circularSdRad = Math.sqrt(-2 * log(resultant))
  return { biasRad: atan2(y, x), circularSdRad, resultant, upHalf: up / n, n }
}
