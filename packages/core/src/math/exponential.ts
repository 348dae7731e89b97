/*
 * exp, log and what follows from them, from + - * / and bit access alone: IEEE 754 defines those to
 * the last bit, so every engine gives the same number. Math.exp and its kin are not so defined.
 */

const SPLIT = 134217729 // 2^27 + 1 (Dekker, Numer. Math. 18, 1971)
const MAGIC = 6755399441055744 // 1.5 * 2^52: adding it and taking it away rounds
const STEPS = 64 // the table of 2^(j/64)
const STEPS_PER_LN2 = 92.33248261689366
const LN2_STEP_HI = 0.010830424696223417 // 36 bits, so that k * LN2_STEP_HI is exact
const LN2_STEP_LO = 2.572804622327669e-14
const LN2_HI = 0.6931471803691238 // 32 bits
const LN2_LO = 1.9082149292705877e-10
const INV_LN2 = [Math.LOG2E, 2.0355273740931033e-17] as const
const INV_LN10 = [Math.LOG10E, 1.098319650216765e-17] as const
const SQRT_HALF = Math.SQRT1_2

const bits = new Float64Array(1)
const words = new Uint32Array(bits.buffer)
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0
const mantissa = new Float64Array(1) // see splitExponent
const pair = new Float64Array(2) // a double-double result: [0] + [1]
const [rootHi, rootLo] = rootsOfTwo()
const powerOfTwo = powersOfTwo() // powerOfTwo[m + 1022] = 2^m

function multiplyPairs(a: number, aLo: number, b: number, bLo: number): void {
  const p = a * b
  let t = SPLIT * a
  const a1 = t - (t - a)
  const a2 = a - a1
  t = SPLIT * b
  const b1 = t - (t - b)
  const b2 = b - b1
  const e = a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2 + (a * bLo + aLo * b)
  pair[0] = p + e
  pair[1] = p - pair[0] + e
}

function rootsOfTwo(): [Float64Array, Float64Array] {
  const hi = new Float64Array(STEPS)
  const lo = new Float64Array(STEPS)
  hi[0] = 1
  for (let j = 1; j < STEPS; j++) {
    multiplyPairs(hi[j - 1]!, lo[j - 1]!, 1.0108892860517005, -1.5234778603368577e-17)
    hi[j] = pair[0]!
    lo[j] = pair[1]!
  }
  return [hi, lo]
}

function powersOfTwo(): Float64Array {
  const out = new Float64Array(2046)
  out[1022] = 1
  for (let m = 1; m <= 1023; m++) out[1022 + m] = out[1021 + m]! * 2
  for (let m = 1; m <= 1022; m++) out[1022 - m] = out[1023 - m]! / 2
  return out
}

/** value * 2^m for any m that the exponential can meet, also where 2^m itself is out of range. */
function scale(value: number, m: number): number {
  if (m > 1023) return value * powerOfTwo[m - 1 + 1022]! * 2
  if (m < -1022) return value * powerOfTwo[m + 60 + 1022]! * powerOfTwo[1022 - 60]!
  return value * powerOfTwo[m + 1022]!
}

function expOfPair(x: number, lo: number): number {
  if (!(x < 709.8)) return Number.isNaN(x) ? x : Infinity
  if (x < -745.2) return 0
  const k = x * STEPS_PER_LN2 + MAGIC - MAGIC
  const r = x - k * LN2_STEP_HI - (k * LN2_STEP_LO - lo)
  const p = r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))))
  const j = k & (STEPS - 1)
  const hi = rootHi[j]!
  return scale(hi + (rootLo[j]! + hi * p), (k - j) / STEPS)
}

/** e^x. Error below 1 ulp; 0 below -745.2, Infinity above 709.8, NaN stays NaN. */
export function exp(x: number): number {
  return expOfPair(x, 0)
}

/** e^x - 1 without loss near 0. Error below 2 ulp; NaN stays NaN. */
export function expm1(x: number): number {
  if (!(x < 40)) return exp(x)
  if (x < -40) return -1
  const k = x * STEPS_PER_LN2 + MAGIC - MAGIC
  const r = x - k * LN2_STEP_HI - k * LN2_STEP_LO
  const tail = 1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720)))
  const p = r + r * r * (0.5 + r * tail)
  if (k === 0) return p
  const j = k & (STEPS - 1)
  const hi = rootHi[j]!
  const s = powerOfTwo[(k - j) / STEPS + 1022]!
  return s * hi - 1 + s * (rootLo[j]! + hi * p)
}

/**
 * Hyperbolic tangent. Error below 3 ulp; NaN stays NaN. Fast: it sits in the loops of neural nets.
 */
export function tanh(x: number): number {
  const a = x < 0 ? -x : x
  if (a < 0.35) {
    // Pade approximant of Lambert's continued fraction; its error here is below 1e-18.
    const z = x * x
    return (
      (x * (135135 + z * (17325 + z * (378 + z)))) / (135135 + z * (62370 + z * (3150 + z * 28)))
    )
  }
  if (a > 22) return x < 0 ? -1 : 1
  const t = 1 - 2 / (expOfPair(2 * a, 0) + 1)
  return x < 0 ? -t : t
}

/** Hyperbolic cosine. Error below 2 ulp; NaN stays NaN. */
export function cosh(x: number): number {
  const a = x < 0 ? -x : x
  if (a > 709) return 0.5 * exp(a / 2) * exp(a / 2)
  const e = exp(a)
  return 0.5 * e + 0.5 / e
}

