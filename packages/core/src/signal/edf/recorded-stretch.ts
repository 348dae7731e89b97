import type { Channel } from '../recording.ts'

/** A stretch of the time axis, seconds. */
export type Stretch = { readonly startS: number; readonly endS: number }

/**
 * The stretches of `[0, durationS)` in which any channel has a sample, apart from each other by at
 * least `leastGapS`; shorter interruptions, and those of single channels, are not gaps of the
 * recording. The whole axis when no channel has a sample at all.
 */
export function recordedStretches(
  channels: readonly Channel[],
  durationS: number,
  leastGapS: number,
): Stretch[] {
  let gaps: readonly Stretch[] = [{ startS: 0, endS: durationS }]
  for (const { samples, rateHz } of channels) {
    gaps = commonStretches(gaps, missingStretches(samples, rateHz, durationS, leastGapS), leastGapS)
  }
  const stretches: Stretch[] = []
  let startS = 0
  for (const gap of gaps) {
    if (gap.startS > startS) stretches.push({ startS, endS: gap.startS })
    startS = gap.endS
  }
  if (startS < durationS) stretches.push({ startS, endS: durationS })
  return stretches.length > 0 ? stretches : [{ startS: 0, endS: durationS }]
}

/**
 * Where a channel has no samples for `leastS` or more within `[0, durationS)`, its own end
 * included.
 */
export function missingStretches(
  samples: Float32Array,
  rateHz: number,
  durationS: number,
  leastS: number,
): Stretch[] {
  const missing: Stretch[] = []
  const add = (startS: number, endS: number): void => {
    if (endS - startS >= leastS) missing.push({ startS, endS })
  }
  let from = -1
  for (let i = 0; i < samples.length; i++) {
    const isMissing = Number.isNaN(samples[i]!)
    if (isMissing && from < 0) from = i
    if (!isMissing && from >= 0) {
      add(from / rateHz, i / rateHz)
      from = -1
    }
  }
  const startS = (from < 0 ? samples.length : from) / rateHz
  if (durationS - startS > 0.5 / rateHz) add(startS, durationS)
  return missing
}

/** The stretches of `leastS` or more that two lists in time order share. */
export function commonStretches(
  a: readonly Stretch[],
  b: readonly Stretch[],
  leastS: number,
): Stretch[] {
  const both: Stretch[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const startS = Math.max(a[i]!.startS, b[j]!.startS)
    const endS = Math.min(a[i]!.endS, b[j]!.endS)
    if (endS - startS >= leastS) both.push({ startS, endS })
    if (a[i]!.endS < b[j]!.endS) i++
    else j++
  }
  return both
}
