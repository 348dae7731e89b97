import type { Limits } from './limits.ts'
import type { Mode } from './mode.ts'
import type { ConsentTerms } from './terms.ts'

/** Who stopped the device. A change by hand at a lamp stops the lamps, everything else all. */
export type Stopper = 'button' | 'tap' | 'voice' | 'headband-off' | 'manual-light'

/** What a monitoring centre can say, no word of it raises, starts or widens: both are ceilings. */
export type FacilityWord =
  | { readonly say: 'natural' | 'guidance'; readonly reason: string }
  | { readonly say: 'lower-limits'; readonly limits: Partial<Limits> }

/** What was measured of a lease: loopback for sound, state topic for lamps. */
export type Effect = 'confirmed' | 'failed' | 'ended'

/** What changes the governor's state; `atMs` is device time, ms, and never falls. */
export type GovernorEvent = { readonly atMs: number } & (
  | /** Time passes; due at least once a second, and at every piece of signal. */
  { readonly kind: 'tick' }
  /** A consent, and whether its signature was found good by whoever could check it. */
  | { readonly kind: 'consent'; readonly terms: ConsentTerms; readonly verified: boolean }
  | { readonly kind: 'revoke'; readonly consentId: string }
  | { readonly kind: 'stop'; readonly by: Stopper }
  /** The sleeper asks for a mode. `ask` rises with every ask: one that was seen raises nothing. */
  | ModeAsk
  /** The sleeper changes ceilings: down at once, up for the next night and only when awake. */
  | { readonly kind: 'limits'; readonly limits: Limits; readonly awake: boolean }
  | { readonly kind: 'facility'; readonly word: FacilityWord }
  /** The actuator's process lives; it echoes the fencing token it obeys. */
  | { readonly kind: 'heartbeat'; readonly token: number }
  | { readonly kind: 'effect'; readonly leaseId: string; readonly effect: Effect }
  /** Another controller was seen at an actuator of ours. */
  | { readonly kind: 'rival' }
  /** The wall clock moved against device time, ms of either sign. */
  | { readonly kind: 'clock'; readonly stepMs: number }
)

/** A sleeper's wish for a mode. */
export type ModeAsk = {
  readonly kind: 'mode'
  readonly to: Mode
  readonly awake: boolean
  readonly ask: number
}
