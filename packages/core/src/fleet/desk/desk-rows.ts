import type { DeskRow } from './desk-effect.ts'
import { DeskOutbox } from './desk-outbox.ts'
import type { CurvePoint, DeskState, PartitionSums } from './desk-state.ts'

/** The switch, as it is shown. */
export function showFailsafe({ failsafe }: DeskState, out: DeskOutbox): void {
  out.row('fleet', 'failsafe', failsafe)
}

/** The way back, as it is shown. */
export function showLadder({ ladder, climb }: DeskState, out: DeskOutbox): void {
  const { canaryEvents, baselineEvents, canaryExposure, baselineExposure } = climb.evidence
  const counts = { canaryEvents, baselineEvents, canaryExposure, baselineExposure }
  const started = Number.isFinite(ladder.startedMs) ? ladder.startedMs : null
  out.row('fleet', 'ladder', { ...ladder, startedMs: started, nightsSlept: climb.nights, counts })
}

/** The fleet in numbers. */
export function showStatus(state: DeskState, out: DeskOutbox): void {
  const { enrolled, online, natural, guidance, control, releases, epoch } = countFleet(state)
  const modes = { natural, guidance, control }
  const { curve, silence } = state
  out.row('fleet', 'status', {
    enrolled,
    online,
    modes,
    releases,
    epoch,
    dark: silence.dark,
    curve,
  })
}

/** All partitions' last words added up. */
export function countFleet({ sums }: DeskState): FleetCount {
  const fleet = { enrolled: 0, online: 0, natural: 0, guidance: 0, control: 0, epoch: 0 }
  const releases = new Map<number, number>()
  for (const each of sums.values()) {
    fleet.enrolled += each.enrolled
    fleet.online += each.online
    fleet.natural += each.modes.natural
    fleet.guidance += each.modes.guidance
    fleet.control += each.modes.control
    fleet.epoch = Math.max(fleet.epoch, each.epoch)
    for (const { release, devices } of each.running) {
      releases.set(release, (releases.get(release) ?? 0) + devices)
    }
  }
  const sorted = [...releases].sort(([a], [b]) => a - b)
  return { ...fleet, releases: sorted.map(([release, devices]) => ({ release, devices })) }
}

/** The fleet in numbers; devices by mode are of all that are enrolled. */
export type FleetCount = Omit<CurvePoint, 'atMs'> &
  Pick<PartitionSums, 'enrolled' | 'epoch'> & {
    readonly releases: readonly { readonly release: number; readonly devices: number }[]
  }

/** All rows of the desk, for a store that is made anew. */
export function deskRows(state: DeskState): DeskRow[] {
  const out = new DeskOutbox()
  showFailsafe(state, out)
  showLadder(state, out)
  showStatus(state, out)
  if (state.standing !== null) out.row('fleet', 'standing', state.standing)
  for (const rollout of state.rollouts) out.row('rollout', rollout.plan.id, rollout)
  for (const incident of state.book.incidents) out.row('incident', incident.id, incident)
  return out.effects.flatMap((effect) => (effect.kind === 'row' ? [effect.row] : []))
}
