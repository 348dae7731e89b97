import {
  DESK_PARTITION,
  type DeskOrder,
  type DeskRecord,
  type DeskState,
  type DeskWord,
  type DeviceId,
  decodeDeskRecord,
  decodePartitionRecord,
  deskHeard,
  deskRows,
  deviceOf,
  encodeDeskRecord,
  encodePartitionRecord,
  type Follow,
  hearsDesk,
  type NewRecord,
  PARTITIONS,
  type PartitionRecord,
  partitionOf,
  rowsOf,
  wordOf,
} from '@nocturne/core/fleet'
import { FairTurns } from '../gate/fair-turns.ts'
import { LogError, type LogPort } from '../log/log-port.ts'
import type { AskedPiece } from './asked-piece.ts'
import type { Between } from './between.ts'
import type { CentreClock } from './centre-clock.ts'
import { type DeskHands, DeskSeat, type OrderAnswer } from './desk-seat.ts'
import { type Hands, PartitionSeat, type SeatShare, type Untimed } from './partition-seat.ts'
import { recoverDesk, recoverPartitions, type Told } from './recovery.ts'
import type { RowBook } from './row-book.ts'
import type { SnapshotPort } from './snapshots.ts'
import { PLAIN_STATES, type StateText } from './state-text.ts'

/** What a run of reducers is made of. */
export type DeskRunOptions = {
  readonly log: LogPort
  readonly snapshots: SnapshotPort
  /** How states are written; in the open unless said. */
  readonly states?: StateText
  readonly clock: CentreClock
  readonly rows: RowBook
  readonly hands: Hands & Pick<DeskHands, 'page' | 'note'>
  /** Handshakes that this centre can do in a second: over how long devices come back. */
  readonly handshakesPerS: number
  /**
   * The way to partitions that this run does not hold; resolves when their owner has appended the
   * records. Left out: all are here.
   */
  readonly between?: Between
  /** Somebody else writes a partition now: it was let go. */
  fenced?(partition: number): void
}

/** Time of the desk goes on each second, that of a partition every so many, s. */
const PARTITION_TICK_S = 5
const ALL: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition)
const TURN_MS = 10
const MINUTE_S = 60
const FAREWELL_MS = 5000
const UNWRITTEN_MS = 3_600_000

/**
 * Runs the reducers over the log: partitions and the desk, those that it was told to take on. What
 * is told, spread, wished and ordered is a record of a log before it is anything else, so that a
 * state is a function of its log; effects are carried out once the record is durable.
 */
