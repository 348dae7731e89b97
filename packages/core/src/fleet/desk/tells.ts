import { cohortName } from '../anomaly/cohort-watch.ts'
import { emptyTally, mergeTally } from '../anomaly/tally.ts'
import { breachSignal, driftSignal } from '../incident/detector-signal.ts'
import { mergeCounts } from '../rollout/arm-count.ts'
import type { CriticalMetric } from '../rollout/metric.ts'
import { addCounts } from '../rollout/rate-evidence.ts'
import type { DeskOutbox } from './desk-outbox.ts'
import type { DeskRecord } from './desk-record.ts'
import type { DeskState } from './desk-state.ts'
import { moveIncidents, moveRollout } from './machines.ts'
import type { Tell } from './tell.ts'

type Told = Extract<DeskRecord, { kind: 'tell' }>

/** Hears what a partition tells; what comes again, as after a crash, is nothing. */
export function hearTell(state: DeskState, record: Told, out: DeskOutbox): void {
  const { partition, offset, index, tell, atMs } = record
  const last = state.heard.get(partition)
  const isOld =
    last !== undefined && (offset < last.offset || (offset === last.offset && index <= last.index))
  if (isOld) return
  state.heard.set(partition, { offset, index })
  switch (tell.kind) {
    case 'sums':
      addSums(state, partition, tell)
      return
    case 'breach': {
      const { breach, device, release } = tell
      const stopped = stopAll(state, { metric: 'act-outside-consent', device, release }, atMs, out)
      out.note('act outside consent', '', `${device}: ${breach}`)
      if (stopped) return
      const signal = breachSignal(breach, { release, device })
      moveIncidents(state, { kind: 'signal', atMs, signal }, out)
      return
    }
    case 'critical': {
      const { metric, device, release } = tell
      if (stopAll(state, tell, atMs, out)) return
      const signal = { ...breachSignal('no-grant', { release, device }), metric }
      moveIncidents(state, { kind: 'signal', atMs, signal }, out)
      return
    }
    case 'drift': {
      const signal = driftSignal(tell.channel, tell.device)
      moveIncidents(state, { kind: 'signal', atMs, signal }, out)
      return
    }
    case 'answer': {
      const { incident, device, granted } = tell
      moveIncidents(state, { kind: 'answer', atMs, incident, device, granted, verified: true }, out)
      return
    }
    case 'piece': {
      const { incident, device, digest } = tell
      moveIncidents(state, { kind: 'piece', atMs, incident, device, digest }, out)
      return
    }
  }
}

/** Stops what rolls out that release; true when something was, which opens the incident. */
function stopAll(
  state: DeskState,
  {
    metric,
    device,
    release,
  }: { readonly metric: CriticalMetric; readonly device: string; readonly release: number },
  atMs: number,
  out: DeskOutbox,
): boolean {
  const critical = { kind: 'critical', atMs, metric, device, release } as const
  let hasStopped = false
  for (const { plan, status } of [...state.rollouts]) {
    if (plan.release !== release || status === 'stopped') continue
    moveRollout(state, plan.id, critical, out)
    hasStopped = true
  }
  return hasStopped
}

function addSums(state: DeskState, partition: number, tell: Extract<Tell, { kind: 'sums' }>): void {
  const { districts, running, modes, enrolled, online, epoch } = tell
  state.sums.set(partition, { districts, running, modes, enrolled, online, epoch })
  for (const tally of tell.tallies) {
    const name = cohortName(tally.key)
    const held = state.tallies.get(name)
    const sum = held ?? emptyTally(tally.key)
    if (held === undefined) state.tallies.set(name, sum)
    mergeTally(sum, tally)
  }
  const { climb } = state
  climb.nights += tell.nights
  climb.evidence = addCounts(climb.evidence, tell.ladder)
  for (const { rollout, counters } of tell.arms) {
    const held = state.arms.get(rollout)
    state.arms.set(rollout, held === undefined ? counters : mergeCounts(held, counters))
  }
}
