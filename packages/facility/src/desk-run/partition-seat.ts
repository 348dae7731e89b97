import {
  type DeskRecord,
  type DeviceId,
  encodePartitionRecord,
  encodeRecords,
  type FollowEffect,
  type Grant,
  type NewRecord,
  PARTITIONS,
  type PartitionEffect,
  type PartitionRecord,
  type PartitionState,
  partitionStep,
  wordFor,
} from '@nocturne/core/fleet'
import type { FairTurns } from '../gate/fair-turns.ts'
import type { LogPort } from '../log/log-port.ts'
import type { CentreClock } from './centre-clock.ts'
import { Outbox } from './outbox.ts'
import type { RecoveredPartition, Told } from './recovery.ts'
import type { RowBook } from './row-book.ts'
import { Seat } from './seat.ts'
import type { Snapshot, SnapshotPort } from './snapshots.ts'
import { StateKeeper } from './state-keeper.ts'
import type { StateText } from './state-text.ts'

/** Something that wants to be in a log and has no time yet. */
export type Untimed<Entry> = Entry extends unknown ? Omit<Entry, 'atMs'> : never

/** What the run of a partition reaches the world by. */
export type Hands = {
  grant(device: DeviceId, grant: Grant): void
  send(device: DeviceId, channel: 'adm' | 'upd', payload: Uint8Array): void
  drop(device: DeviceId): void
  /** Resolves when nothing is left to be done for those who were dropped. */
  dropped?(): Promise<void>
  follower(effect: FollowEffect): void
  /** A state stands still: its devices become natural by themselves. */
  broken(partition: number, offset: number, error: Error): void
  /** A state could not be written down; `isFirst` since the last that could be. */
  unwritten?(partition: number, error: Error, isFirst: boolean): void
}

/** What all seats of a process share. */
export type SeatShare = {
  readonly log: LogPort
  readonly snapshots: SnapshotPort
  readonly states: StateText
  readonly clock: CentreClock
  readonly turns: FairTurns
  readonly rows: RowBook
  readonly hands: Hands
}

/** A partition's state is written down after so many records, or so long, ms. */
const SNAPSHOT_RECORDS = 50_000
const SNAPSHOT_MS = 3_600_000

/** One partition's run: its log, its state, and what follows from each record. */
export class PartitionSeat {
  readonly partition: number
  readonly #share: SeatShare
  readonly #seat: Seat<PartitionRecord>
  readonly #tells: Outbox<Told>
  #state: PartitionState
  readonly #keeper: StateKeeper
  #snapshotDueMs: number
  #hasRecords: boolean
  #isTicking = false

