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

/** Counts by metric and stratum that grow in place. */
export type GrowingCounts = Record<string, MetricCounts>

/**
 * Adds an interval of one device: its time to every metric of which it has had no event in this
 * ring, and of each metric its first event. `memory` is what was kept of the device; undefined for
 * one that was not seen before. What is kept of it now is returned; `counts` grow.
 */
export function countInterval(
  counts: GrowingCounts,
  aim: RolloutAim,
  { arm, stratum }: { readonly arm: Arm; readonly stratum: string },
  memory: ArmMemory | undefined,
  { nights, events }: ArmInterval,
): ArmMemory {
  const isSameRing = memory?.share === aim.share
  let had = isSameRing ? memory.had : 0
  for (let bit = 0; bit < METRIC_NAMES.length; bit++) {
    if ((had >> bit) % 2 === 1) continue
    const metric = METRIC_NAMES[bit]!
    const happened = events.includes(metric)
    const key = `${metric} ${stratum}`
    const before = counts[key] ?? emptyCounts(metric, stratum)
    counts[key] = grown(before, arm, nights, happened ? 1 : 0)
    if (happened) had += 1 << bit
  }
  return isSameRing && had === memory.had ? memory : { share: aim.share, had }
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

function grown(before: MetricCounts, arm: Arm, nights: number, events: number): MetricCounts {
  const isCanary = arm === 'canary'
  return {
    metric: before.metric,
    stratum: before.stratum,
    canaryEvents: before.canaryEvents + (isCanary ? events : 0),
    baselineEvents: before.baselineEvents + (isCanary ? 0 : events),
    canaryExposure: before.canaryExposure + (isCanary ? nights : 0),
    baselineExposure: before.baselineExposure + (isCanary ? 0 : nights),
  }
}

function emptyCounts(metric: RolloutMetric, stratum: string): MetricCounts {
  const none = { canaryEvents: 0, baselineEvents: 0, canaryExposure: 0, baselineExposure: 0 }
  return { metric, stratum, ...none }
}
