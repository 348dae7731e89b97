import { exp, pow } from '../../math/elementary.ts'

const BINS = 256
const EXPONENTS = 2046
const BIAS = 1023

const bits = new Float64Array(1)
const words = new Uint32Array(bits.buffer)
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** x^p for a fixed p, by tables: see `powerTable`. */
export type PowerTable = {
  /** 2^(e p) and 2^-e for the exponents of a double, and the p-th powers of 256 middles of 1..2. */
  readonly ofExponent: Float64Array
  readonly perExponent: Float64Array
  readonly ofMiddle: Float64Array
  readonly perMiddle: Float64Array
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
  const middle = (j: number): number => 1 + (j + 0.5) / BINS
  return {
    ofExponent: Float64Array.from({ length: EXPONENTS }, (_, e) => pow(2, (e - BIAS) * p)),
    perExponent: Float64Array.from({ length: EXPONENTS }, (_, e) => pow(2, BIAS - e)),
    ofMiddle: Float64Array.from({ length: BINS }, (_, j) => pow(middle(j), p)),
    perMiddle: Float64Array.from({ length: BINS }, (_, j) => 1 / middle(j)),
    c1,
    c2,
    c3,
    c4,
  }
}

/** x^p of a finite normal x > 0 (2.3e-308 and up); 0 gives 0. */
export function powerBy(table: PowerTable, x: number): number {
  if (x === 0) return 0
  bits[0] = x
  const high = words[HIGH_WORD]!
  const j = (high >>> 12) & (BINS - 1)
  const e = high >>> 20
  const r = x * table.perExponent[e]! * table.perMiddle[j]! - 1
  const rest = 1 + r * (table.c1 + r * (table.c2 + r * (table.c3 + r * table.c4)))
  return table.ofExponent[e]! * table.ofMiddle[j]! * rest
}

/** `scale` x^p of a row into `powers`; of a value that repeats, once. */
export function fillPowers(
  table: PowerTable,
  scale: number,
  row: Float64Array,
  powers: Float64Array,
): void {
  let before = 0
  let power = 0
  for (let i = 0; i < row.length; i++) {
    const x = row[i]!
    if (x !== before) {
      before = x
      power = scale * powerBy(table, x)
    }
    powers[i] = power
  }
}

const STEPS_PER_UNIT = 256
const LARGEST = 40
const decays = Float64Array.from({ length: LARGEST * STEPS_PER_UNIT + 2 }, (_, k) =>
  exp(-k / STEPS_PER_UNIT),
)

/**
 * e^-z for z >= 0: a table of 1/256 and a Taylor sum to the fourth order; relative error below
 * 1e-15, 0 above 40 (4e-18).
 */
export function decay(z: number): number {
  if (!(z < LARGEST)) return 0
  const k = (z * STEPS_PER_UNIT + 0.5) | 0
  const r = k * (1 / STEPS_PER_UNIT) - z
  return decays[k]! * (1 + r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24)))))
}
