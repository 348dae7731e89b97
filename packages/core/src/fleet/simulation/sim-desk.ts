import { assert } from '../../math/assert.ts'
import { describeProblem, type Result } from '../../math/result.ts'
import { deskStep } from '../desk/desk.ts'
import type { DeskEffect, PartitionEffect } from '../desk/desk-effect.ts'
import type { DeskOrder, DeskRecord } from '../desk/desk-record.ts'
import { decodeDeskRecord, encodeDeskRecord } from '../desk/desk-record-codec.ts'
import { beginDesk, type DeskState, deskHeard, type TellPlace, wordOf } from '../desk/desk-state.ts'
import { partitionStep } from '../desk/partition.ts'
import type { PartitionRecord, PartitionWish } from '../desk/partition-record.ts'
import { decodePartitionRecord, encodePartitionRecord } from '../desk/partition-record-codec.ts'
import { beginPartition, deviceOf, type PartitionState, wordFor } from '../desk/partition-state.ts'
import { readDesk, readPartition, writeDesk, writePartition } from '../desk/snapshot.ts'
import type { DeskWord } from '../desk/standing.ts'
import type { Tell } from '../desk/tell.ts'
import type { NewRecord } from '../session/gate-words.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import { seqOfFrames } from '../telemetry/frame-codec.ts'
import { partitionOf } from '../telemetry/partition.ts'
import { DESK_PARTITION } from '../telemetry/record.ts'
import { bent, withoutEpoch } from './bent-standing.ts'
import type { Flaw } from './flaw.ts'
import type { LogEntry, SimLog } from './sim-log.ts'
import type { Witness } from './witness.ts'

/** Time of the centre between two ticks of partitions, and of the desk, ms. */
const PARTITION_TICK_MS = 5000
const DESK_TICK_MS = 1000
/** Entries of a partition after which its log is cut behind a copy of the state. */
const ENTRIES_PER_COPY = 1000
/** Of so many records one has its bytes made at once. */
const AT_ONCE = 16
/** Sleepers of a partition whose own model the centre keeps: a sample, here a small one. */
const MODELLED = 2

/** What the simulated centre is built on. */
export type SimDeskWorld = {
  readonly log: SimLog
  readonly witness: Witness
  readonly flaw: Flaw | undefined
  readonly handshakesPerS: number
  /** The centre's wall clock now, whole ms, never falling. */
  nowMs(): number
  indexOf(device: DeviceId): number
  /** Carries out what a reducer asks beyond the log. */
  partitionAsks(effect: PartitionEffect): void
  deskAsks(effect: DeskEffect): void
}

/**
 * The run of the real reducers in the simulated centre: what is durable is applied, in the order of
 * offsets; what partitions and desk tell each other goes through their logs; after a crash the
 * states are what the logs say, the desk's first.
 */
export class SimDesk {
  readonly #world: SimDeskWorld
  #partitions = new Map<number, PartitionState>()
  #desk: DeskState
  /** Offset after the last entry that was applied. */
  #applied = new Map<number, number>()
  #word: DeskWord | undefined
  /** What partitions told while the desk stood still; undefined while it does not. */
  #held: DeskRecord[] | undefined
  #entries = 0
  /** What the logs gave when they were last played again. */
  #replayed = new Map<number, Replayed>()

  constructor(world: SimDeskWorld) {
    this.#world = world
    this.#desk = beginDesk({ handshakesPerS: world.handshakesPerS })
  }

  /** What the door asks of a device. */
  known(device: DeviceId): ReturnType<typeof deviceOf> {
    const state = this.#partitions.get(partitionOf(device))
    return state === undefined ? undefined : deviceOf(state, device)
  }

  /** Records of one device, to be durable together; `done` says whether they are. */
  take(device: DeviceId, records: readonly NewRecord[], done: (isDurable: boolean) => void): void {
    const atMs = this.#world.nowMs()
    const stamped = records.map((record): PartitionRecord => {
      if (record.kind !== 'frames') return { ...record, atMs } as PartitionRecord
      // The bytes of a piece are its connection's only until it reads the next.
      return { kind: 'frames', device, bytes: record.bytes.slice(), atMs }
    })
    this.#append(partitionOf(device), stamped, false, done)
  }

