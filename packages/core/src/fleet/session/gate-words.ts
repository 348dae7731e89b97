import type { DeviceId } from '../telemetry/device-id.ts'
import type { DeviceRecord } from '../telemetry/record.ts'

/** A record before the log stamped it. */
export type NewRecord = DeviceRecord extends infer Record
  ? Record extends { readonly atMs: number }
    ? Omit<Record, 'atMs'>
    : never
  : never

/** Records of one device that came together, and what is acknowledged once they are durable. */
export type Batch = {
  readonly device: DeviceId
  readonly records: readonly NewRecord[]
  /** Packet numbers to acknowledge. */
  readonly acks: readonly number[]
}

/** What the shell found of a credential. */
export type Admittance =
  /** It is the device; `boot` is the start that it says it is of. */
  | { readonly kind: 'admitted'; readonly boot: number }
  /** Not enrolled, revoked, a signature that is not the device's, an old one, an earlier boot. */
  | { readonly kind: 'denied' }
  /** Nothing can be said now; try later. */
  | { readonly kind: 'busy' }

/** Why the centre ended a connection. */
export type GateEnd =
  | 'left'
  | 'silent'
  | 'slow'
  | 'replaced'
  | 'denied'
  | 'busy'
  | 'malformed'
  | 'forbidden'
  | 'not-durable'

/** Why something received did not become durable; what is counted on the dashboard. */
export type Rejection =
  | 'frames-malformed'
  | 'event-malformed'
  | 'birth-malformed'
  | 'boot-ahead'
  | 'topic-forbidden'
  | 'piece-unasked'
  /** The log did not take it; said by the shell. */
  | 'log-busy'
  /** Whose it is was erased meanwhile; said by the shell. */
  | 'erased'

/** Everything that reaches a centre's session; `nowMs` is a monotonic clock of the centre. */
export type GateInput = { readonly nowMs: number } & (
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'admittance'; readonly admittance: Admittance }
  /** A batch is durable: now it is acknowledged. */
  | { readonly kind: 'durable'; readonly batch: Batch }
  /** A batch is not durable and will not be: the connection ends, and the device sends it again. */
  | { readonly kind: 'not-durable'; readonly batch: Batch }
  | {
      readonly kind: 'send'
      readonly channel: 'cmd' | 'adm' | 'upd'
      readonly payload: Uint8Array
    }
  /** Another connection of the same device took its place. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'tick' }
  /** The connection is gone. */
  | { readonly kind: 'closed' }
)

/** What a centre's shell is to do, in order. */
export type GateEffect =
  | { readonly kind: 'write'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'authenticate'
      readonly device: DeviceId
      readonly password: Uint8Array
    }
  /** Make durable, then answer with the input `durable` or `not-durable`. */
  | { readonly kind: 'take'; readonly batch: Batch }
  /** A piece of a black box; acknowledged by `durable` with a batch of no records. */
  | {
      readonly kind: 'piece'
      readonly device: DeviceId
      readonly bytes: Uint8Array
      readonly batch: Batch
    }
  | { readonly kind: 'reject'; readonly why: Rejection; readonly count: number }
  | { readonly kind: 'close'; readonly why: GateEnd }