export class DeskRun {
  readonly #options: DeskRunOptions
  readonly #share: SeatShare
  readonly #seats = new Map<number, PartitionSeat>()
  #desk: DeskSeat | undefined
  #second = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: DeskRunOptions) {
    this.#options = options
    const { log, snapshots, clock, rows, hands, states = PLAIN_STATES } = options
    const turns = new FairTurns(
      TURN_MS,
      () => performance.now(),
      () => true,
    )
    const grant: Hands['grant'] = (device, given) => {
      // Where the switch cannot work nobody is to go on: all are natural within a grant's life.
      const isStill = this.#desk?.isBroken === true && given.ceiling !== 'natural'
      if (!isStill) hands.grant(device, given)
    }
    this.#share = { log, snapshots, states, clock, rows, hands: { ...hands, grant }, turns }
  }

  /** Partitions that are held here. */
  get held(): readonly number[] {
    return [...this.#seats.keys()]
  }

  /** Whether a partition is held here. */
  holds(partition: number): boolean {
    return this.#seats.has(partition)
  }

  /** The desk's state, where it is held here. */
  get desk(): DeskState | undefined {
    return this.#desk?.state
  }

  /** Partitions with devices that had no word of the desk for a minute: they grant nothing (F29). */
  get deaf(): readonly number[] {
    const atMs = this.#options.clock.nowMs()
    const seats = [...this.#seats.values()]
    const deaf = seats.filter(({ state }) => state.devices.size > 0 && !hearsDesk(state, atMs))
    return deaf.map(({ partition }) => partition)
  }

  /** Why the log takes no records just now; undefined when it does. */
  get trouble(): string | undefined {
    return this.#desk?.trouble
  }

  /** Partitions whose state stands still; the desk among them. */
  get broken(): readonly number[] {
    return this.#those(({ isBroken }) => isBroken)
  }

  /** Partitions whose state could not be written down for an hour; the desk among them. */
  get unwritten(): readonly number[] {
    const beforeMs = this.#options.clock.nowMs() - UNWRITTEN_MS
    return this.#those(
      ({ unwrittenSinceMs }) => (unwrittenSinceMs ?? Number.POSITIVE_INFINITY) <= beforeMs,
    )
  }

  #those(are: (seat: PartitionSeat | DeskSeat) => boolean): readonly number[] {
    const those = [...this.#seats.values()].filter(are).map(({ partition }) => partition)
    return this.#desk !== undefined && are(this.#desk) ? [...those, DESK_PARTITION] : those
  }

  /** Takes on partitions: their states from snapshot and log, then what may not have arrived. */
  async takeOn(partitions: readonly number[]): Promise<void> {
    const { log, snapshots, clock, rows, hands } = this.#options
    const recovered = await recoverPartitions(partitions, log, snapshots, this.#share.states)
    const heard = this.#desk ? deskHeard(this.#desk.state) : undefined
    for (const [partition, found] of recovered) {
      clock.atLeast(found.lastMs)
      const seat = new PartitionSeat(this.#share, partition, found, (tells) => this.#tell(tells))
      this.#seats.set(partition, seat)
      const last = heard?.get(partition)
      seat.tellAgain(found.tells.filter((told) => last === undefined || isAfter(told, last)))
      for (const row of rowsOf(found.state, clock.nowMs())) rows.put(row)
      // What an erasure has to do beside its record may not have been done.
      for (const device of found.erased) {
        rows.put({ table: 'device', key: device, value: undefined })
        hands.drop(device)
      }
    }
    await this.spreadTo(partitions)
  }

  /** What the desk wants just now, again to some partitions; nothing where it is not held. */
  async spreadTo(partitions: readonly number[]): Promise<void> {
    const word = this.#word()
    if (word === undefined) return
    await Promise.all(partitions.map((partition) => this.#stand(partition, word)))
  }

  /** Lets a partition go: nothing more is written to it from here, its state is forgotten. */
  letGo(partition: number): void {
    this.#seats.get(partition)?.letGo()
    this.#seats.delete(partition)
  }

  /** Takes on the desk. Its word of what it wants goes to every partition again. */
  async takeOnDesk(): Promise<void> {
    const { log, snapshots, clock, rows, hands, handshakesPerS } = this.#options
    const recovered = await recoverDesk(log, snapshots, { handshakesPerS })
    clock.atLeast(recovered.lastMs)
    this.#desk = new DeskSeat(this.#share, recovered, {
      partitions: () => (this.#options.between === undefined ? this.held : ALL),
      stand: (partition, word) => this.#stand(partition, word),
      wish: (device, record) => this.#post(partitionOf(device), [record]),
      page: (incident, again) => hands.page(incident, again),
      note: (note) => hands.note(note),
    })
    for (const row of deskRows(recovered.state)) rows.put(row)
    const word = wordOf(recovered.state)
    // In the background: elsewhere nobody may hold a partition yet.
    if (word !== null) this.#desk.spread(word)
  }

  /** Lets the desk go. */
  letGoDesk(): void {
    this.#desk?.letGo()
    this.#desk = undefined
  }

  /** Begins to let time pass. */
  start(): void {
    this.#timer = setInterval(() => this.#tick(), 1000)
  }

  /** Makes records of one device durable: what the front door asks for. */
  take(device: DeviceId, records: readonly NewRecord[]): Promise<void> {
    const partition = partitionOf(device)
    const seat = this.#seats.get(partition)
    if (seat === undefined) return Promise.reject(notHeld(partition))
    if (!seat.state.devices.has(device)) {
      return Promise.reject(new LogError('LOG_ERASED', `records of ${device}, who was erased`))
    }
    return this.#fenceable(partition, seat.take(records))
  }

  /** Makes something else about a device durable, wherever its partition is held. */
  wish(record: Untimed<PartitionRecord> & { readonly device: DeviceId }): Promise<void> {
    return this.#post(partitionOf(record.device), [record])
  }

  /** Somebody's order to the desk, wherever it is held: resolves to what it came to. */
  order(operator: string, order: DeskOrder): Promise<OrderAnswer> {
    const answer =
      this.#desk?.order(operator, order) ?? this.#options.between?.order?.(operator, order)
    return answer ?? Promise.reject(notHeld(DESK_PARTITION))
  }

  /** Tells the desk whether the file that pulls the switch lies there. */
  file(present: boolean): Promise<void> {
    return this.#post(DESK_PARTITION, [{ kind: 'file', present }])
  }

  /** What a device is known by, where its partition is held here; undefined for nobody. */
  device(device: DeviceId): ReturnType<typeof deviceOf> {
    const seat = this.#seats.get(partitionOf(device))
    return seat && deviceOf(seat.state, device)
  }

  /** Whether a device was enrolled and its key is believed no more. */
  isRevoked(device: DeviceId): boolean {
    const state = this.#seats.get(partitionOf(device))?.state
    return state?.devices.get(device)?.isRevoked === true
  }

  /** What a device's sleeper is asked for and did not answer yet; nothing where it is not held. */
  asks(device: DeviceId): readonly AskedPiece[] {
    return this.#seats.get(partitionOf(device))?.state.devices.get(device)?.asks ?? []
  }

  /** A followed night, where its partition is held here. */
  follow(device: DeviceId): Follow | undefined {
    const state = this.#seats.get(partitionOf(device))?.state
    return state?.devices.get(device)?.follow ?? undefined
  }

  /** Devices that the states held here take to be connected, with their boots. */
  online(): { readonly device: DeviceId; readonly boot: number }[] {
    return [...this.#seats.values()].flatMap(({ state }) =>
      [...state.devices.values()].filter(({ isOnline }) => isOnline),
    )
  }

  /** Resolves when all that is durable of a partition is in its state. */
  async applied(partition: number): Promise<void> {
    await this.#seats.get(partition)?.applied()
  }

  /** Resolves when that has also been told to the desk, which may be elsewhere, or away. */
  async settled(partition: number): Promise<void> {
    await this.#seats.get(partition)?.settled()
  }

  /** Takes records that another machine sent by its `Between`. Rejects where it is not held. */
  async receive(partition: number, entries: readonly Uint8Array[]): Promise<void> {
    const decode = partition === DESK_PARTITION ? decodeDeskRecord : decodePartitionRecord
    const records = entries.map((entry) => {
      const read = decode(entry)
      if (!read.ok) throw new Error(`partition ${partition}: got no record (${read.problem.code})`)
      return read.value
    })
    await this.#append(partition, records)
  }

  /** Writes all states down, or that of one partition. Rejects, after all, where one cannot be. */
  async snapshot(partition?: number): Promise<void> {
    if (partition !== undefined) return this.#seats.get(partition)?.snapshot()
    const troubles: unknown[] = []
    for (const seat of [this.#desk, ...this.#seats.values()]) {
      await seat?.snapshot().catch((error: unknown) => troubles.push(error))
    }
    if (troubles.length > 0) throw troubles[0]
  }

  /**
   * Stops time, waits until all is in the states and has arrived, and writes them down. What cannot
   * arrive, because the log takes nothing, is waited for 5 s and told again after the next start.
   */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((done) => {
      timer = setTimeout(done, FAREWELL_MS)
    })
    await Promise.race([this.#settledAll(), late])
    clearTimeout(timer)
    this.#desk?.letGo()
    for (const seat of this.#seats.values()) seat.letGo()
    await this.snapshot()
    for (const partition of this.held) this.letGo(partition)
    this.letGoDesk()
  }

  /** What partitions tell moves the desk, and what it wants moves them. */
  async #settledAll(): Promise<void> {
    await Promise.all([...this.#seats.values()].map((seat) => seat.settled()))
    await this.#desk?.settled()
    await Promise.all([...this.#seats.values()].map((seat) => seat.settled()))
  }

  #tick(): void {
    this.#second = (this.#second + 1) % MINUTE_S
    this.#desk?.tick()
    for (const seat of this.#seats.values()) {
      if (seat.partition % PARTITION_TICK_S === this.#second % PARTITION_TICK_S) seat.tick()
    }
  }

  #word(): DeskWord | undefined {
    return (this.#desk && wordOf(this.#desk.state)) ?? undefined
  }

  #tell(tells: readonly Untimed<DeskRecord>[]): Promise<void> {
    return this.#post(DESK_PARTITION, tells)
  }

  async #stand(partition: number, { standing, saidMs }: DeskWord): Promise<void> {
    const seat = this.#seats.get(partition)
    // One that is taken on later, or has no records, hears the newest word then.
    if (seat === undefined ? this.#options.between === undefined : !seat.hasRecords) return
    await this.#post(partition, [{ kind: 'standing', standing, saidMs }])
  }

  /** Records without a time to a partition, here or elsewhere; resolves when they are durable. */
  #post(
    partition: number,
    records: readonly Untimed<PartitionRecord | DeskRecord>[],
  ): Promise<void> {
    const isHere =
      partition === DESK_PARTITION ? this.#desk !== undefined : this.#seats.has(partition)
    if (isHere) return this.#append(partition, records)
    const { between, clock } = this.#options
    if (between === undefined) return Promise.reject(notHeld(partition))
    const atMs = clock.nowMs()
    const encode = partition === DESK_PARTITION ? encodeDeskRecord : encodePartitionRecord
    return between.send(
      partition,
      records.map((record) => encode({ ...record, atMs } as never)),
    )
  }

  #append(
    partition: number,
    records: readonly Untimed<PartitionRecord | DeskRecord>[],
  ): Promise<void> {
    if (partition === DESK_PARTITION) {
      const desk = this.#desk?.append(records as readonly Untimed<DeskRecord>[])
      return desk ? this.#fenceable(partition, desk) : Promise.reject(notHeld(partition))
    }
    const seat = this.#seats.get(partition)
    if (seat === undefined) return Promise.reject(notHeld(partition))
    const word = seat.hasRecords ? undefined : this.#word()
    const first = word ? [{ kind: 'standing' as const, ...word }] : []
    const all = [...first, ...records] as readonly Untimed<PartitionRecord>[]
    return this.#fenceable(partition, seat.append(all)).catch(unlessErased)
  }

  async #fenceable(partition: number, appended: Promise<void>): Promise<void> {
    try {
      await appended
    } catch (error) {
      if (error instanceof LogError && error.code === 'LOG_FENCED') {
        if (partition === DESK_PARTITION) this.letGoDesk()
        else this.letGo(partition)
        this.#options.fenced?.(partition)
      }
      throw error
    }
  }
}

function isAfter(told: Told, last: { readonly offset: number; readonly index: number }): boolean {
  return told.offset > last.offset || (told.offset === last.offset && told.index > last.index)
}

/** What is said about somebody who was erased meanwhile is nothing, and is not said again. */
function unlessErased(error: unknown): void {
  if (!(error instanceof LogError) || error.code !== 'LOG_ERASED') throw error
}

function notHeld(partition: number): LogError {
  return new LogError('LOG_FENCED', `partition ${partition}, which is not held here`)
}
