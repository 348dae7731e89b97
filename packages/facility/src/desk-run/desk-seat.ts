import {
  DESK_PARTITION,
  type DeskEffect,
  type DeskOrder,
  type DeskRecord,
  type DeskState,
  type DeskWord,
  type DeviceId,
  deskStep,
  encodeDeskRecord,
  type PartitionRecord,
  writeDesk,
} from '@nocturne/core/fleet'
import { Outbox } from './outbox.ts'
import type { SeatShare, Untimed } from './partition-seat.ts'
import type { RecoveredDesk } from './recovery.ts'
import { Seat } from './seat.ts'
import type { Snapshot } from './snapshots.ts'
import { StateKeeper } from './state-keeper.ts'

/** What an order came to: done, with what it made, or why not. */
export type OrderAnswer = { readonly refused?: string; readonly value?: unknown }

/** What the desk's run reaches the world by. */
export type DeskHands = {
  /** Partitions that hear what the desk wants. */
  partitions(): readonly number[]
  /** What it wants to one of them; resolves when it is in its log. */
  stand(partition: number, word: DeskWord): Promise<void>
  /** To a device's partition. */
  wish(device: DeviceId, record: Untimed<PartitionRecord>): Promise<void>
  page(incident: string, again: boolean): void
  note(note: Extract<DeskEffect, { kind: 'note' }>): void
}

/** Records after which the state is written down. */
const SNAPSHOT_RECORDS = 20_000

/** Longest that somebody waits for what an order came to, ms. */
const PATIENCE_MS = 10_000

type Ask = Extract<DeskEffect, { kind: 'ask' }>

/** The desk's run: sums, incidents, rollouts, the switch. */
export class DeskSeat {
  readonly #share: SeatShare
  readonly #hands: DeskHands
  readonly #seat: Seat<DeskRecord>
  /** One for each partition: one that cannot be reached holds up nobody else's natural. */
  readonly #spreads = new Map<number, Outbox<DeskWord>>()
  readonly #asks: Outbox<Ask>
  readonly #orders = new Map<string, (answer: OrderAnswer) => void>()
  /** Why the log took no second just now; undefined when it did. */
  trouble: string | undefined
  #state: DeskState
  readonly #keeper: StateKeeper
  #isTicking = false
  #orderCount = 0

  constructor(share: SeatShare, { state, next, asks, written }: RecoveredDesk, hands: DeskHands) {
    this.#share = share
    this.#hands = hands
    this.#state = state
    this.#asks = new Outbox(async (each) => {
      for (const { kind: _, device, ...ask } of each) {
        await hands.wish(device, { kind: 'ask-piece', device, ...ask })
      }
    })
    this.#seat = new Seat({
      ...{ partition: DESK_PARTITION, next, log: share.log, turns: share.turns },
      apply: (record) => this.#apply(record),
      broken: (error, offset) => share.hands.broken(DESK_PARTITION, offset, error),
    })
    this.#keeper = new StateKeeper({
      ...{ partition: DESK_PARTITION, written, snapshots: share.snapshots },
      ...{ state: () => this.#snapshot(), nowMs: () => share.clock.nowMs() },
      failed: (error, isFirst) => share.hands.unwritten?.(DESK_PARTITION, error, isFirst),
      arrived: async () => {
        await this.#asks.drained()
        return this.#asks.waiting === 0
      },
    })
    for (const ask of asks) this.#asks.push(ask)
  }

  get state(): DeskState {
    return this.#state
  }

  get isBroken(): boolean {
    return this.#seat.isBroken
  }

  /** Since when the state could not be written down, ms; undefined where it could be. */
  get unwrittenSinceMs(): number | undefined {
    return this.#keeper.failingSinceMs
  }

  /** Has what it wants heard, in the background. */
  spread(word: DeskWord): void {
    for (const partition of this.#hands.partitions()) {
      let spread = this.#spreads.get(partition)
      if (spread === undefined) {
        // Only the newest counts.
        spread = new Outbox((words) => this.#hands.stand(partition, words.at(-1)!))
        this.#spreads.set(partition, spread)
      }
      spread.push(word)
    }
  }

  /** Makes records durable in the desk's log. */
  append(records: readonly Untimed<DeskRecord>[]): Promise<void> {
    const atMs = this.#share.clock.nowMs()
    const timed = records.map((record) => ({ ...record, atMs }) as DeskRecord)
    return this.#seat.append(timed, timed.map(encodeDeskRecord))
  }

  /**
   * Somebody's order: resolves to what it came to. Rejects with `LogError` when it is not in the
   * log, and when nothing is heard of it within 10 s.
   */
  async order(operator: string, order: DeskOrder): Promise<OrderAnswer> {
    const id = `${this.#share.clock.nowMs()}-${++this.#orderCount}`
    const answer = new Promise<OrderAnswer>((done) => this.#orders.set(id, done))
    let timer: NodeJS.Timeout | undefined
    try {
      await this.append([{ kind: 'order', id, operator, order }])
      const late = new Promise<never>((_, failed) => {
        timer = setTimeout(() => failed(new Error('got no answer of the desk')), PATIENCE_MS)
      })
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
      this.#orders.delete(id)
    }
  }

  /** Lets time pass; the second before must have arrived. */
  tick(): void {
    if (this.#isTicking || this.isBroken) return
    this.#isTicking = true
    const over = (trouble?: Error): void => {
      this.#isTicking = false
      this.trouble = trouble?.message
    }
    this.append([{ kind: 'tick' }]).then(() => over(), over)
    const isDue = this.#seat.applied - this.#keeper.written >= SNAPSHOT_RECORDS
    if (isDue && !this.#keeper.isWriting) this.snapshot().catch(() => undefined)
  }

  /** Writes the state down, once all that it wanted has arrived. Rejects where it cannot be. */
  snapshot(): Promise<void> {
    return this.#keeper.write()
  }

  #snapshot(): Snapshot | undefined {
    if (this.isBroken) return undefined
    return { offset: this.#seat.applied, text: writeDesk(this.#state) }
  }

  /** Resolves when all that is durable is in the state, and all that it wanted has arrived. */
  async settled(): Promise<void> {
    await this.#seat.settled()
    const spreads = [...this.#spreads.values()]
    await Promise.all([...spreads, this.#asks].map((each) => each.drained()))
  }

  letGo(): void {
    this.#seat.letGo()
    for (const spread of this.#spreads.values()) spread.close()
    this.#asks.close()
  }

  #apply(record: DeskRecord): void {
    const { state, effects } = deskStep(this.#state, record)
    this.#state = state
    for (const effect of effects) this.#carry(effect)
  }

  #carry(effect: DeskEffect): void {
    switch (effect.kind) {
      case 'spread':
        this.spread(effect)
        return
      case 'ask':
        this.#asks.push(effect)
        return
      case 'row':
        this.#share.rows.put(effect.row)
        return
      case 'page':
        this.#hands.page(effect.incident, effect.again)
        return
      case 'note':
        this.#hands.note(effect)
        return
      case 'answer': {
        const { id, kind: _, ...answer } = effect
        this.#orders.get(id)?.(answer)
        return
      }
    }
  }
}
