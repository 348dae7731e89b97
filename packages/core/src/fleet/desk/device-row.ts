import { CHANNEL_NAMES, CHANNELS, type ChannelName, MISSING } from '../telemetry/channel.ts'
import type { DeskRow } from './desk-effect.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { PartitionState } from './partition-state.ts'

const SCALES: readonly number[] = CHANNEL_NAMES.map((name) => CHANNELS[name].scale)

/** What may be looked up of a device: numbers and closed words, no sentence of the sleeper. */
export function deviceRow(entry: DeviceEntry, atMs: number): DeskRow {
  // One literal with every field in its place: this is made once for each frame of each device.
  const value = {
    device: entry.device,
    online: entry.isOnline,
    mode: entry.isOnline ? entry.mode : 'natural',
    consent: entry.consent,
    release: entry.release,
    hardware: entry.hardware,
    code: entry.code,
    cohort: entry.cohort,
    stratum: entry.stratum,
    heardMs: entry.heardMs,
    heardS: entry.heardS,
    asleep: entry.isAsleep,
    numbers: numbersOf(entry),
    grant: grantOf(entry, atMs),
    staysNatural: entry.staysNatural,
    faults: entry.faults,
    findings: entry.findings,
    acts: entry.night.acts,
    drift: entry.night.drift === '' ? undefined : entry.night.drift,
    asks: entry.asks.length,
    followers: entry.follow === null ? 0 : entry.follow.followers.length,
    staff: entry.isStaff,
    takesUpdates: entry.takesUpdates,
    revoked: entry.isRevoked,
  }
  return { table: 'device', key: entry.device, value }
}

/** The rows of all devices, for a store that is made anew. */
export function rowsOf(state: PartitionState, atMs: number): DeskRow[] {
  return [...state.devices.values()].map((entry) => deviceRow(entry, atMs))
}

/** The newest frame's numbers in their units, by name; null where missing. */
function numbersOf({ values }: DeviceEntry): Record<ChannelName, number | null> | null {
  if (values.length === 0) return null
  return {
    stage: inUnits(values, 0),
    heartRate: inUnits(values, 1),
    movement: inUnits(values, 2),
    deltaDb: inUnits(values, 3),
    sigmaDb: inUnits(values, 4),
    remDensity: inUnits(values, 5),
    arousals: inUnits(values, 6),
    vividness: inUnits(values, 7),
    soundDb: inUnits(values, 8),
    stimuli: inUnits(values, 9),
    quality: inUnits(values, 10),
    battery: inUnits(values, 11),
  }
}

function inUnits(values: readonly number[], c: number): number | null {
  const value = values[c]!
  return value === MISSING ? null : value / SCALES[c]!
}

function grantOf(
  { given, boot, isOnline }: DeviceEntry,
  atMs: number,
): { readonly ceiling: string; readonly epoch: number; readonly id: number } | null {
  const last = given.at(-1)
  if (last === undefined || !isOnline || last.grant.boot !== boot) return null
  const { ceiling, epoch, id, ttlS } = last.grant
  return ceiling === 'natural' || atMs - last.atMs >= ttlS * 1000 ? null : { ceiling, epoch, id }
}
