import { orderRelease, takePlaces } from './aims.ts'
import { hearBirth } from './births.ts'
import type { PartitionEffect } from './desk-effect.ts'
import { type DeviceEntry, newEntry } from './device-entry.ts'
import { deviceRow } from './device-row.ts'
import { hearEvent } from './events.ts'
import { endNight } from './eyes.ts'
import { hearFrames } from './frames.ts'
import { sayNatural, weigh } from './grants.ts'
import { Outbox } from './outbox.ts'
import type { PartitionRecord } from './partition-record.ts'
import type { PartitionState } from './partition-state.ts'
import { freeSlot } from './person-slots.ts'
import { ASK_MS, endAsk } from './pieces.ts'
import type { Standing } from './standing.ts'
import { SUMS_MS, tellSums } from './sums.ts'
import { follow, hearWish } from './wishes.ts'

/** A state and what follows from the record that led to it. */
export type PartitionStep = {
  readonly state: PartitionState
  readonly effects: readonly PartitionEffect[]
}

/**
 * A partition takes the next record of its log: who is enrolled and heard, what of each is durable,
 * which grant each may have, what is odd. A function of the state and the record alone; the state
 * that is given is used up. Records of a device that is not enrolled, or was erased, are nothing.
 * What is told to the desk has its place by the record's and by the effect's `index`.
 */
export function partitionStep(state: PartitionState, record: PartitionRecord): PartitionStep {
  const out = new Outbox()
  if (record.kind === 'tick') {
    pass(state, record.atMs, out)
  } else if (record.kind === 'standing') {
    obey(state, record, out)
  } else if (record.kind === 'stands') {
    if (state.standing?.number === record.number) hearDesk(state, record)
  } else if (record.kind === 'enrolled') {
    enrol(state, record, out)
  } else {
    const entry = state.devices.get(record.device)
    if (entry !== undefined) hear(state, entry, record, out)
  }
  return { state, effects: out.effects }
}

type OfDevice = Exclude<PartitionRecord, { kind: 'tick' | 'standing' | 'stands' | 'enrolled' }>

function hear(state: PartitionState, entry: DeviceEntry, record: OfDevice, out: Outbox): void {
  switch (record.kind) {
    case 'frames':
      hearFrames(state, entry, record, out)
      return
    case 'event':
      hearEvent(state, entry, record, out)
      return
    case 'birth':
      hearBirth(state, entry, record, out)
      show(entry, record.atMs, out)
      return
    case 'gone':
      if (record.boot !== entry.boot) return
      entry.isOnline = false
      entry.hasLeft = record.how === 'closed'
      if (entry.hasLeft) endNight(state, entry, record.atMs, out)
      show(entry, record.atMs, out)
      return
    case 'granted':
      return
    case 'erased':
      forget(state, entry)
      out.add({ kind: 'row', row: { table: 'device', key: record.device, value: undefined } })
      out.add({ kind: 'drop', device: record.device })
      return
    default:
      hearWish(entry, record, out)
  }
}

/** Nothing of the device is left: no model, no place, no follower. Counts of many stay counts. */
function forget(state: PartitionState, entry: DeviceEntry): void {
  freeSlot(state.slots, entry.slot)
  state.devices.delete(entry.device)
}

/**
 * A name is its first key's until it is erased: one who comes under it with another key, through a
 * machine that does not know it, is nothing, and nobody's revocation ends by it.
 */
function enrol(
  state: PartitionState,
  record: Extract<PartitionRecord, { kind: 'enrolled' }>,
  out: Outbox,
): void {
  const { device, publicKey, sleeperKey = '', atMs } = record
  const held = state.devices.get(device)
  // A sleeper may have a key only later, once: the shell saw that the device itself brought it.
  if (held?.publicKey === publicKey && held.sleeperKey === '') held.sleeperKey = sleeperKey
  if (held !== undefined) return
  const entry = newEntry(device, publicKey, sleeperKey, atMs)
  state.devices.set(device, entry)
  show(entry, atMs, out)
}

/**
 * The newest standing holds; one that comes again says that it holds still, a late one nothing. Of
 * two desks that numbered alike the one with the higher epoch is the newer.
 */
function obey(
  state: PartitionState,
  { standing, atMs, saidMs = atMs }: Extract<PartitionRecord, { kind: 'standing' }>,
  out: Outbox,
): void {
  const newer = state.standing === null ? 1 : compareWords(standing, state.standing)
  if (newer < 0) return
  hearDesk(state, { saidMs, atMs })
  if (newer === 0) return
  state.standing = standing
  takePlaces(state, standing)
  for (const entry of state.devices.values()) {
    entry.isDue = true
    // Natural is said to all at once when the switch was pulled; other falls wait for the tick.
    if (!standing.failsafe.granting) sayNatural(entry, standing, 'failsafe', atMs, out)
    orderRelease(state, entry, { atMs }, out)
    endAsk(entry, ({ incident }) => !standing.incidents.some(({ id }) => id === incident))
  }
}

function compareWords(a: Standing, b: Standing): number {
  return a.number - b.number || a.failsafe.epoch - b.failsafe.epoch
}

/**
 * The desk was there when it said so, not when its word came: one that waited in a network says
 * nothing of now. Where the clocks of two machines differ, the earlier time counts. Rule F29.
 */
function hearDesk(
  state: PartitionState,
  { saidMs, atMs }: { readonly saidMs: number; readonly atMs: number },
): void {
  state.deskMs = Math.max(state.deskMs, Math.min(saidMs, atMs))
}

/** Five seconds passed; what may wait is looked at every 30 s, with the sums. */
function pass(state: PartitionState, atMs: number, out: Outbox): void {
  const isSumming = atMs - state.summedMs >= SUMS_MS
  for (const entry of state.devices.values()) {
    if (entry.isDue) weigh(state, entry, atMs, out)
    if (entry.follow !== null) follow(entry, { kind: 'tick', atMs }, out)
    if (isSumming) passSlowly(state, entry, atMs, out)
    if (entry.isDirty) show(entry, atMs, out)
  }
  if (isSumming && (state.devices.size > 0 || state.summed > 0)) tellSums(state, atMs, out)
}

function passSlowly(state: PartitionState, entry: DeviceEntry, atMs: number, out: Outbox): void {
  if (entry.told !== null) orderRelease(state, entry, { atMs }, out)
  if (entry.asks.length > 0) endAsk(entry, ({ askedMs }) => atMs - askedMs >= ASK_MS)
  if (entry.night.sinceMs >= 0) endNight(state, entry, atMs, out)
}

function show(entry: DeviceEntry, atMs: number, out: Outbox): void {
  entry.isDirty = false
  out.add({ kind: 'row', row: deviceRow(entry, atMs) })
}
