import { assert } from '../math/assert.ts'
import type { Samples } from '../math/samples.ts'
import { reflectOdd } from './fir.ts'
import { bridgeGaps, restoreGaps } from './gap.ts'

/** One second-order section: b0, b1, b2, a1, a2 with a0 = 1. */
export type Section = readonly [number, number, number, number, number]

/** A recursive filter as a cascade of second-order sections, applied in order. */
export type Sos = readonly Section[]

/**
 * Filters forward in time from rest (transposed direct form II, the arithmetic of
 * `scipy.signal.sosfilt`). A missing sample gives a missing one, while the filter holds the last
 * sample that was there (0 before the first).
 */
export function sosFilter(x: Samples, sos: Sos): Float64Array {
  return runSections(x, sos, new Float64Array(2 * sos.length), new Float64Array(1))
}

/**
 * Filters forward and backward: no delay, twice the order. The ends are continued by odd reflection
 * over three times the filter's length, as `scipy.signal.sosfiltfilt` does; a shorter signal is
 * reflected as far as it reaches, where SciPy refuses. Missing samples stay missing; the filter
 * sees a straight line across them.
 */
export function sosFiltFilt(x: Samples, sos: Sos): Float64Array {
  if (x.length === 0) return new Float64Array(0)
  const { samples, missing } = bridgeGaps(x)
  const edge = Math.min(reflection(sos), x.length - 1)
  const work = reflectOdd(samples, edge)
  const rest = restStates(sos)
  runInPlace(work, sos, rest, 1)
  runInPlace(work, sos, rest, -1)
  return restoreGaps(work.slice(edge, edge + x.length), missing)
}

/** How many samples SciPy reflects at either end. */
function reflection(sos: Sos): number {
  const noB2 = sos.filter((s) => s[2] === 0).length
  const noA2 = sos.filter((s) => s[4] === 0).length
  return 3 * (2 * sos.length + 1 - Math.min(noB2, noA2))
}

/** The states of a cascade that has seen 1 for ever: two for each section. */
function restStates(sos: Sos): Float64Array {
  const out = new Float64Array(2 * sos.length)
  let level = 1
  sos.forEach(([b0, b1, b2, a1, a2], s) => {
    const gain = (b0 + b1 + b2) / (1 + a1 + a2)
    out[2 * s] = level * (gain - b0)
    out[2 * s + 1] = level * (b2 - a2 * gain)
    level *= gain
  })
  return out
}

/**
 * One pass over the row, forward or backward, starting as if its first value had lasted for ever.
 */
function runInPlace(x: Float64Array, sos: Sos, rest: Float64Array, direction: 1 | -1): void {
  const start = direction === 1 ? 0 : x.length - 1
  const first = x[start]!
  sos.forEach(([b0, b1, b2, a1, a2], s) => {
    let z1 = rest[2 * s]! * first
    let z2 = rest[2 * s + 1]! * first
    for (let k = 0, i = start; k < x.length; k++, i += direction) {
      const v = x[i]!
      const y = b0 * v + z1
      z1 = b1 * v - a1 * y + z2
      z2 = b2 * v - a2 * y
      x[i] = y
    }
  })
}

/** Filters x with the given states (two for each section) and held sample, which are carried on. */
export function runSections(
  x: Samples,
  sos: Sos,
  states: Float64Array,
  held: Float64Array,
): Float64Array {
  assert(states.length === 2 * sos.length, `${states.length} states for ${sos.length} sections`)
  const out = new Float64Array(x.length)
  let last = held[0]!
  let missing = false
  for (let i = 0; i < x.length; i++) {
    const v = x[i]!
    if (Number.isNaN(v)) missing = true
    else last = v
    out[i] = last
  }
  held[0] = last
  for (let s = 0; s < sos.length; s++) {
    const [b0, b1, b2, a1, a2] = sos[s]!
    let z1 = states[2 * s]!
    let z2 = states[2 * s + 1]!
    for (let i = 0; i < out.length; i++) {
      const v = out[i]!
      const y = b0 * v + z1
      z1 = b1 * v - a1 * y + z2
      z2 = b2 * v - a2 * y
      out[i] = y
    }
    states[2 * s] = z1
    states[2 * s + 1] = z2
  }
  if (missing) for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i]!)) out[i] = NaN
  return out
}
