import type { GateEnd, Rejection } from '@nocturne/core/fleet'

/** Why a connection was not even heard. */
export type Unheard = 'too-many' | 'queue-full'

/** What a front door counts since it opened; received = durable + pending + rejected, always. */
export type DoorCounts = {
  readonly connections: number
  readonly admitted: number
  readonly received: number
  readonly durable: number
  readonly pending: number
  readonly rejected: Readonly<Record<Rejection, number>>
  readonly ended: Readonly<Partial<Record<GateEnd, number>>>
  readonly unheard: Readonly<Partial<Record<Unheard, number>>>
  /** Times that a connection was made to wait because it sent more than its share. */
  readonly throttled: number
  readonly bytes: number
}

/** The counters of a front door. */
export class DoorCounters {
  admitted = 0
  received = 0
  durable = 0
  throttled = 0
  bytes = 0
  #allRejected = 0
  readonly #rejected: Record<Rejection, number> = {
    ...{ 'frames-malformed': 0, 'event-malformed': 0, 'birth-malformed': 0, 'boot-ahead': 0 },
    ...{ 'topic-forbidden': 0, 'piece-unasked': 0, 'log-busy': 0, erased: 0 },
  }
  readonly #ended: Partial<Record<GateEnd, number>> = {}
  readonly #unheard: Partial<Record<Unheard, number>> = {}

  /** What was received and neither durable nor rejected yet. */
  get pending(): number {
    return this.received - this.durable - this.#allRejected
  }

  reject(why: Rejection, count: number): void {
    this.#rejected[why] += count
    this.#allRejected += count
  }

  end(why: GateEnd): void {
    this.#ended[why] = (this.#ended[why] ?? 0) + 1
  }

  turnAway(why: Unheard): void {
    this.#unheard[why] = (this.#unheard[why] ?? 0) + 1
  }

  /** The counts as they are now. */
  counts(connections: number): DoorCounts {
    const { admitted, received, durable, pending, throttled, bytes } = this
    return {
      ...{ connections, admitted, received, durable, pending, throttled, bytes },
      ...{ rejected: { ...this.#rejected }, ended: { ...this.#ended } },
      unheard: { ...this.#unheard },
    }
  }
}
