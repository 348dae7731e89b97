import { cohortName } from '../anomaly/cohort-watch.ts'
import { type CohortKey, type CohortTally, emptyTally } from '../anomaly/tally.ts'
import { COHORT_SHARES, type LadderState, ladderCeiling } from '../recovery/ladder.ts'
import type { RolloutMetric } from '../rollout/metric.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { PartitionState } from './partition-state.ts'

/** A night of sleep, s: what rates are counted over. */
export const NIGHT_S: number = 8 * 3600

/** Who is compared with a device changed: its release, or what its sleeper said of themselves. */
export function regroup(entry: DeviceEntry): void {
  entry.group = cohortName(keyOf(entry))
}

/** The sums of those who are compared with a device. */
export function tallyOf(state: PartitionState, entry: DeviceEntry): CohortTally {
  const held = state.tallies.get(entry.group)
  if (held !== undefined) return held
  const made = emptyTally(keyOf(entry))
  state.tallies.set(entry.group, made)
  return made
}

function keyOf({ release, stratum, cohort }: DeviceEntry): CohortKey {
  return { release, cohort: stratum, district: cohort.district }
}

/** Time asleep of a device counts for every rollout that it is part of, and for the way back. */
export function countSleep(state: PartitionState, entry: DeviceEntry, seconds: number): void {
  for (const part of entry.parts) part.sleptS += seconds
  state.sleptS += seconds
  const arm = ladderArm(state, entry)
  if (arm !== undefined) state.ladder[`${arm}Exposure`] += seconds / NIGHT_S
}

/** Something happened to a device that its rollouts count: the first of each counts. */
export function countMetric({ parts }: DeviceEntry, metric: RolloutMetric): void {
  for (const part of parts) {
    if (!part.events.includes(metric)) part.events.push(metric)
  }
}

/** A dream that was unwelcome. */
export function countAdverse(state: PartitionState, entry: DeviceEntry): void {
  tallyOf(state, entry).counts.adverse++
  countMetric(entry, 'adverse-dream')
  const arm = ladderArm(state, entry)
  if (arm !== undefined) state.ladder[`${arm}Events`]++
}

/** The side of a device while control comes back: only those who consented again are compared. */
function ladderArm(
  { standing }: PartitionState,
  { device, consentMs, consent, staysNatural }: DeviceEntry,
): 'canary' | 'baseline' | undefined {
  if (standing === null || standing.ladder.standing === 'level') return undefined
  const { ladder } = standing
  if (!(consentMs >= ladder.startedMs) || staysNatural || consent !== 'control') return undefined
  return isBack(ladder, device) ? 'canary' : 'baseline'
}

/** Whether the cohort of somebody who consented again has come. */
function isBack(ladder: LadderState, device: string): boolean {
  if (ladder.cohorts === 0 || ladder.cohorts > COHORT_SHARES.length) return false
  const again = { device, consentHeardMs: ladder.startedMs, staysNatural: false }
  return ladderCeiling(ladder, again) === 'control'
}
