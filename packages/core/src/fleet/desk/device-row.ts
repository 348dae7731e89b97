import { CHANNEL_NAMES, CHANNELS, MISSING } from '../telemetry/channel.ts'
import type { DeskRow } from './desk-effect.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { PartitionState } from './partition-state.ts'

/** What may be looked up of a device: numbers and closed words, no sentence of the sleeper. */
export function deviceRow(entry: DeviceEntry, atMs: number): DeskRow {
  const { device, isOnline, consent, release, hardware, code, cohort, stratum } = entry
  const { heardMs, heardS, isAsleep, staysNatural, faults, night, isStaff, takesUpdates } = entry
  const value = {
    ...{ device, online: isOnline, mode: isOnline ? entry.mode : 'natural', consent, release },
    ...{ hardware, code, cohort, stratum, heardMs, heardS, asleep: isAsleep },
    numbers: numbersOf(entry),
    grant: grantOf(entry, atMs),
    ...{ staysNatural, faults, findings: entry.findings, acts: night.acts },
    ...(night.drift !== '' && { drift: night.drift }),
    ...{ asks: entry.asks.length, followers: entry.follow?.followers.length ?? 0 },
    ...{ staff: isStaff, takesUpdates, revoked: entry.isRevoked },
  }
  return { table: 'device', key: device, value }
}

/** The rows of all devices, for a store that is made anew. */
export function rowsOf(state: PartitionState, atMs: number): DeskRow[] {
  return [...state.devices.values()].map((entry) => deviceRow(entry, atMs))
}

/** The newest frame's numbers in their units, by name; null where missing. */
function numbersOf({ values }: DeviceEntry): Record<string, number | null> | null {
  if (values.length === 0) return null
  const numbers: Record<string, number | null> = {}
  for (let c = 0; c < CHANNEL_NAMES.length; c++) {
    const name = CHANNEL_NAMES[c]!
    numbers[name] = values[c] === MISSING ? null : values[c]! / CHANNELS[name].scale
  }
  return numbers
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
