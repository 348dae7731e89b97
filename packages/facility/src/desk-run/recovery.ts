import {
  beginDesk,
  beginPartition,
  DESK_PARTITION,
  type DeskEffect,
  type DeskState,
  type DeviceId,
  decodeDeskRecord,
  decodePartitionRecord,
  deskStep,
  type PartitionState,
  partitionStep,
  readDesk,
  type Tell,
} from '@nocturne/core/fleet'
import type { Logged, LogPort } from '../log/log-port.ts'
import type { SnapshotPort } from './snapshots.ts'
import { believed, type StateText } from './state-text.ts'

/** What a partition tells, with its place: whoever hears it twice knows it. */
export type Told = {
  readonly partition: number
  readonly offset: number
  readonly index: number
  readonly tell: Tell
}

/** A state as its log makes it, and the offset of the first record that is not in it. */
export type Recovered<State> = {
  readonly state: State
  readonly next: number
  /** Offset of the snapshot that it began with; 0 without one. */
  readonly written: number
  /** Time of the newest record, or the last that the state itself knows, unix ms; 0 without one. */
  readonly lastMs: number
}

/** A partition's, with what it told, and whom it forgot, in the part of the log that was read. */
export type RecoveredPartition = Recovered<PartitionState> & {
  readonly tells: readonly Told[]
  /** Devices that were erased there and not enrolled again: their keys may be there still. */
  readonly erased: ReadonlySet<DeviceId>
}

/** The desk's, with what it asked of partitions in the part of the log that was read. */
export type RecoveredDesk = Recovered<DeskState> & {
  readonly asks: readonly Extract<DeskEffect, { kind: 'ask' }>[]
}

/** The same while its log is read. */
type Recovering = {
  state: PartitionState
  next: number
  readonly written: number
  lastMs: number
  readonly tells: Told[]
  readonly erased: Set<DeviceId>
}

/** Records between two pauses that others may use. */
const PIECE = 2000

/**
 * The states of some partitions: snapshot and the rest of the log, all read in one reading. Nothing
 * is carried out. Throws where the log is damaged or holds what is no record.
 */
export async function recoverPartitions(
  partitions: readonly number[],
  log: LogPort,
  snapshots: SnapshotPort,
  states: StateText,
): Promise<Map<number, RecoveredPartition>> {
  const found = new Map<number, Recovering>()
  for (const partition of partitions) {
    const kept = await snapshots.read(partition)
    const state = kept ? states.read(partition, kept.text) : beginPartition(partition)
    const written = kept?.offset ?? 0
    // After a clean end the log holds nothing behind the snapshot.
    const lastMs = Math.max(0, state.summedMs, state.deskMs)
    found.set(partition, { state, next: written, written, lastMs, tells: [], erased: new Set() })
  }
  const from = new Map([...found].map(([partition, { next }]) => [partition, next]))
  for await (const { partition, offset, entry } of paced(log.read(from))) {
    const one = found.get(partition)!
    const record = believed(decodePartitionRecord(entry), partition)
    const { state, effects } = partitionStep(one.state, record)
    one.state = state
    one.next = offset + 1
    one.lastMs = record.atMs
    if (record.kind === 'enrolled') one.erased.delete(record.device)
    for (const effect of effects) {
      if (effect.kind === 'drop' && !state.devices.has(effect.device)) one.erased.add(effect.device)
      if (effect.kind !== 'tell') continue
      const { index, tell } = effect
      one.tells.push({ partition, offset, index, tell })
    }
  }
  return found
}

/** The desk's state, in the same way. */
export async function recoverDesk(
  log: LogPort,
  snapshots: SnapshotPort,
  settings: Parameters<typeof beginDesk>[0],
): Promise<RecoveredDesk> {
  const kept = await snapshots.read(DESK_PARTITION)
  let state = kept ? believed(readDesk(kept.text), DESK_PARTITION) : beginDesk(settings)
  const written = kept?.offset ?? 0
  let next = written
  let lastMs = Math.max(0, state.saidMs, state.lookedMs)
  const asks: Extract<DeskEffect, { kind: 'ask' }>[] = []
  for await (const { offset, entry } of paced(log.read(new Map([[DESK_PARTITION, next]])))) {
    const record = believed(decodeDeskRecord(entry), DESK_PARTITION)
    const step = deskStep(state, record)
    state = step.state
    next = offset + 1
    lastMs = record.atMs
    for (const effect of step.effects) if (effect.kind === 'ask') asks.push(effect)
  }
  return { state, next, written, lastMs, asks }
}

async function* paced(records: AsyncIterable<Logged>): AsyncIterable<Logged> {
  let count = 0
  for await (const record of records) {
    if (++count % PIECE === 0) await new Promise((later) => setImmediate(later))
    yield record
  }
}