  constructor(
    share: SeatShare,
    partition: number,
    { state, next, written }: RecoveredPartition,
    tell: (tells: readonly Untimed<DeskRecord>[]) => Promise<void>,
  ) {
    this.#share = share
    this.partition = partition
    this.#state = state
    // Not all of them at once.
    this.#snapshotDueMs = share.clock.nowMs() + (SNAPSHOT_MS * (partition + 1)) / PARTITIONS
    this.#hasRecords = next > 0
    this.#tells = new Outbox((tells) => tell(tells.map((told) => ({ kind: 'tell', ...told }))))
    this.#seat = new Seat({
      ...{ partition, next, log: share.log, turns: share.turns },
      apply: (record, offset) => this.#apply(record, offset),
      broken: (error, offset) => share.hands.broken(partition, offset, error),
    })
    this.#keeper = new StateKeeper({
      ...{ partition, written, snapshots: share.snapshots },
      ...{ state: () => this.#snapshot(), nowMs: () => share.clock.nowMs() },
      failed: (error, isFirst) => share.hands.unwritten?.(partition, error, isFirst),
      arrived: async () => {
        await this.#tells.drained()
        // Whom the state has forgotten is forgotten altogether: the record of it may go.
        await share.hands.dropped?.()
        return this.#tells.waiting === 0
      },
    })
  }

  get state(): PartitionState {
    return this.#state
  }

  /** Whether anything was ever written here. */
  get hasRecords(): boolean {
    return this.#hasRecords
  }

  get isBroken(): boolean {
    return this.#seat.isBroken
  }

  /** Since when the state could not be written down, ms; undefined where it could be. */
  get unwrittenSinceMs(): number | undefined {
    return this.#keeper.failingSinceMs
  }

  /** Makes a device's records durable: the way of nearly everything. */
  take(records: readonly NewRecord[]): Promise<void> {
    const atMs = this.#share.clock.nowMs()
    this.#hasRecords = true
    const timed = records.map((record) => ({ ...record, atMs }) as PartitionRecord)
    return this.#seat.append(timed, encodeRecords(records, atMs))
  }

  /** Makes other records durable. */
  append(records: readonly Untimed<PartitionRecord>[]): Promise<void> {
    const atMs = this.#share.clock.nowMs()
    this.#hasRecords = true
    const timed = records.map((record) => ({ ...this.#short(record), atMs }) as PartitionRecord)
    return this.#seat.append(timed, timed.map(encodePartitionRecord))
  }

  /** Of what the desk wants, where it is known here, only that it still does. */
  #short(record: Untimed<PartitionRecord>): Untimed<PartitionRecord> {
    if (record.kind !== 'standing' || record.saidMs === undefined) return record
    const { standing, saidMs } = record
    return wordFor(this.#state, { standing, saidMs })
  }

  /** Lets time pass where there are records; the one before must have arrived. */
  tick(): void {
    if (!this.#hasRecords || this.#isTicking || this.isBroken) return
    this.#isTicking = true
    const over = (): void => {
      this.#isTicking = false
    }
    this.append([{ kind: 'tick' }]).then(over, over)
    const isMany = this.#seat.applied - this.#keeper.written >= SNAPSHOT_RECORDS
    const isDue = isMany || this.#share.clock.nowMs() >= this.#snapshotDueMs
    if (isDue && !this.#keeper.isWriting) this.snapshot().catch(() => undefined)
  }

  /** Tells again what may not have arrived before. */
  tellAgain(tells: readonly Told[]): void {
    for (const told of tells) this.#tells.push(told)
  }

  /** Writes the state down, once all that it told has arrived. Rejects where it cannot be. */
  snapshot(): Promise<void> {
    this.#snapshotDueMs = this.#share.clock.nowMs() + SNAPSHOT_MS
    return this.#keeper.write()
  }

  #snapshot(): Snapshot | undefined {
    if (this.isBroken) return undefined
    return { offset: this.#seat.applied, text: this.#share.states.write(this.#state) }
  }

  /** Resolves when all that is durable is in the state. */
  applied(): Promise<void> {
    return this.#seat.settled()
  }

  /** Resolves when all that is durable is in the state, and all that was told has arrived. */
  async settled(): Promise<void> {
    await this.#seat.settled()
    await this.#tells.drained()
  }

  /** Writes nothing more. */
  letGo(): void {
    this.#seat.letGo()
    this.#tells.close()
  }

  #apply(record: PartitionRecord, offset: number): void {
    const { state, effects } = partitionStep(this.#state, record)
    this.#state = state
    for (const effect of effects) this.#carry(effect, offset)
  }

  #carry(effect: PartitionEffect, offset: number): void {
    const { hands, rows } = this.#share
    switch (effect.kind) {
      case 'grant':
        hands.grant(effect.device, effect.grant)
        return
      case 'send':
        hands.send(effect.device, effect.channel, effect.payload)
        return
      case 'tell': {
        const { index, tell } = effect
        const told = { partition: this.partition, offset, index, tell }
        if (!this.#tells.push(told)) throw new Error('got more to tell than the desk takes')
        return
      }
      case 'row':
        rows.put(effect.row)
        return
      case 'follower':
        hands.follower(effect.effect)
        return
      case 'drop':
        hands.drop(effect.device)
        return
    }
  }
}
