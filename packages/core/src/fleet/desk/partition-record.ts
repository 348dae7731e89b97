import type { FollowInput } from '../incident/follow.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import type { DeviceRecord } from '../telemetry/record.ts'
import type { Standing } from './standing.ts'

/** What a partition's log holds: what devices said, what the desk wants, what people asked, time. */
export type PartitionRecord =
  | DeviceRecord
  | { readonly kind: 'tick'; readonly atMs: number }
  /** What the desk wants; `saidMs` is its own time of saying so, left out = `atMs`. */
  | {
      readonly kind: 'standing'
      readonly atMs: number
      readonly standing: Standing
      readonly saidMs?: number
    }
  /** The desk still wants the standing of that number: all there is to say every half minute. */
  | {
      readonly kind: 'stands'
      readonly atMs: number
      readonly number: number
      readonly saidMs: number
    }
  | ({ readonly atMs: number; readonly device: DeviceId } & PartitionWish)

/** What is wanted of one device, by an operator or the desk. */
export type PartitionWish =
  /** A colleague's device: the ring `staff`. */
  | { readonly kind: 'staff'; readonly isStaff: boolean }
  /** Its key is believed no more: it is not let in, and what it holds of a grant lapses. */
  | { readonly kind: 'revoke'; readonly isRevoked: boolean }
  /** A piece of the box is asked of the sleeper; goes out on `adm`, again at every birth. */
  | {
      readonly kind: 'ask-piece'
      readonly incident: string
      readonly fromMs: number
      readonly toMs: number
    }
  /** The sleeper's answer as the shell verified it. */
  | { readonly kind: 'answer'; readonly incident: string; readonly granted: boolean }
  | { readonly kind: 'piece'; readonly incident: string; readonly digest: string }
  /** Naming, its end, a snooze: what `followerStep` takes. */
  | {
      readonly kind: 'follow'
      readonly input: Extract<FollowInput, { readonly kind: 'named' | 'unnamed' | 'snooze' }>
    }
