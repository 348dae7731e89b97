import { stretchesOf } from './sleep-score.ts'

/** When minutes without counts are minutes without a wearer. */
export type NonWearRule = {
  /** Minutes of stillness at least. */
  readonly leastMin: number
  /** Length of an interruption, min, still minutes within it counted... */
  readonly spikeMin: number
  /** ...with at least this many still minutes on either side. */
  readonly windowMin: number
}

/** Choi's rule for the wrist and the hip. */
const CHOI: NonWearRule = { leastMin: 90, spikeMin: 2, windowMin: 30 }

/** A stretch that was not worn, in minutes: `to` is the first minute after it. */
export type NonWear = { readonly from: number; readonly to: number }

/**
 * Stretches of 60-s counts in which the device was not worn, after Choi et al. 2011 (Med Sci Sports
 * Exerc 43:357): still for at least 90 minutes, interruptions of up to 2 minutes left aside where
 * both sides are still for 30. Missing minutes end a stretch.
 */
export function nonWear(counts: Float64Array, rule: NonWearRule = CHOI): readonly NonWear[] {
  const moving = Float32Array.from(counts, (count) => (count > 0 ? 1 : count))
  const merged: { from: number; to: number }[] = []
  for (const { from, to, state } of stretchesOf(moving)) {
    if (state !== 0 || to - from < rule.windowMin) continue
    const last = merged.at(-1)
    const isSpike = last !== undefined && from - last.to <= rule.spikeMin
    const isKnown = isSpike && !moving.subarray(last.to, from).some((state) => Number.isNaN(state))
    if (isKnown) last.to = to
    else merged.push({ from, to })
  }
  return merged.filter(({ from, to }) => to - from >= rule.leastMin)
}
