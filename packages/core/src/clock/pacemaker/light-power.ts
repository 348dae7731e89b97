import { pow } from '../../math/elementary.ts'

const BINS = 256
const EXPONENTS = 2046
const BIAS = 1023
/** Where the exponents begin among a table's pairs. */
const OF_EXPONENTS = 2 * BINS

const bits = new Float64Array(1)
const words = new Uint32Array(bits.buffer)
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** x^p for a fixed p, by tables: see `powerTable`. */
export type PowerTable = {
  /**
   * Pairs: 1 / m and m^p for 256 middles m of 1..2, then 2^-e and 2^(e p) for the exponents of a
   * double.
   */
  readonly pairs: Float64Array
  /** Coefficients of (1 + r)^p from r to r^4. */
  readonly c1: number
  readonly c2: number
  readonly c3: number
  readonly c4: number
}

/**
 * Tables for `powerBy`: x is split into 2^e m, m into the nearest of 256 middles and a rest below
 * 1/512, whose power is a Taylor sum to the fourth order. The first term left out is 6e-16 of the
 * result for p .6: relative error below 1e-14 for every p in 0..2.
 */
export function powerTable(p: number): PowerTable {
  const c1 = p
  const c2 = (c1 * (p - 1)) / 2
  const c3 = (c2 * (p - 2)) / 3
  const c4 = (c3 * (p - 3)) / 4
  const pairs = new Float64Array(2 * (BINS + EXPONENTS))
  for (let j = 0; j < BINS; j++) {
    const middle = 1 + (j + 0.5) / BINS
    pairs[2 * j] = 1 / middle
    pairs[2 * j + 1] = pow(middle, p)
  }
  for (let e = 0; e < EXPONENTS; e++) {
    pairs[OF_EXPONENTS + 2 * e] = pow(2, BIAS - e)
    pairs[OF_EXPONENTS + 2 * e + 1] = pow(2, (e - BIAS) * p)
  }
  return { pairs, c1, c2, c3, c4 }
}

/** x^p of a finite normal x > 0 (2.3e-308 and up); 0 gives 0. */
export function powerBy(table: PowerTable, x: number): number {
  if (x === 0) return 0
  bits[0] = x
  const high = words[HIGH_WORD]!
  const { pairs } = table
  const j = (high >>> 11) & (2 * BINS - 2)
  const e = OF_EXPONENTS + ((high >>> 19) & 0xffe)
  const r = x * pairs[e]! * pairs[j]! - 1
  const near = pairs[e + 1]! * pairs[j + 1]!
  return near + near * r * (table.c1 + r * table.c2 + r * r * (table.c3 + r * table.c4))
}

/**
 * e^-z for 0 <= z <= 1/2: (Q - w P) / (Q + w P) with tanh w = w P / Q, w = z / 2, the sixth
 * convergent of its continued fraction; relative error below 1e-15.
 */
export function decay(z: number): number {
  const w = 0.5 * z
  const w2 = w * w
  const w4 = w2 * w2
  const even = 10395 + 4725 * w2 + w4 * (210 + w2)
  const odd = w * (10395 + 1260 * w2 + 21 * w4)
  return (even - odd) / (even + odd)
}
