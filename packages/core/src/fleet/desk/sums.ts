import { hash32 } from '../../math/hash.ts'
import { type DistrictPresence, SILENT_FRAMES } from '../anomaly/silence.ts'
import { MOST_EPOCH_LEAP } from '../failsafe/failsafe.ts'
import { type ArmCounters, armOf, countInterval, type GrowingCounts } from '../rollout/arm-count.ts'
import { FRAME_S } from '../telemetry/frame.ts'
import { GRANT_S } from '../telemetry/grant.ts'
import { NIGHT_S } from './counts.ts'
import type { DeviceEntry } from './device-entry.ts'
import { noLadderCounts } from './ladder-counts.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionState } from './partition-state.ts'
import { plainText } from './plain-text.ts'
import type { StandingAim } from './standing.ts'
import type { RunningRelease, Tell } from './tell.ts'

/** Time between two sums, ms. */
export const SUMS_MS = 30_000
/** Longest that sums are not told because the desk has them, ms. */
const AGAIN_MS = 600_000
/** Devices of a release that are told by name. */
const SOME = 3
/** A device is silent after so long, and that it fell silent is told for a minute, ms. */
const SILENT_MS: number = SILENT_FRAMES * FRAME_S * 1000
const FELL_MS = 60_000
/** A device that was not heard for so long is not expected any more, ms. */
const EXPECTED_MS = 7_200_000

type Sums = Extract<Tell, { kind: 'sums' }>
type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

/**
 * Tells the desk what was counted since the last time. Where nothing was, and all else is as it was
 * told, it is told again after ten minutes only: the desk has it.
 */
export function tellSums(state: PartitionState, atMs: number, out: Outbox): void {
  state.summedMs = atMs
  state.summed = state.devices.size
  const sums: Sums = {
    ...{ kind: 'sums', tallies: [...state.tallies.values()] },
    arms: (state.standing?.aims ?? []).map((aim) => armsOf(state, aim)),
    ...present(state, atMs),
    ...{ nights: state.sleptS / NIGHT_S, ladder: state.ladder },
  }
  const mark = isQuiet(sums) ? markOf(sums) : ''
  const isKnown = mark !== '' && mark === state.toldSums
  if (isKnown && atMs - state.toldMs < AGAIN_MS) return
  state.toldSums = mark
  state.toldMs = atMs
  out.tell(sums)
  // What was told is the desk's now: it is begun anew, not emptied.
  state.tallies.clear()
  state.ladder = noLadderCounts()
  state.sleptS = 0
}

/** 64 bits by which sums are known again: their text has names, which a state keeps in one place. */
function markOf(sums: Sums): string {
  const text = plainText(sums)
  return `${hash32(text)} ${hash32(text, 1)}`
}

/** Whether nothing was counted. */
function isQuiet({ tallies, arms, nights, ladder }: Sums): boolean {
  const isNothing = ({ counters }: Sums['arms'][number]): boolean =>
    counters.nights === 0 && Object.keys(counters.counts).length === 0
  const isStill = Object.values(ladder).every((count) => count === 0)
  return tallies.length === 0 && nights === 0 && isStill && arms.every(isNothing)
}

/** Who is there, in which mode, under which release, and which districts are dark. */
function present(
  { devices, standing }: PartitionState,
  atMs: number,
): Pick<Sums, 'districts' | 'running' | 'modes' | 'enrolled' | 'online' | 'epoch'> {
  const modes = { natural: 0, guidance: 0, control: 0 }
  const districts = new Map<string, Writable<DistrictPresence>>()
  const running = new Map<number, { devices: number; some: DeviceEntry['device'][] }>()
  let [online, epoch] = [0, 0]
  // A device that tells of an epoch which cannot be is left out: else nobody's switch were lifted.
  const highest = (standing?.failsafe.epoch ?? 1) + MOST_EPOCH_LEAP
  for (const entry of devices.values()) {
    if (entry.isOnline) online++
    if (entry.epoch <= highest) epoch = Math.max(epoch, entry.epoch)
    const silentMs = atMs - entry.heardMs
    // Whoever is not heard has no grant any more.
    modes[entry.isOnline && silentMs < GRANT_S * 1000 ? entry.mode : 'natural']++
    if (entry.boot < 0) continue
    addRelease(running, entry)
    if (entry.heardMs >= 0 && !entry.hasLeft && silentMs < EXPECTED_MS) {
      addPresence(districts, entry.cohort.district, silentMs)
    }
  }
  const releases = [...running].map(([release, of]): RunningRelease => ({ release, ...of }))
  return {
    ...{ districts: [...districts.values()], running: releases },
    ...{ modes, enrolled: devices.size, online, epoch },
  }
}

function addRelease(
  running: Map<number, { devices: number; some: DeviceEntry['device'][] }>,
  { release, device, isOnline }: DeviceEntry,
): void {
  let of = running.get(release)
  if (of === undefined) {
    of = { devices: 0, some: [] }
    running.set(release, of)
  }
  of.devices++
  if (of.some.length < SOME && isOnline) of.some.push(device)
}

function addPresence(
  districts: Map<string, Writable<DistrictPresence>>,
  district: string,
  silentMs: number,
): void {
  let of = districts.get(district)
  if (of === undefined) {
    of = { district, expected: 0, silent: 0, fellSilent: 0 }
    districts.set(district, of)
  }
  of.expected++
  if (silentMs <= SILENT_MS) return
  of.silent++
  if (silentMs <= SILENT_MS + FELL_MS) of.fellSilent++
}

/** What happened in both arms of a rollout; whoever is in none is not counted. Rule F49. */
function armsOf(
  { devices }: PartitionState,
  { aim }: StandingAim,
): { readonly rollout: string; readonly counters: ArmCounters } {
  const counts: GrowingCounts = {}
  let nights = 0
  for (const entry of devices.values()) {
    const part = entry.parts.find(({ rollout }) => rollout === aim.rollout)
    if (part === undefined || (part.sleptS === 0 && part.events.length === 0)) continue
    const { release: running, isStaff, takesUpdates, stratum } = entry
    const arm = armOf(aim, { running, place: part.place, isStaff, takesUpdates })
    const slept = part.sleptS / NIGHT_S
    // Nights of colleagues are compared with nobody's, and are nights in the ring all the same.
    const isColleague = arm === undefined && isStaff && running === aim.release
    if (arm === 'canary' || isColleague) nights += slept
    if (arm !== undefined) {
      const lived = { nights: slept, events: part.events }
      part.memory = countInterval(counts, aim, { arm, stratum }, part.memory ?? undefined, lived)
    }
    part.sleptS = 0
    if (part.events.length > 0) part.events = []
  }
  return { rollout: aim.rollout, counters: { counts, nights } }
}
