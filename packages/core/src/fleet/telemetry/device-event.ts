import type { Action } from '../../night/governor/lease.ts'
import type { Mode } from '../../night/governor/mode.ts'

/** Why a device changed its mode or was silent. */
export type DeviceCause =
  | 'sleeper'
  | 'consent'
  | 'lease-lapsed'
  | 'facility'
  | 'governor'
  | 'start'
  | 'fault'

/** What L0 of the device found wrong with itself. */
export type DeviceFault =
  | 'signal-flat'
  | 'signal-stale'
  | 'signal-clipped'
  | 'clock'
  | 'actuator'
  | 'disk'
  | 'battery'

/**
 * What a device tells beside its frames; numbers and closed words only, never a sentence. `atS` is
 * monotonic device time, s since the boot.
 */
export type DeviceEvent = { readonly atS: number } & (
  | { readonly kind: 'mode'; readonly to: Mode; readonly cause: DeviceCause }
  /** A lease of an actuator was let through: what the audit of autonomy looks at. */
  | {
      readonly kind: 'act'
      readonly action: Action
      readonly mode: Mode
      readonly consentId: string
      /** The grant under which it acted; 0 for the sleeper's own alarm. */
      readonly grant: number
      readonly epoch: number
      readonly level: number
      /** Device time at which the act ends by itself, s. */
      readonly untilS: number
    }
  | { readonly kind: 'refused'; readonly code: string; readonly count: number }
  | { readonly kind: 'stop'; readonly by: 'sleeper' | 'follower' }
  | { readonly kind: 'fault'; readonly fault: DeviceFault; readonly begins: boolean }
  /** A dream's vividness 0-10 as the sleeper said, and whether it was unwelcome. */
  | { readonly kind: 'dream'; readonly vividness: number; readonly adverse: boolean }
  | { readonly kind: 'awakening'; readonly from: 'N2' | 'N3' | 'R' | 'N1' }
  /**
   * A consent in force, and when the sleeper signed it by the wall clock of whoever wrote it, ms;
   * its hours and ceilings stay with the device.
   */
  | {
      readonly kind: 'consented'
      readonly consentId: string
      readonly mode: Mode
      readonly signedMs: number
      readonly untilWallMs: number
    }
  /** One that was withdrawn; `granted` in devices that do not tell when one was signed. */
  | {
      readonly kind: 'consent'
      readonly consentId: string
      readonly mode: Mode
      readonly untilWallMs: number
      readonly granted: boolean
    }
  | { readonly kind: 'release'; readonly release: number; readonly outcome: ReleaseOutcome }
  /** The sleeper, awake, asked for a mode; above natural it waits for a grant (rule F27). */
  | { readonly kind: 'wish'; readonly to: Mode }
  /** The sleeper's answer to a centre that asked for a piece of the black box. */
  | { readonly kind: 'piece-answer'; readonly incident: string; readonly granted: boolean }
)

/** How an update ended on the device. */
export type ReleaseOutcome = 'running' | 'refused' | 'reverted' | 'opted-out'