/** Hyperbolic sine. Error below 3 ulp; NaN stays NaN. */
export function sinh(x: number): number {
  const a = x < 0 ? -x : x
  if (a > 709) return (x < 0 ? -0.5 : 0.5) * exp(a / 2) * exp(a / 2)
  const e = expm1(a)
  const s = 0.5 * (e + e / (e + 1))
  return x < 0 ? -s : s
}

/** The logistic function 1 / (1 + e^-x), in [0, 1]. Error below 3 ulp; NaN stays NaN. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + expOfPair(-x, 0))
  const e = expOfPair(x, 0)
  return e / (1 + e)
}

/**
 * The exponent k for which x / 2^k lies in [sqrt(1/2), sqrt(2)); that quotient is left in
 * `mantissa`.
 */
function splitExponent(x: number): number {
  let m = x
  let k = -1023
  if (x < 2.2250738585072014e-308) {
    m *= 18014398509481984 // 2^54 lifts a subnormal
    k -= 54
  }
  bits[0] = m
  const biased = words[HIGH_WORD]! >>> 20
  k += biased
  // 2^-k is itself subnormal for the largest numbers: halve those first
  m =
    biased > 2044
      ? m * 0.25 * powerOfTwo[1023 - biased + 1024]!
      : m * powerOfTwo[1023 - biased + 1022]!
  if (m >= 2 * SQRT_HALF) {
    m *= 0.5
    k += 1
  }
  mantissa[0] = m
  return k
}

/** 2 z (1/3 + z/5 + z^2/7 + ...): what 2 atanh(s) / s has beyond 2, for z = s^2 <= 0.0295. */
function atanhTail(z: number): number {
  const high = 2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21 + z * (2 / 23)))))
  return z * (2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * high)))))
}

function logOfSum(k: number, f: number, correction: number): number {
  const s = f / (2 + f)
  const half = 0.5 * f * f
  const tail = s * (half + atanhTail(s * s)) + (k * LN2_LO + correction)
  return k * LN2_HI + (f - (half - tail))
}

/** Natural logarithm. Error below 1 ulp; -Infinity at 0, NaN below 0, NaN stays NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  const k = splitExponent(x)
  return logOfSum(k, mantissa[0]! - 1, 0)
}

/** log(1 + x) without loss near 0. Error below 2 ulp; -Infinity at -1, NaN below, NaN stays NaN. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN
  if (x > SQRT_HALF - 1 && x < 2 * SQRT_HALF - 1) return logOfSum(0, x, 0)
  if (x === Infinity) return x
  const u = 1 + x
  const lost = x < 1 ? x - (u - 1) : 1 - (u - x)
  const k = splitExponent(u)
  return logOfSum(k, mantissa[0]! - 1, lost / u)
}

/**
 * log(x) as a sum of two doubles in `pair`, good to about 2^-100 + 2^-58 relative. x > 0, finite.
 */
function logPair(x: number): void {
  const k = splitExponent(x)
  const m = mantissa[0]!
  const f = m - 1
  const d = m + 1
  const s = f / d
  multiplyPairs(s, 0, d, 0)
  const left = f - pair[0]! - pair[1]! - s * (m - (d - 1))
  const a = k * LN2_HI
  const b = 2 * s
  const sum = a + b
  const part = sum - a
  const lost = a - (sum - part) + (b - part)
  const lo = lost + ((2 * left) / d + s * atanhTail(s * s) + k * LN2_LO)
  pair[0] = sum + lo
  pair[1] = sum - pair[0] + lo
}

function scaledLog(x: number, factor: readonly [number, number]): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  logPair(x)
  multiplyPairs(pair[0]!, pair[1]!, factor[0], factor[1])
  return pair[0]!
}

/** Logarithm to base 2, exact for powers of two. Error below 1 ulp; domain as `log`. */
export function log2(x: number): number {
  return scaledLog(x, INV_LN2)
}

/** Logarithm to base 10, exact for powers of ten. Error below 1 ulp; domain as `log`. */
export function log10(x: number): number {
  return scaledLog(x, INV_LN10)
}

/**
 * x to the power y. Error below 1 ulp in the usual range. NaN for a negative x with a fractional y
 * and where either is NaN; pow(x, 0) is 1 for every x, as in `Math.pow`.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN
  if (y === 1) return x
  const magnitude = x < 0 ? -x : x
  const odd = isOdd(y)
  if (magnitude === 0 || magnitude === Infinity) {
    const big = (magnitude === Infinity) === y > 0
    return negative(x) && odd ? (big ? -Infinity : -0) : big ? Infinity : 0
  }
  if (y === Infinity || y === -Infinity) {
    return magnitude === 1 ? NaN : magnitude > 1 === y > 0 ? Infinity : 0
  }
  if (x < 0 && Math.floor(y) !== y) return NaN
  const result = magnitude === 1 ? 1 : powOfPositive(magnitude, y)
  return x < 0 && odd ? -result : result
}

function powOfPositive(x: number, y: number): number {
  logPair(x)
  const rough = pair[0]! * y
  if (rough > 710) return Infinity
  if (rough < -746) return 0
  multiplyPairs(pair[0]!, pair[1]!, y, 0)
  return expOfPair(pair[0]!, pair[1]!)
}

function isOdd(y: number): boolean {
  const half = y / 2
  return Math.floor(y) === y && Math.floor(half) !== half
}

function negative(x: number): boolean {
  return x < 0 || Object.is(x, -0)
}
