import type { Consent } from '../consent/consent.ts'
import type { FacilityWord, Stopper } from '../governor/governor-event.ts'
import type { Limits } from '../governor/limits.ts'
import type { Mode } from '../governor/mode.ts'

/**
 * Everything that can reach the loop, in the order it came: the night is a function of this list
 * alone. `atMs` is device time: whole ms of a monotonic clock since the night began, never falling,
 * going on where samples do not. Every input is written to the black box before it is used.
 */
export type LoopInput =
  | {
      readonly kind: 'samples'
      readonly atMs: number
      /** Index of the first sample of the piece; a jump is a gap. */
      readonly first: number
      /** One column a channel of the montage, in its order and unit; NaN where missing. */
      readonly columns: readonly Float32Array[]
    }
  /** Time passes and no sample came. */
  | { readonly kind: 'tick'; readonly atMs: number }
  /** The actuator's own process lives; it echoes the fencing token that it obeys. */
  | { readonly kind: 'heartbeat'; readonly atMs: number; readonly token: number }
  /** A consent, and what the shell found of its signature; checked again at replay. */
  | {
      readonly kind: 'consent'
      readonly atMs: number
      readonly consent: Consent
      readonly verified: boolean
    }
  | { readonly kind: 'revoke'; readonly atMs: number; readonly consentId: string }
  | { readonly kind: 'stop'; readonly atMs: number; readonly by: Stopper }
  /** The sleeper asks for a mode; up only when awake. */
  | {
      readonly kind: 'mode'
      readonly atMs: number
      readonly to: Mode
      readonly awake: boolean
      /** Rises with every ask; one that was seen before raises nothing. */
      readonly ask: number
    }
  | { readonly kind: 'facility'; readonly atMs: number; readonly word: FacilityWord }
  /** What an actuator did with a lease, as measured (loopback, state topic), not as asked. */
  | {
      readonly kind: 'actuator'
      readonly atMs: number
      readonly leaseId: string
      readonly effect: 'confirmed' | 'failed' | 'ended'
    }
  /** Measured delay from command to sound at the ear, ms, and its spread. */
  | {
      readonly kind: 'latency'
      readonly atMs: number
      readonly meanMs: number
      readonly sdMs: number
    }
  /** Another controller of the same actuator was seen. */
  | { readonly kind: 'rival'; readonly atMs: number }
  /** The sleeper changes ceilings: down at once, up for the next night and only when awake. */
  | {
      readonly kind: 'limits'
      readonly atMs: number
      readonly limits: Limits
      readonly awake: boolean
    }
  /** The wall clock moved against device time, ms. */
  | { readonly kind: 'clock'; readonly atMs: number; readonly stepMs: number }
