import type { Sos } from './iir.ts'

/** A recursive filter fed one sample at a time, without making anything new. */
export type SampleFilter = {
  /** The next filtered sample: that of `sosFilter`, to the last bit. */
  next(x: number): number
  /** Forgets everything: as new. */
  reset(): void
  /** Lets what is left of a long silence be nothing, where arithmetic would become slow. */
  calm(): void
}

/** States smaller than this are nothing: 1e-100 of any unit. */
const NOTHING = 1e-100

/** Runs a cascade of second-order sections from rest (transposed direct form II). */
export function sampleFilter(sos: Sos): SampleFilter {
  const sections = sos.length
  const weights = Float64Array.from(sos.flat())
  const states = new Float64Array(2 * sections)
  const next = (x: number): number => {
    let v = x
    for (let s = 0, w = 0, z = 0; s < sections; s++, w += 5, z += 2) {
      const y = weights[w]! * v + states[z]!
      states[z] = weights[w + 1]! * v - weights[w + 3]! * y + states[z + 1]!
      states[z + 1] = weights[w + 2]! * v - weights[w + 4]! * y
      v = y
    }
    return v
  }
  const calm = (): void => {
    for (let z = 0; z < states.length; z++) if (Math.abs(states[z]!) < NOTHING) states[z] = 0
  }
  return { next, calm, reset: () => states.fill(0) }
}
