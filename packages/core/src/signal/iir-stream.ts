import type { Samples } from '../math/samples.ts'
import { runSections, type Sos } from './iir.ts'

/** A recursive filter with a memory: how the signal is cut into pieces changes nothing. */
export type StreamingSos = {
  /** Takes the next samples and gives as many filtered ones. */
  push(x: Samples): Float64Array
  /** Forgets everything: as new. */
  reset(): void
}

/**
 * Filters a signal as it comes, from rest: the pieces joined are `sosFilter` over the whole, to the
 * last bit, with its rule for missing samples.
 */
export function streamingSos(sos: Sos): StreamingSos {
  const states = new Float64Array(2 * sos.length)
  const held = new Float64Array(1)
  return {
    push: (x) => runSections(x, sos, states, held),
    reset: () => {
      states.fill(0)
      held.fill(0)
    },
  }
}
