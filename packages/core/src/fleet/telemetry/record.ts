import type { Birth } from './birth.ts'
import type { DeviceEvent } from './device-event.ts'
import type { DeviceId } from './device-id.ts'
import type { Grant } from './grant.ts'

/** Partitions of the log; a device's is a hash of its name. */
export const PARTITIONS = 256

/** The partition of the desk: orders, aggregates, incidents, rollouts, the failsafe. */
export const DESK_PARTITION = 256

/**
 * What a partition's log holds, in order: the only input of the reducers, so that a state is a
 * function of the log. `atMs` is the centre's wall clock when it was appended, never falling within
 * a partition; frames stay bytes, decoded where they are used.
 */
export type DeviceRecord = {
  readonly atMs: number
  readonly device: DeviceId
} /** `sleeperKey`: whose signature a yes to a piece or a naming of followers needs; both in hex. */ & (
  | { readonly kind: 'enrolled'; readonly publicKey: string; readonly sleeperKey?: string }
  | { readonly kind: 'birth'; readonly birth: Birth }
  | { readonly kind: 'frames'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'event'
      readonly boot: number
      readonly seq: number
      readonly event: DeviceEvent
    }
  | { readonly kind: 'gone'; readonly boot: number; readonly how: 'death' | 'closed' | 'silent' }
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'erased' }
)
