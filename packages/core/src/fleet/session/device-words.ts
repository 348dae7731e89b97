import type { Mode } from '../../night/governor/mode.ts'
import type { Birth } from '../telemetry/birth.ts'
import type { DeviceEvent } from '../telemetry/device-event.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import type { FrameBlock } from '../telemetry/frame.ts'
import type { SignedGrant } from '../telemetry/grant.ts'
import type { BacklogEntry } from './backlog.ts'
import type { GrantVerdict } from './grant-hold.ts'

/** Frames before the session gave them their numbers. */
export type NewFrames = Omit<FrameBlock, 'boot' | 'firstSeq'>

/** What a device says of itself; the session adds boot, epoch and what it holds. */
export type DeviceSelf = Omit<Birth, 'protocol' | 'boot' | 'epoch' | 'held'>

/** What a device's side of the protocol begins with. */
export type DeviceStart = {
  readonly device: DeviceId
  readonly boot: number
  /** Highest epoch that earlier boots heard of. */
  readonly epoch: number
  readonly self: DeviceSelf
  /** Numbers of this boot that were given before the session began. */
  readonly nextSeq?: number
  /** What earlier boots and sessions kept, in the order of keys. */
  readonly kept?: readonly BacklogEntry[]
  readonly mostEntries?: number
}

/** Everything that reaches a device's session; `nowS` is monotonic time since the boot, s. */
export type DeviceInput = {
  readonly nowS: number
} /** A connection stands; the credential is fresh. */ & (
  | { readonly kind: 'opened'; readonly password: Uint8Array }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The connection is gone or did not come about; try again after `retryS`. */
  | { readonly kind: 'closed'; readonly retryS: number }
  | { readonly kind: 'self'; readonly self: DeviceSelf }
  | { readonly kind: 'frames'; readonly frames: NewFrames }
  | { readonly kind: 'event'; readonly event: DeviceEvent }
  /** A piece of the black box to which the sleeper said yes; kept here until it is durable. */
  | { readonly kind: 'piece'; readonly bytes: Uint8Array }
  /** What the shell found of a grant's signature. */
  | { readonly kind: 'grant'; readonly grant: SignedGrant; readonly verified: boolean }
  /** Time passes; due at least once a second. */
  | { readonly kind: 'tick' }
  /** The machine slept, or its clock is not to be trusted: natural until a new grant (F25). */
  | { readonly kind: 'clock-doubt' }
  | { readonly kind: 'end' }
)

/** What a device's shell is to do, in order. */
export type DeviceEffect =
  | { readonly kind: 'open' }
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly why: string }
  /** Put an entry on disk, before what follows is carried out. */
  | { readonly kind: 'keep'; readonly entry: BacklogEntry }
  /** All below is durable elsewhere and may go. */
  | { readonly kind: 'free'; readonly boot: number; readonly seq: number }
  /** The backlog was full: what never will be sent. */
  | { readonly kind: 'lost'; readonly entry: BacklogEntry }
  /** Check a signature over `grantBytes` and answer with the input `grant`. */
  | { readonly kind: 'verify'; readonly grant: SignedGrant }
  | { readonly kind: 'verdict'; readonly verdict: GrantVerdict }
  /** The ceiling of the centre is another now; lower holds at once, higher raises nothing. */
  | {
      readonly kind: 'ceiling'
      readonly ceiling: Mode
      readonly cause: 'facility' | 'lease-lapsed' | 'clock'
      readonly grant: number
      readonly epoch: number
    }
  /** Keep the epoch over restarts, before the grant is obeyed. */
  | { readonly kind: 'epoch'; readonly epoch: number }
  | { readonly kind: 'update'; readonly payload: Uint8Array }
  | { readonly kind: 'pace'; readonly spreadS: number; readonly framesPerBlock: number }
  /** An incident asks the sleeper for a piece of the black box. */
  | {
      readonly kind: 'ask-piece'
      readonly incident: string
      readonly fromMs: number
      readonly toMs: number
    }
  /** A piece is durable at the centre, or was not taken in three connections. */
  | { readonly kind: 'piece-over'; readonly bytes: Uint8Array; readonly kept: boolean }
  /** The centre answered the birth: from here on it hears this device. */
  | { readonly kind: 'live' }
