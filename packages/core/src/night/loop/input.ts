import type { Consent } from '../consent/consent.ts'
import type { Limits } from '../governor/limits.ts'
import type { Mode } from '../governor/mode.ts'

/** Who stopped the device; a stop wins over everything and holds for the night. */
export type StopBy = 'button' | 'tap' | 'voice' | 'headband-off' | 'manual-light'

/**
 * What a facility can say. There is no message that raises a level, starts a stimulation or widens
 * a consent: the type has no word for it.
 */
export type FacilityMessage =
  | { readonly say: 'natural'; readonly reason: string }
  | { readonly say: 'lower-limits'; readonly limits: Partial<Limits> }

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
  /** The actuator's own process lives. */
  | { readonly kind: 'heartbeat'; readonly atMs: number }
  /** A consent whose signature the shell has checked; checked again when the night is replayed. */
  | { readonly kind: 'consent'; readonly atMs: number; readonly consent: Consent }
  | { readonly kind: 'revoke'; readonly atMs: number; readonly consentId: string }
  | { readonly kind: 'stop'; readonly atMs: number; readonly by: StopBy }
  /** The sleeper asks for a mode; up only when awake. */
  | {
      readonly kind: 'mode'
      readonly atMs: number
      readonly to: Mode
      readonly awake: boolean
    }
  | { readonly kind: 'facility'; readonly atMs: number; readonly message: FacilityMessage }
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
  | { readonly kind: 'rival'; readonly atMs: number; readonly actuator: string }
  /** The wall clock moved against device time, ms. */
  | { readonly kind: 'clock'; readonly atMs: number; readonly stepMs: number }
