import { exp, log } from './exponential.ts'

/*
 * Rational approximations for the normal quantile: M. J. Wichura, "Algorithm AS 241: The percentage
 * points of the normal distribution", Applied Statistics 37 (1988). Coefficients lowest power
 * first.
 */
const MIDDLE_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
]
const MIDDLE_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852546,
]
const NEAR_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
]
const NEAR_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
  0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
]
const FAR_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
  0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
]
const FAR_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
]

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!
  return sum
}

/** Quantile of the standard normal at 1/2 + q, given the tail min(p, 1 - p) = 1/2 - |q|. */
function normalQuantileAt(q: number, tail: number): number {
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(MIDDLE_TOP, r)) / polynomial(MIDDLE_BOTTOM, r)
  }
  const r = Math.sqrt(-log(tail))
  const v =
    r <= 5
      ? polynomial(NEAR_TOP, r - 1.6) / polynomial(NEAR_BOTTOM, r - 1.6)
      : polynomial(FAR_TOP, r - 5) / polynomial(FAR_BOTTOM, r - 5)
  return q < 0 ? -v : v
}

/**
 * The number of standard deviations below which a share p of a normal distribution lies, p in [0,
 * 1]. Relative error about 1e-15; -Infinity at 0, Infinity at 1, NaN outside or for NaN. Source: AS
 * 241.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity
  return normalQuantileAt(p - 0.5, p < 0.5 ? p : 1 - p)
}

/**
 * Inverse of the error function on [-1, 1]. Relative error about 1e-15; infinite at the ends, NaN
 * outside or for NaN. Source: AS 241.
 */
export function erfinv(x: number): number {
  if (!(x >= -1 && x <= 1)) return NaN
  if (x === 1 || x === -1) return x * Infinity
  return normalQuantileAt(x / 2, (1 - Math.abs(x)) / 2) / Math.SQRT2
}

/** Complementary error function's continued fraction is used from here on; the series below. */
const SERIES_END = 2.4
const TWO_OVER_SQRT_PI = 1.1283791670955126

/**
 * The error function, in [-1, 1]. Absolute error about 2e-16 (series below 2.4, Lentz's continued
 * fraction of the complement above; Abramowitz and Stegun 7.1.6 and 7.1.14). NaN stays NaN.
 */
export function erf(x: number): number {
  const a = Math.abs(x)
  if (Number.isNaN(x)) return NaN
  if (a > 6) return x < 0 ? -1 : 1
  if (a > SERIES_END) return x < 0 ? erfcTail(a) - 1 : 1 - erfcTail(a)
  let term = a
  let sum = a
  for (let n = 1; n < 80 && term > sum * 1e-17; n++) {
    term *= (2 * a * a) / (2 * n + 1)
    sum += term
  }
  const v = TWO_OVER_SQRT_PI * exp(-a * a) * sum
  return x < 0 ? -v : v
}

function erfcTail(a: number): number {
  let fraction = 0
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (a + fraction)
  return exp(-a * a) / (a + fraction) / 1.7724538509055159
}
