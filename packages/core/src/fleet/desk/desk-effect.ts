import type { FollowEffect } from '../incident/follow.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import type { Grant } from '../telemetry/grant.ts'
import type { DeskWord } from './standing.ts'
import type { Tell } from './tell.ts'

/** What is looked up by name; the latest value of a key, undefined when it is gone; plain JSON. */
export type DeskRow = {
  readonly table: 'device' | 'incident' | 'rollout' | 'fleet'
  readonly key: string
  readonly value: unknown
}

/** What a partition's run carries out after the record is durable; never in a replay but `tell`. */
export type PartitionEffect =
  /** Sign it and send it on `cmd`. */
  | { readonly kind: 'grant'; readonly device: DeviceId; readonly grant: Grant }
  | {
      readonly kind: 'send'
      readonly device: DeviceId
      readonly channel: 'adm' | 'upd'
      readonly payload: Uint8Array
    }
  | { readonly kind: 'tell'; readonly index: number; readonly tell: Tell }
  | { readonly kind: 'row'; readonly row: DeskRow }
  | { readonly kind: 'follower'; readonly effect: FollowEffect }
  /** The device's connection has to end: it was erased. */
  | { readonly kind: 'drop'; readonly device: DeviceId }

/** What the desk's run carries out. */
export type DeskEffect =
  /** To every partition, as a record of its log; also again, though it is the same. */
  | ({ readonly kind: 'spread' } & DeskWord)
  /** To the partition of a device: the sleeper is asked for a piece. */
  | {
      readonly kind: 'ask'
      readonly device: DeviceId
      readonly incident: string
      readonly fromMs: number
      readonly toMs: number
    }
  | { readonly kind: 'row'; readonly row: DeskRow }
  /** People on duty are called. */
  | { readonly kind: 'page'; readonly incident: string; readonly again: boolean }
  /** For the audit: what was done by rule or order. */
  | {
      readonly kind: 'note'
      readonly what: string
      readonly operator: string
      readonly why: string
    }
  /** The answer to the order of that id: done, with what it made, or why not. */
  | {
      readonly kind: 'answer'
      readonly id: string
      readonly refused?: string
      readonly value?: unknown
    }
