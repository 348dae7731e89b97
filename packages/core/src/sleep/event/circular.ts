import { atan2, cos, exp, sin } from '../../math/elementary.ts'

/** Angles in one glance. */
export type CircularSummary = {
  /** Mean direction, radians in -pi..pi; NaN when n = 0. */
  readonly meanRad: number
  /** Length of the mean resultant, 0 = any angle, 1 = always the same; NaN when n = 0. */
  readonly resultant: number
  readonly n: number
  /** Rayleigh test: how often uniform angles would agree this well; NaN when n = 0. */
  readonly p: number
}

/**
 * Mean direction, concentration and Rayleigh test of angles in radians; NaN angles are left out.
 * Source: Fisher, Statistical Analysis of Circular Data, 1993; p after Zar 1999, eq. 27.4.
 */
export function circularSummary(angles: ArrayLike<number>): CircularSummary {
  let x = 0
  let y = 0
  let n = 0
  for (let i = 0; i < angles.length; i++) {
    const angle = angles[i]!
    if (Number.isNaN(angle)) continue
    x += cos(angle)
    y += sin(angle)
    n++
  }
  if (n === 0) return { meanRad: Number.NaN, resultant: Number.NaN, n, p: Number.NaN }
  const length = Math.min(n, Math.sqrt(x * x + y * y))
  const p = exp(Math.sqrt(1 + 4 * n + 4 * (n * n - length * length)) - (1 + 2 * n))
  return { meanRad: atan2(y, x), resultant: length / n, n, p: Math.min(1, p) }
}
