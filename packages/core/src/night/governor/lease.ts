/** What can act on a sleeper; each is consented to by itself. */
export type Actuator = 'sound' | 'light' | 'cue' | 'warmth'

/** What an action is for; the rules that apply hang on it. */
export type Action = 'click' | 'cue' | 'wake' | 'lamp' | 'fade' | 'warmth'

/**
 * The only form of a command. It is safe to run to its end and lapse with nobody acting, repeating
 * it changes nothing, and it cannot be made without an expiry. The actuator counts it down on its
 * own monotonic clock. Rules N23-N27 of SPEC.md.
 */
export type Lease = {
  readonly id: string
  /** Rises with every lease of a night; an actuator ignores a lower one. */
  readonly seq: number
  /** The controller's fencing token; an actuator ignores a lower one and tells of two. */
  readonly token: number
  /** Device time, ms since the night began, and when the actuator is silent by itself. */
  readonly issuedAtMs: number
  readonly notAfterMs: number
  readonly actuator: Actuator
  readonly action: Action
  /** Ceiling in the actuator's unit: dB(A) LAFmax at the ear, melanopic lux, or degrees C. */
  readonly maxLevel: number
  readonly fallback: 'natural'
  /** The consent that carries it; `wake` when it is the alarm that the sleeper set. */
  readonly consentId: string
  readonly reason: string
}

/** Longest life of a lease, ms. */
export const LEASE_MS: Readonly<Record<Action, number>> = {
  click: 5000,
  cue: 60_000,
  wake: 60_000,
  lamp: 300_000,
  fade: 60_000,
  warmth: 1_800_000,
}

/** Which actuators an action may use. */
export const ACTUATORS_OF: Readonly<Record<Action, readonly Actuator[]>> = {
  click: ['sound'],
  cue: ['cue'],
  wake: ['sound', 'light'],
  lamp: ['light'],
  fade: ['sound'],
  warmth: ['warmth'],
}
