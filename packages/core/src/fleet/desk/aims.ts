import { aimedRelease } from '../rollout/aim.ts'
import { assignPlaces, drawnPlace } from '../rollout/assignment.ts'
import { encodeUpdateOrder } from '../telemetry/update-order.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { Outbox } from './outbox.ts'
import { hearsDesk, type PartitionState } from './partition-state.ts'
import type { Standing, StandingAim } from './standing.ts'

/** A device that did not follow is told again after so long, ms. */
const TELL_AGAIN_MS = 600_000
/** One that runs what was stopped, sooner: it is natural as long as it did not hear, ms. */
const BACK_AGAIN_MS = 60_000

/**
 * Gives every device of the partition its place in the rollouts of a standing that are new to it,
 * within strata, once; what belongs to rollouts that are no more goes.
 */
export function takePlaces({ devices, partition }: PartitionState, { aims }: Standing): void {
  for (const entry of devices.values()) {
    const { parts } = entry
    const stays = parts.filter((part) => aims.some(({ aim }) => aim.rollout === part.rollout))
    if (stays.length < parts.length) entry.parts = stays
  }
  for (const { aim, seed } of aims) {
    const born = [...devices.values()].filter(({ boot }) => boot >= 0)
    if (born.some((entry) => partOf(entry, aim.rollout) !== undefined)) continue
    const places = assignPlaces(born, seed, partition)
    for (const entry of born) join(entry, aim.rollout, places.get(entry.device)!)
  }
}

/** A device that came after the places were given has one drawn for it alone. */
export function drawPlaces(entry: DeviceEntry, aims: readonly StandingAim[]): void {
  for (const { aim, seed } of aims) {
    if (partOf(entry, aim.rollout) !== undefined) continue
    join(entry, aim.rollout, drawnPlace(entry.device, seed))
  }
}

/**
 * Tells a device that can be reached which release to run, when it is another than it runs: back to
 * the baseline from one that was stopped, or on to the newest of which it is in a ring; again after
 * ten minutes (a minute for the way back), and when it is `born`. Rules F29, F46 and F48 of
 * SPEC.md.
 */
export function orderRelease(
  state: PartitionState,
  entry: DeviceEntry,
  { atMs, born }: { readonly atMs: number; readonly born?: boolean },
  out: Outbox,
): void {
  const { standing } = state
  if (standing === null || standing.aims.length === 0 || !entry.isOnline) return
  const order = releaseFor(entry, standing.aims)
  if (order === undefined) {
    entry.told = null
    return
  }
  const { release, isBack } = order
  // A release that nobody could stop goes to nobody further.
  if (!isBack && !hearsDesk(state, atMs)) return
  const { told } = entry
  const againMs = isBack ? BACK_AGAIN_MS : TELL_AGAIN_MS
  const isTold = told?.release === release && atMs - told.atMs < againMs
  if (isTold && born !== true) return
  entry.told = { release, atMs }
  const payload = encodeUpdateOrder(isBack ? { setBack: release } : { release })
  out.send(entry.device, 'upd', payload)
}

/** The release that a device should change to; undefined when it runs what it should. */
function releaseFor(
  entry: DeviceEntry,
  aims: readonly StandingAim[],
): { readonly release: number; readonly isBack: boolean } | undefined {
  const { release: running, isStaff, takesUpdates } = entry
  let newest = running
  for (const { aim } of aims) {
    const place = partOf(entry, aim.rollout)?.place ?? 1
    const aimed = aimedRelease(aim, { running, place, isStaff, takesUpdates })
    if (aimed === running) continue
    if (running === aim.release) return { release: aimed, isBack: true }
    // An older rollout does not take back what a newer one gave.
    if (aimed > newest) newest = aimed
  }
  return newest === running ? undefined : { release: newest, isBack: false }
}

/** A device's part in a rollout; undefined when it has no place in it yet. */
export function partOf(
  { parts }: DeviceEntry,
  rollout: string,
): DeviceEntry['parts'][number] | undefined {
  return parts.find((part) => part.rollout === rollout)
}

function join({ parts }: DeviceEntry, rollout: string, place: number): void {
  parts.push({ rollout, place, memory: null, sleptS: 0, events: [] })
}
