/** What can act on a sleeper; each is consented to by itself. */
export type Actuator = 'sound' | 'light' | 'cue' | 'warmth'

/**
 * The only form of a command. It is safe to run to its end and lapse with nobody acting, repeating
 * it changes nothing, and it cannot be made without an expiry. The actuator counts it down on its
 * own monotonic clock. Rules N10-N14 of SPEC.md.
 */
export type Lease = {
  readonly id: string
  /** Rises with every lease of a night; an actuator ignores a lower one. */
  readonly seq: number
  /** Device time, ms since the night began. */
  readonly issuedAtMs: number
  /** Device time at which the actuator is silent by itself, ms; after `issuedAtMs`. */
  readonly notAfterMs: number
  readonly actuator: Actuator
  /** Ceiling in the actuator's unit: dB(A) LAFmax at the ear, melanopic lux, or degrees C. */
  readonly maxLevel: number
  readonly fallback: 'natural'
  /** The consent that carries it. */
  readonly consentId: string
  readonly reason: string
}
