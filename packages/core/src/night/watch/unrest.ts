import type { EventSeen, Seen, SeenCause } from './seen.ts'

/** One kind of unrest, from its first sign until it has been quiet for a while. */
export type Unrest = {
  /** A sign of it at `sample`, that has lasted for `lasted` samples. */
  sign(cause: SeenCause, sample: number, lasted: number): void
  /** Time passes: it ends when no sign came for a while. */
  pass(sample: number): void
  active: boolean
  /** The cause of this one, or of the last. */
  cause: SeenCause
  /** Sample of the last sign; NaN before the first. */
  lastSign: number
}

/** An unrest that ends after `quiet` samples without a sign; its turns are added to `events`. */
export function unrest(what: 'arousal' | 'movement', quiet: number, events: Seen[]): Unrest {
  let from = 0
  const tell = (kind: EventSeen['what'], sample: number, to: number): void => {
    const { cause } = state
    events.push({ kind: 'seen', what: kind, sample, from, at: from, to, amplitudeUv: NaN, cause })
  }
  const state: Unrest = {
    ...{ active: false, cause: 'none', lastSign: NaN },
    sign: (cause, sample, lasted) => {
      state.lastSign = sample
      if (state.active) return
      state.active = true
      state.cause = cause
      from = sample + 1 - lasted
      tell(what, sample, sample + 1)
    },
    pass: (sample) => {
      if (!state.active || sample - state.lastSign < quiet) return
      state.active = false
      tell(what === 'arousal' ? 'arousal-end' : 'movement-end', sample, state.lastSign + 1)
    },
  }
  return state
}
