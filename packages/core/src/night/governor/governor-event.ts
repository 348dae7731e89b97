import type { Limits } from './limits.ts'
import type { Mode } from './mode.ts'
import type { ConsentTerms } from './terms.ts'

/** Who stopped the device. A change by hand at a lamp stops the lamps, everything else all. */
export type Stopper = 'button' | 'tap' | 'voice' | 'headband-off' | 'manual-light'

/** What a monitoring centre can say: there is no word for raising, starting or widening. */
export type FacilityWord =
  | { readonly say: 'natural'; readonly reason: string }
  | { readonly say: 'lower-limits'; readonly limits: Partial<Limits> }

/** What changes the governor's state; `atMs` is device time, ms, and never falls. */
export type GovernorEvent =
  /** Time passes; due at least once a second, and at every piece of signal. */
  | { readonly kind: 'tick'; readonly atMs: number }
  /** A consent, and whether its signature was found good by whoever could check it. */
  | {
      readonly kind: 'consent'
      readonly atMs: number
      readonly terms: ConsentTerms
      readonly verified: boolean
    }
  | { readonly kind: 'revoke'; readonly atMs: number; readonly consentId: string }
  | { readonly kind: 'stop'; readonly atMs: number; readonly by: Stopper }
  /** The sleeper asks for a mode. `ask` rises with every ask: one that was seen raises nothing. */
  | {
      readonly kind: 'mode'
      readonly atMs: number
      readonly to: Mode
      readonly awake: boolean
      readonly ask: number
    }
  /** The sleeper changes ceilings: down at once, up for the next night and only when awake. */
  | {
      readonly kind: 'limits'
      readonly atMs: number
      readonly limits: Limits
      readonly awake: boolean
    }
  | { readonly kind: 'facility'; readonly atMs: number; readonly word: FacilityWord }
  /** The actuator's process lives; it echoes the fencing token it obeys. */
  | { readonly kind: 'heartbeat'; readonly atMs: number; readonly token: number }
  /** What was measured of a lease: loopback for sound, state topic for lamps. */
  | {
      readonly kind: 'effect'
      readonly atMs: number
      readonly leaseId: string
      readonly effect: 'confirmed' | 'failed' | 'ended'
    }
  /** Another controller was seen at an actuator of ours. */
  | { readonly kind: 'rival'; readonly atMs: number }
  /** The wall clock moved against device time, ms of either sign. */
  | { readonly kind: 'clock'; readonly atMs: number; readonly stepMs: number }
