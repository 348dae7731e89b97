import {
  DESK_PARTITION,
  type DeskEffect,
  type DeskOrder,
  type DeskRecord,
  type DeskState,
  type DeviceId,
  deskStep,
  encodeDeskRecord,
  type PartitionRecord,
  type Standing,
  writeDesk,
} from '@nocturne/core/fleet'
import { Outbox } from './outbox.ts'
import type { SeatShare, Untimed } from './partition-seat.ts'
import type { RecoveredDesk } from './recovery.ts'
import { Seat } from './seat.ts'

/** What an order came to: done, with what it made, or why not. */
export type OrderAnswer = { readonly refused?: string; readonly value?: unknown }

/** What the desk's run reaches the world by. */
export type DeskHands = {
  /** To every partition that has records. */
  spread(standing: Standing): Promise<void>
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
  readonly #spreads: Outbox<Standing>
  readonly #asks: Outbox<Ask>
  readonly #orders = new Map<string, (answer: OrderAnswer) => void>()
  /** Why the log took no second just now; undefined when it did. */
  trouble: string | undefined
  #state: DeskState
  #snapshotAt: number
  #isTicking = false
  #orderCount = 0

  constructor(share: SeatShare, { state, next, asks }: RecoveredDesk, hands: DeskHands) {
    this.#share = share
    this.#hands = hands
    this.#state = state
    this.#snapshotAt = next
    // Only the newest counts.
    this.#spreads = new Outbox((standings) => hands.spread(standings.at(-1)!))
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
    for (const ask of asks) this.#asks.push(ask)
  }

  get state(): DeskState {
    return this.#state
  }

  get isBroken(): boolean {
    return this.#seat.isBroken
  }

  /** Has what it wants heard, again, in the background. */
  spread(standing: Standing): void {
    this.#spreads.push(standing)
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
    if (this.#seat.applied - this.#snapshotAt >= SNAPSHOT_RECORDS) {
      this.snapshot().catch(() => undefined)
    }
  }

  /** Writes the state down, once all that it wanted has arrived. */
  async snapshot(): Promise<void> {
    if (this.#seat.applied === this.#snapshotAt || this.isBroken) return
    const offset = this.#seat.applied
    const text = writeDesk(this.#state)
    this.#snapshotAt = offset
    await this.#asks.drained()
    if (this.#asks.waiting === 0)
      await this.#share.snapshots.write(DESK_PARTITION, { offset, text })
  }

  /** Resolves when all that is durable is in the state, and all that it wanted has arrived. */
  async settled(): Promise<void> {
    await this.#seat.settled()
    await Promise.all([this.#spreads.drained(), this.#asks.drained()])
  }

  letGo(): void {
    this.#seat.letGo()
    this.#spreads.close()
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
        this.#spreads.push(effect.standing)
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
