import type { AimedDevice, RolloutAim } from './aim.ts'
import { METRIC_NAMES, type RolloutMetric } from './metric.ts'
import type { MetricCounts } from './state.ts'

/** The side of the comparison that a device is on. */
export type Arm = 'canary' | 'baseline'

/**
 * The arm of a device under an aim, or undefined for one that is compared with nobody: whoever
 * takes no updates, colleagues (they were not drawn), a device that runs neither release or has not
 * yet the one that it should have. Rule F49 of SPEC.md.
 */
export function armOf(aim: RolloutAim, device: AimedDevice): Arm | undefined {
  const { running, place, isStaff, takesUpdates } = device
  if (!takesUpdates || isStaff || aim.way === 'back' || !(aim.share > 0)) return undefined
  const isInRing = place < aim.share
  if (isInRing) return running === aim.release ? 'canary' : undefined
  return running === aim.baseline ? 'baseline' : undefined
}

/** What is kept of a device: which metrics it has had an event of, as bits, in which ring. */
export type ArmMemory = { readonly share: number; readonly had: number }

/** Counts since they were taken last, by stratum and metric; plain data. */
export type ArmCounters = {
  readonly counts: Readonly<Record<string, MetricCounts>>
  /** Device-nights under the new release. */
  readonly nights: number
}

/** What a device lived through in an interval. */
export type ArmInterval = {
  /** Time asleep, in nights of 8 h. */
  readonly nights: number
  readonly events: readonly RolloutMetric[]
}

/** Counters at the begin. */
export function noCounts(): ArmCounters {
  return { counts: {}, nights: 0 }
}

/**
 * Adds an interval of one device: its time to every metric of which it has had no event in this
 * ring, and of each metric its first event. `memory` is what was kept of the device; undefined for
 * one that was not seen before.
 */
export function addInterval(
  counters: ArmCounters,
  aim: RolloutAim,
  { arm, stratum }: { readonly arm: Arm; readonly stratum: string },
  memory: ArmMemory | undefined,
  { nights, events }: ArmInterval,
): { readonly counters: ArmCounters; readonly memory: ArmMemory } {
  const isSameRing = memory?.share === aim.share
  let had = isSameRing ? memory.had : 0
  const counts = { ...counters.counts }
  for (const [bit, metric] of METRIC_NAMES.entries()) {
    if ((had >> bit) % 2 === 1) continue
    const happened = events.includes(metric)
    const key = `${metric} ${stratum}`
    const before = counts[key] ?? emptyCounts(metric, stratum)
    counts[key] = {
      ...before,
      [`${arm}Exposure`]: before[`${arm}Exposure`] + nights,
      [`${arm}Events`]: before[`${arm}Events`] + (happened ? 1 : 0),
    }
    if (happened) had += 1 << bit
  }
  const slept = arm === 'canary' ? nights : 0
  return {
    counters: { counts, nights: counters.nights + slept },
    memory: { share: aim.share, had },
  }
}

/** The counters of several partitions as one. */
export function mergeCounts(a: ArmCounters, b: ArmCounters): ArmCounters {
  const counts = { ...a.counts }
  for (const [key, more] of Object.entries(b.counts)) {
    const held = counts[key]
    counts[key] = held
      ? {
          ...held,
          canaryEvents: held.canaryEvents + more.canaryEvents,
          baselineEvents: held.baselineEvents + more.baselineEvents,
          canaryExposure: held.canaryExposure + more.canaryExposure,
          baselineExposure: held.baselineExposure + more.baselineExposure,
        }
      : more
  }
  return { counts, nights: a.nights + b.nights }
}

/** The counters as the rollout hears them. */
export function countsInput(
  counters: ArmCounters,
  atMs: number,
): {
  readonly kind: 'counts'
  readonly atMs: number
  readonly nights: number
  readonly counts: readonly MetricCounts[]
} {
  return { kind: 'counts', atMs, nights: counters.nights, counts: Object.values(counters.counts) }
}

function emptyCounts(metric: RolloutMetric, stratum: string): MetricCounts {
  const none = { canaryEvents: 0, baselineEvents: 0, canaryExposure: 0, baselineExposure: 0 }
  return { metric, stratum, ...none }
}
