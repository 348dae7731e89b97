/*
 * Circular functions from + - * / and tables alone, so that every engine gives the same number
 * (DESIGN: Math.sin and its kin are not defined to the last bit).
 */

/** The circle's ratio. */
export const PI: number = Math.PI

const MAGIC = 6755399441055744 // 1.5 * 2^52: adding it and taking it away rounds
const TWO_OVER_PI = 0.6366197723675814
// pi/2 in parts of 27 bits, so that n * part is exact for |n| < 2^26
const HALF_PI_1 = 1.570796325802803
const HALF_PI_2 = 9.920935739593517e-10
const HALF_PI_3 = 5.721188709663575e-18
const HALF_PI_4 = 1.6446256936324258e-26
const HALF_PI_HI = 1.5707963267948966
const HALF_PI_LO = 6.123233995736766e-17
const NEAR = 1e8 // up to here the parts above reduce an angle; beyond, exact integers do

// atan(j/8) as high and low parts
const ATAN_HI = [
  0, 0.12435499454676144, 0.24497866312686414, 0.35877067027057225, 0.4636476090008061,
  0.5585993153435624, 0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
]
const ATAN_LO = [
  0, -3.1253241424539383e-18, 1.0698755618734451e-17, -2.4623815582638635e-17,
  2.2698777452961687e-17, -5.4556305485916264e-18, 1.5834785051444286e-17, -2.1478388444456983e-17,
  3.061616997868383e-17,
]

const rest = new Float64Array(2) // the reduced angle: [0] + [1]

/**
 * Brings an angle to [-pi/4, pi/4] in `rest`; gives how many quarter turns were taken off, mod 4.
 */
function reduce(x: number): number {
  if (x >= -0.7854 && x <= 0.7854) {
    rest[0] = x
    rest[1] = 0
    return 0
  }
  if (x > NEAR || x < -NEAR) return reduceFar(x)
  const n = x * TWO_OVER_PI + MAGIC - MAGIC
  const a = x - n * HALF_PI_1
  const b = n * HALF_PI_2
  const c = a - b
  const lost = a - c - b
  const d = lost - n * HALF_PI_3 - n * HALF_PI_4
  const r = c + d
  rest[0] = r
  rest[1] = c - r + d
  return n & 3
}

const FAR_BITS = 1200n // 2^1024 needs 1024 bits before the point and some 150 behind
let twoOverPi: bigint | undefined

/** Quarter turns for huge angles with exact integers: 2/pi to 1200 bits (Payne and Hanek, 1983). */
function reduceFar(x: number): number {
  twoOverPi ??= (1n << (2n * FAR_BITS + 1n)) / piInteger(FAR_BITS)
  let mantissa = x
  let exponent = 0
  for (; Math.floor(mantissa) !== mantissa; exponent--) mantissa *= 2
  const turns = (BigInt(mantissa) * twoOverPi) >> BigInt(-exponent)
  const unit = 1n << FAR_BITS
  let whole = turns / unit
  let part = turns - whole * unit
  if (2n * part > unit) {
    whole += 1n
    part -= unit
  } else if (2n * part < -unit) {
    whole -= 1n
    part += unit
  }
  const fraction = Number((part << 100n) / unit) / 1.2676506002282294e30 // 2^100
  rest[0] = fraction * HALF_PI_HI
  rest[1] = fraction * HALF_PI_LO
  return Number(BigInt.asUintN(2, whole))
}

/** floor(pi * 2^bits), by Machin's formula 16 atan(1/5) - 4 atan(1/239). */
function piInteger(bits: bigint): bigint {
  const one = 1n << (bits + 32n)
  const arc = (inverse: bigint): bigint => {
    let term = one / inverse
    let sum = term
    for (let k = 3n; term !== 0n; k += 2n) {
      term = -term / (inverse * inverse)
      sum += term / k
    }
    return sum
  }
  return (16n * arc(5n) - 4n * arc(239n)) >> 32n
}

function sinKernel(r: number, lo: number): number {
  const z = r * r
  const high = -1 / 39916800 + z * (1 / 6227020800 + z * (-1 / 1307674368000 + z / 355687428096000))
  const p = z * (-1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z * (1 / 362880 + z * high))))
  return r + (r * p + lo * (1 - 0.5 * z))
}

