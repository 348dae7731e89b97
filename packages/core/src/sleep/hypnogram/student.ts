import { exp, log } from '../../math/elementary.ts'

/**
 * Upper tail P(T > t) of Student's t with `df` degrees of freedom (df > 0), t >= 0; NaN for NaN.
 */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN
  if (t === Number.POSITIVE_INFINITY) return 0
  return incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2
}

/** Quantile of Student's t: the t with P(T < t) = p, for p in (0.5, 1), by bisection to 1e-12. */
export function studentQuantile(p: number, df: number): number {
  let low = 0
  let high = 1
  while (studentTail(high, df) > 1 - p && high < 1e9) high *= 2
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    if (studentTail(middle, df) > 1 - p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Regularised incomplete beta function by its continued fraction (Lentz; Abramowitz & Stegun
 * 26.5.8).
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x))
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b
}

/** The continued fraction converges in some tens of steps; 500 is far beyond any need. */
const FRACTION_STEPS = 500

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny)
  let h = d
  for (let m = 1; m <= FRACTION_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d, tiny)
    c = nonZero(1 + even / c, tiny)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d, tiny)
    c = nonZero(1 + odd / c, tiny)
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return h
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/** log Gamma(x), x > 0: Stirling's series after shifting x above 10 (error under 1e-14). */
function logGamma(x: number): number {
  let shift = 0
  let z = x
  while (z < 10) {
    shift += log(z)
    z += 1
  }
  const inverse = 1 / (z * z)
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680) * inverse) * inverse) * inverse) / z
  return (z - 0.5) * log(z) - z + 0.9189385332046727 + series - shift
}
