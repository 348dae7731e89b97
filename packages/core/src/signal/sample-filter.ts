import type { Sos } from './iir.ts'

/** A recursive filter fed one sample at a time, without making anything new. */
export type SampleFilter = {
  /** The next filtered sample: that of `sosFilter`, to the last bit. */
  next(x: number): number
  /** The next `count` samples of `x` filtered into `out`, which may be `x`: as `next` has them. */
  run(x: Float64Array, count: number, out: Float64Array): void
  /** Forgets everything: as new. */
  reset(): void
  /** Lets what is left of a long silence be nothing, where arithmetic would become slow. */
  calm(): void
}

/** States smaller than this are nothing: 1e-100 of any unit. */
const NOTHING = 1e-100

/** Numbers of a section: its five weights, then its two states. */
const ROW = 7

/** Runs a cascade of second-order sections from rest (transposed direct form II). */
export function sampleFilter(sos: Sos): SampleFilter {
  const rows = Float64Array.from(sos.flatMap((weights) => [...weights, 0, 0]))
  const end = rows.length
  const next = (x: number): number => {
    let v = x
    for (let at = 0; at < end; at += ROW) {
      const y = rows[at]! * v + rows[at + 5]!
      rows[at + 5] = rows[at + 1]! * v - rows[at + 3]! * y + rows[at + 6]!
      rows[at + 6] = rows[at + 2]! * v - rows[at + 4]! * y
      v = y
    }
    return v
  }
  const run = (x: Float64Array, count: number, out: Float64Array): void => {
    let from = x
    for (let at = 0; at < end; at += ROW) {
      runSection(rows, at, from, count, out)
      from = out
    }
  }
  const calm = (): void => {
    for (let at = 5; at < end; at += ROW) {
      if (Math.abs(rows[at]!) < NOTHING) rows[at] = 0
      if (Math.abs(rows[at + 1]!) < NOTHING) rows[at + 1] = 0
    }
  }
  const reset = (): void => {
    for (let at = 5; at < end; at += ROW) rows.fill(0, at, at + 2)
  }
  return { next, run, calm, reset }
}

/** One section over a row of samples, its weights and states at hand. */
function runSection(
  rows: Float64Array,
  at: number,
  x: Float64Array,
  count: number,
  out: Float64Array,
): void {
  const b0 = rows[at]!
  const b1 = rows[at + 1]!
  const b2 = rows[at + 2]!
  const a1 = rows[at + 3]!
  const a2 = rows[at + 4]!
  let first = rows[at + 5]!
  let second = rows[at + 6]!
  for (let k = 0; k < count; k++) {
    const v = x[k]!
    const y = b0 * v + first
    first = b1 * v - a1 * y + second
    second = b2 * v - a2 * y
    out[k] = y
  }
  rows[at + 5] = first
  rows[at + 6] = second
}