function cosKernel(r: number, lo: number): number {
  const z = r * r
  const high = 1 / 479001600 + z * (-1 / 87178291200 + z * (1 / 20922789888000))
  const p = 1 / 24 + z * (-1 / 720 + z * (1 / 40320 + z * (-1 / 3628800 + z * high)))
  const half = 0.5 * z
  const w = 1 - half
  return w + (1 - w - half + (z * z * p - r * lo))
}

/**
 * Sine of an angle in radians. Error below 1 ulp up to 1e8, still 1e-15 beyond; NaN if not finite.
 */
export function sin(x: number): number {
  if (!(x - x === 0)) return NaN
  const quarter = reduce(x)
  const r = rest[0]!
  const lo = rest[1]!
  const v = quarter & 1 ? cosKernel(r, lo) : sinKernel(r, lo)
  return quarter & 2 ? -v : v
}

/** Cosine of an angle in radians. Error below 1 ulp up to 1e8, 1e-15 beyond; NaN if not finite. */
export function cos(x: number): number {
  if (!(x - x === 0)) return NaN
  const quarter = reduce(x)
  const r = rest[0]!
  const lo = rest[1]!
  const v = quarter & 1 ? sinKernel(r, lo) : cosKernel(r, lo)
  return quarter === 1 || quarter === 2 ? -v : v
}

/** Tangent of an angle in radians. Error below 3 ulp; NaN if not finite. */
export function tan(x: number): number {
  if (!(x - x === 0)) return NaN
  const quarter = reduce(x)
  const r = rest[0]!
  const lo = rest[1]!
  const s = sinKernel(r, lo)
  const c = cosKernel(r, lo)
  return quarter & 1 ? -c / s : s / c
}

/** Arc tangent, radians in [-pi/2, pi/2]. Error below 1 ulp; NaN stays NaN. */
export function atan(x: number): number {
  const a = x < 0 ? -x : x
  if (!(a <= 1)) {
    if (Number.isNaN(x)) return NaN
    const v = HALF_PI_HI - (atanOfUnit(1 / a) - HALF_PI_LO)
    return x < 0 ? -v : v
  }
  return x < 0 ? -atanOfUnit(a) : x === 0 ? x : atanOfUnit(a)
}

/** Arc tangent on [0, 1]: the nearest eighth from the table, the rest by its series. */
function atanOfUnit(a: number): number {
  const j = (a * 8 + 0.5) | 0
  const c = j * 0.125
  const t = (a - c) / (1 + a * c)
  const z = t * t
  const high = 1 / 9 + z * (-1 / 11 + z * (1 / 13 - z * (1 / 15)))
  const p = z * (-1 / 3 + z * (1 / 5 + z * (-1 / 7 + z * high)))
  return ATAN_HI[j]! + (t + (t * p + ATAN_LO[j]!))
}

/** Angle of the point (x, y), radians in [-pi, pi], signs of zero as in `Math.atan2`; 2 ulp. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN
  const below = y < 0 || Object.is(y, -0)
  const left = x < 0 || Object.is(x, -0)
  const ay = below ? -y : y
  const ax = left ? -x : x
  let angle: number
  if (ax === 0 && ay !== 0) return below ? -HALF_PI_HI : HALF_PI_HI
  if (ay === 0) angle = 0
  else if (ay === Infinity && ax === Infinity) angle = HALF_PI_HI / 2
  else if (ay <= ax) angle = atanOfUnit(ay / ax)
  else angle = HALF_PI_HI - (atanOfUnit(ax / ay) - HALF_PI_LO)
  if (left) angle = PI - (angle - 2 * HALF_PI_LO)
  return below ? -angle : angle
}

/**
 * sqrt(a^2 + b^2) without overflow. Error below 2 ulp; NaN beside a NaN, unless one is infinite.
 */
export function hypot(a: number, b: number): number {
  const p = Math.abs(a)
  const q = Math.abs(b)
  if (p === Infinity || q === Infinity) return Infinity
  const big = Math.max(p, q)
  const small = Math.min(p, q)
  if (!(big > 0)) return big
  if (big > 1e150 || small < 1e-140) {
    const t = small / big
    return big * Math.sqrt(1 + t * t)
  }
  return Math.sqrt(big * big + small * small)
}