  /** A device is enrolled; what stands for its key is as long as one. */
  enrol(device: DeviceId): void {
    const publicKey = '0'.repeat(64)
    const record = { kind: 'enrolled', device, publicKey, atMs: this.#world.nowMs() } as const
    this.#append(partitionOf(device), [record], true)
  }

  wish(device: DeviceId, wish: PartitionWish): void {
    const record = { ...wish, device, atMs: this.#world.nowMs() } as PartitionRecord
    this.#append(partitionOf(device), [record], true)
  }

  order(id: string, operator: string, order: DeskOrder): void {
    this.#tellDesk({ kind: 'order', id, operator, order, atMs: this.#world.nowMs() }, false)
  }

  /** A record of the desk's own log, as another part of the centre writes it. */
  tellDesk(record: DeskRecord): void {
    this.#tellDesk(record, true)
  }

  tickPartitions(): void {
    const atMs = this.#world.nowMs()
    for (const [partition, { standing }] of this.#partitions) {
      this.#append(partition, [{ kind: 'tick', atMs }], false)
      if (this.#world.flaw !== 'desk-not-missed' || standing === null) continue
      const { number } = standing
      this.#append(partition, [{ kind: 'stands', number, saidMs: atMs, atMs }], true)
    }
  }

  /** Nobody is at the desk from now on, and partitions live on; what they tell waits. */
  standStill(): void {
    this.#held ??= []
  }

  /** Somebody is at the desk again. */
  goOn(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const record of held) this.#tellDesk(record, true)
  }

  tickDesk(): void {
    this.#tellDesk({ kind: 'tick', atMs: this.#world.nowMs() }, false)
  }

  /** Times between ticks, ms. */
  static readonly ticks: { readonly partitionMs: number; readonly deskMs: number } = {
    partitionMs: PARTITION_TICK_MS,
    deskMs: DESK_TICK_MS,
  }

  /** The process dies: before that, its state has to be what its log says. */
  die(): void {
    this.checkReplay()
    this.#partitions = new Map()
    this.#word = undefined
    this.#held = undefined
  }

  /** I7: every state is the same as its log played again. */
  checkReplay(): void {
    const { witness } = this.#world
    const desk = this.#replayDesk(this.#applied.get(DESK_PARTITION) ?? 0)
    witness.same('the desk', writeDesk(this.#desk), writeDesk(desk))
    this.#desk = desk
    this.#replayed = new Map()
    for (const [partition, live] of this.#partitions) {
      const offset = this.#applied.get(partition) ?? 0
      const tells: PlacedTell[] = []
      const state = this.#replayPartition(partition, offset, tells)
      witness.same(`partition ${partition}`, writePartition(live), writePartition(state))
      this.#replayed.set(partition, { state, offset, tells })
    }
  }

  /**
   * The process starts: the states are what the logs say, and what was lost between them is said.
   */
  recover(): void {
    const { log, witness } = this.#world
    const length = log.lengthOf(DESK_PARTITION)
    witness.recovered(DESK_PARTITION, length)
    this.#desk = this.#replayDesk(length)
    this.#applied.set(DESK_PARTITION, length)
    const held = wordOf(this.#desk) ?? undefined
    const isLost = this.#world.flaw === 'epoch-lost-at-centre'
    const word = isLost && held && held.standing.failsafe.epoch > 1 ? withoutEpoch(held) : held
    this.#word = word
    if (word !== undefined) witness.decided(word.standing)
    for (const partition of log.partitions.keys()) {
      if (partition !== DESK_PARTITION) this.#recoverPartition(partition)
    }
  }

  #recoverPartition(partition: number): void {
    const { log, witness } = this.#world
    const length = log.lengthOf(partition)
    const seen = witness.recovered(partition, length)
    const before = this.#replayed.get(partition) ?? this.#startOf(partition)
    const tells = [...before.tells]
    const state = this.#replayFrom(partition, before, length, tells)
    this.#partitions.set(partition, state)
    this.#applied.set(partition, length)
    witness.found(length - seen)
    const heard = deskHeard(this.#desk).get(partition)
    const atMs = this.#world.nowMs()
    for (const { offset, index, tell } of tells) {
      if (heard !== undefined && !isAfter({ offset, index }, heard)) continue
      this.#tellDesk({ kind: 'tell', partition, offset, index, tell, atMs }, true)
    }
    const word = this.#word
    if (word === undefined || (state.standing?.number ?? 0) >= word.standing.number) return
    this.#spreadTo(partition, word)
  }

  #tellDesk(record: DeskRecord, isOwn: boolean): void {
    if (this.#held !== undefined) {
      if (isOwn) this.#held.push(record)
      return
    }
    this.#world.log.append({
      partition: DESK_PARTITION,
      entries: [this.#entryOf(record, encodeDeskRecord)],
      isOwn,
      done: (offset) => {
        if (offset !== undefined) this.#applyDesk(record, offset)
      },
    })
  }

  #append(
    partition: number,
    records: readonly PartitionRecord[],
    isOwn: boolean,
    done?: (isDurable: boolean) => void,
  ): void {
    const isFirst = !this.#partitions.has(partition)
    if (isFirst) {
      this.#partitions.set(partition, beginPartition(partition, MODELLED))
      if (this.#word !== undefined) this.#spreadTo(partition, this.#word)
    }
    this.#world.log.append({
      partition,
      isOwn,
      entries: records.map((record) => this.#entryOf(record, encodePartitionRecord)),
      done: (offset) => {
        if (offset === undefined) {
          done?.(false)
          return
        }
        for (let i = 0; i < records.length; i++) this.#keep(records[i]!, partition, offset + i)
        for (let i = 0; i < records.length; i++) this.#apply(records[i]!, partition, offset + i)
        done?.(true)
      },
    })
  }

  #entryOf<Record extends PartitionRecord | DeskRecord>(
    record: Record,
    encode: (record: Record) => Uint8Array,
  ): LogEntry {
    const isAtOnce = this.#entries++ % AT_ONCE === 0
    return { record, bytes: isAtOnce ? encode(record) : undefined }
  }

  #spreadTo(partition: number, { standing, saidMs }: DeskWord): void {
    const told = { standing: bent(standing, this.#world.flaw), saidMs }
    const word = wordFor(this.#partitions.get(partition)!, told)
    this.#append(partition, [{ ...word, atMs: this.#world.nowMs() }], true)
  }

  /** The witness sees what is on the disk. */
  #keep(record: PartitionRecord, partition: number, offset: number): void {
    const { witness, indexOf } = this.#world
    witness.kept(partition, offset, record.atMs)
    if (record.kind === 'frames') {
      const { boot, firstSeq, n } = seqOfFrames(record.bytes)
      witness.ledger.keep(indexOf(record.device), boot, firstSeq, n)
    } else if (record.kind === 'event') {
      witness.ledger.keep(indexOf(record.device), record.boot, record.seq, 1)
    }
  }

  #apply(record: PartitionRecord, partition: number, offset: number): void {
    const { flaw, log } = this.#world
    const outside = flaw === 'state-outside-log' ? { ...record, atMs: record.atMs + 1 } : record
    const before = this.#partitions.get(partition)!
    const { state, effects } = partitionStep(before, outside)
    this.#partitions.set(partition, state)
    this.#applied.set(partition, offset + 1)
    for (const effect of effects) {
      if (effect.kind !== 'tell') {
        this.#world.partitionAsks(effect)
        continue
      }
      const { index, tell } = effect
      this.#tellDesk({ kind: 'tell', partition, offset, index, tell, atMs: record.atMs }, true)
    }
    const { first } = log.partitions.get(partition)!
    if (offset + 1 - first >= ENTRIES_PER_COPY && !this.#isTelling()) {
      log.cut(partition, offset + 1, writePartition(this.#partitions.get(partition)!))
    }
  }

  /** Whether something told is not durable yet: a copy of a state must not come before that. */
  #isTelling(): boolean {
    if (this.#held !== undefined) return true
    return this.#world.log.waiting.some(({ partition }) => partition === DESK_PARTITION)
  }

  #applyDesk(record: DeskRecord, offset: number): void {
    const { log, witness } = this.#world
    witness.kept(DESK_PARTITION, offset, record.atMs)
    const { state, effects } = deskStep(this.#desk, record)
    this.#desk = state
    this.#applied.set(DESK_PARTITION, offset + 1)
    for (const effect of effects) {
      if (effect.kind === 'spread') this.#spread(effect)
      else if (effect.kind === 'ask') {
        const { device, incident, fromMs, toMs } = effect
        this.wish(device, { kind: 'ask-piece', incident, fromMs, toMs })
      } else this.#world.deskAsks(effect)
    }
    const { first } = log.partitions.get(DESK_PARTITION)!
    if (offset + 1 - first >= ENTRIES_PER_COPY) {
      log.cut(DESK_PARTITION, offset + 1, writeDesk(this.#desk))
    }
  }

  #spread(word: DeskWord): void {
    this.#word = word
    this.#world.witness.decided(word.standing)
    for (const partition of this.#partitions.keys()) this.#spreadTo(partition, word)
  }

  #replayDesk(until: number): DeskState {
    const { log, handshakesPerS } = this.#world
    const own = log.partitions.get(DESK_PARTITION)
    let state = beginDesk({ handshakesPerS })
    if (own?.snapshot !== undefined) state = written(readDesk(own.snapshot))
    const count = own === undefined ? 0 : until - own.first
    for (let i = 0; i < count; i++) {
      const { record, bytes } = own!.entries[i]!
      const read = decodeDeskRecord(bytes ?? encodeDeskRecord(record as DeskRecord))
      state = deskStep(state, written(read)).state
    }
    return state
  }

  /** Where the replay of a partition begins: the copy of its state, or nothing. */
  #startOf(partition: number): Replayed {
    const own = this.#world.log.partitions.get(partition)
    const offset = own?.first ?? 0
    if (own?.snapshot === undefined) {
      return { state: beginPartition(partition, MODELLED), offset, tells: [] }
    }
    return { state: written(readPartition(own.snapshot)), offset, tells: [] }
  }

  #replayPartition(partition: number, until: number, tells: PlacedTell[]): PartitionState {
    return this.#replayFrom(partition, this.#startOf(partition), until, tells)
  }

  /** Leads a state on to an offset; the state that is given is used up. */
  #replayFrom(
    partition: number,
    { state: begun, offset: from }: Replayed,
    until: number,
    tells: PlacedTell[],
  ): PartitionState {
    const own = this.#world.log.partitions.get(partition)
    let state = begun
    for (let offset = from; offset < until; offset++) {
      const entry = own!.entries[offset - own!.first]!
      const bytes = entry.bytes ?? encodePartitionRecord(entry.record as PartitionRecord)
      const record = written(decodePartitionRecord(bytes))
      this.#keep(record, partition, offset)
      const step = partitionStep(state, record)
      state = step.state
      for (const effect of step.effects) {
        if (effect.kind === 'tell') tells.push({ offset, index: effect.index, tell: effect.tell })
      }
    }
    return state
  }
}

/** A state that its log gave, up to an offset, and what was told on the way. */
type Replayed = {
  readonly state: PartitionState
  readonly offset: number
  readonly tells: readonly PlacedTell[]
}
type PlacedTell = TellPlace & { readonly tell: Tell }

function isAfter(a: TellPlace, b: TellPlace): boolean {
  return a.offset > b.offset || (a.offset === b.offset && a.index > b.index)
}

/** A value that the centre wrote itself. */
function written<T>(read: Result<T, string>): T {
  assert(read.ok, read.ok ? '' : describeProblem(read.problem))
  return read.value
}
