import type { CohortTally } from '../anomaly/tally.ts'
import type { DeviceEntry } from './device-entry.ts'
import { type LadderCounts, noLadderCounts } from './ladder-counts.ts'
import type { PartitionRecord } from './partition-record.ts'
import { beginSlots, MOST_MODELLED, type PersonSlots } from './person-slots.ts'
import { DESK_SILENT_MS, type DeskWord, type Standing } from './standing.ts'

/** The whole of a partition: a function of its log. Written in place by `partitionStep`. */
export type PartitionState = {
  readonly partition: number
  /** In the order in which they were enrolled. */
  readonly devices: Map<string, DeviceEntry>
  /** The newest that the desk wants; null before the first, and then nobody has a grant. */
  standing: Standing | null
  /** When the desk last said that it wants that, ms; -1 = never. */
  deskMs: number
  /** When sums were last told, ms. */
  summedMs: number
  /** How many devices there were then: that the last is gone is told too. */
  summed: number
  /** What the sums that were last told are known by, where nothing was counted; and when, ms. */
  toldSums: string
  toldMs: number
  /** What was counted since, by cohort, on the way back, and time asleep of everybody, s. */
  readonly tallies: Map<string, CohortTally>
  ladder: LadderCounts
  sleptS: number
  /** Models of the persons of some devices. */
  readonly slots: PersonSlots
}

/**
 * A partition of which the log is empty. `modelled` devices at most are compared with their own
 * sleeper; 0 = none, which costs least.
 */
export function beginPartition(
  partition: number,
  modelled: number = MOST_MODELLED,
): PartitionState {
  return {
    ...{
      partition,
      devices: new Map(),
      standing: null,
      deskMs: -1,
      summedMs: 0,
      summed: 0,
      toldSums: '',
      toldMs: 0,
      tallies: new Map(),
    },
    ...{ ladder: noLadderCounts(), sleptS: 0, slots: beginSlots(modelled) },
  }
}

/** Whether the desk was heard lately; without it nobody is granted anything. Rule F29. */
export function hearsDesk({ deskMs }: PartitionState, atMs: number): boolean {
  return atMs - deskMs < DESK_SILENT_MS
}

/**
 * A word of the desk as it is written into a partition's log: whole where it is new to it, and else
 * only that it holds still.
 */
export function wordFor(
  { standing: held }: PartitionState,
  { standing, saidMs }: DeskWord,
): Untimed<Extract<PartitionRecord, { kind: 'standing' | 'stands' }>> {
  const { number, failsafe } = standing
  const isHeld = held?.number === number && held.failsafe.epoch === failsafe.epoch
  return isHeld ? { kind: 'stands', number, saidMs } : { kind: 'standing', standing, saidMs }
}

/** A record that has no time yet. */
type Untimed<Entry> = Entry extends unknown ? Omit<Entry, 'atMs'> : never

/** What a front door asks of a device; undefined = not enrolled, erased, or revoked. */
export function deviceOf(state: PartitionState, device: string): KnownDevice | undefined {
  const entry = state.devices.get(device)
  if (entry === undefined || entry.isRevoked) return undefined
  const { publicKey, sleeperKey, isOnline } = entry
  const boot = Math.max(0, entry.boot)
  return { publicKey, ...(sleeperKey !== '' && { sleeperKey }), boot, isOnline }
}

/** A device as its front door knows it: `boot` is the highest that was heard, 0 = none. */
export type KnownDevice = {
  readonly publicKey: string
  readonly sleeperKey?: string
  readonly boot: number
  readonly isOnline: boolean
}
