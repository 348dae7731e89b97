import { GRANT_S } from '../telemetry/grant.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionState } from './partition-state.ts'
import type { RunningRelease } from './tell.ts'

/** Time between two sums, ms. */
export const SUMS_MS = 30_000

/** Devices of a release that are told by name. */
const SOME = 3

/** Tells the desk what was counted, every 30 s where there is anybody. */
export function tellSums(state: PartitionState, atMs: number, out: Outbox): void {
  if (atMs - state.summedMs < SUMS_MS || state.devices.size === 0) return
  state.summedMs = atMs
  const modes = { natural: 0, guidance: 0, control: 0 }
  let [online, epoch] = [0, 0]
  const running = new Map<number, { devices: number; some: DeviceEntry['device'][] }>()
  for (const entry of state.devices.values()) {
    if (entry.isOnline) online++
    // Whoever is not heard has no grant any more.
    const isHeard = entry.isOnline && atMs - entry.heardMs < GRANT_S * 1000
    modes[isHeard ? entry.mode : 'natural']++
    epoch = Math.max(epoch, entry.epoch)
    if (entry.boot < 0) continue
    const of = running.get(entry.release) ?? { devices: 0, some: [] }
    running.set(entry.release, of)
    of.devices++
    if (of.some.length < SOME && entry.isOnline) of.some.push(entry.device)
  }
  out.tell({
    kind: 'sums',
    ...{ tallies: [], arms: [], districts: [] },
    running: [...running].map(([release, of]): RunningRelease => ({ release, ...of })),
    ...{ modes, enrolled: state.devices.size, online, epoch },
  })
}
