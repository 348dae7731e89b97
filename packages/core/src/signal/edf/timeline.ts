import { fail, ok, type Result } from '../../math/result.ts'
import type { EdfCode, EdfLayout, EdfSegment, EdfSignal } from './header.ts'
import { GAP_ALLOWANCE_SAMPLES, GAP_FACTOR, MAX_SEGMENTS } from './limit.ts'
import { tidySeconds } from './seconds.ts'
import type { Warnings } from './warning.ts'

/** When the records of a file start: stretches without a gap on one axis from the first sample. */
export type Timeline = {
  readonly segments: readonly EdfSegment[]
  /** Seconds from the first sample to the end of the last record. */
  readonly durationS: number
  readonly continuous: boolean
}

/** Bounds of how far a record may be from where the last one ends before that is a gap, seconds. */
const LEAST_TOLERANCE_S = 0.0005
const MOST_TOLERANCE_S = 0.005

/** Clock drift over a file declared continuous that is worth a word, seconds. */
const NOTABLE_DRIFT_S = 0.5

/** The timeline of a file whose records follow each other. */
export function continuousTimeline(layout: EdfLayout): Timeline {
  const durationS = tidySeconds(layout.records * layout.recordDurationS)
  const { records } = layout
  const segments = records > 0 ? [{ firstRecord: 0, records, startS: 0, durationS }] : []
  return { segments, durationS, continuous: true }
}

/**
 * The timeline that the records' own onsets make (seconds, one per record, NaN where unknown). A
 * record farther from the end of the one before it than half a sample of the fastest signal (0.5 ms
 * to 5 ms) starts a new segment. Forgiven with a warning: missing onsets, single onsets that fit
 * nowhere, records that start before the last one ends (placed after it). In a file declared
 * continuous, gaps count when every record starts after the last one's end; else the declaration
 * does. Fails with EDF_GAP above `MAX_SEGMENTS`.
 */
export function timelineOf(
  layout: EdfLayout,
  onsetsS: Float64Array,
  warnings: Warnings,
): Result<Timeline, EdfCode> {
  const recordS = layout.recordDurationS
  if (recordS === 0 || layout.records === 0) return ok(continuousTimeline(layout))
  const tolerance = toleranceS(layout.signals)
  const onsets = mendedOnsets(onsetsS, recordS, tolerance, layout.format.endsWith('D'), warnings)
  if (!layout.format.endsWith('D') && isContinuous(onsets, recordS, tolerance, layout, warnings)) {
    return ok(continuousTimeline(layout))
  }
  const segments = segmentsOf(onsets, recordS, tolerance, warnings)
  if (segments === undefined) {
    return fail('EDF_GAP', 'record onsets', `over ${MAX_SEGMENTS} gaps`, 'fewer gaps')
  }
  const last = segments.at(-1)!
  const durationS = tidySeconds(last.startS + last.durationS)
  return ok({ segments, durationS, continuous: segments.length === 1 })
}

/** True when the last record starts where a continuous file has it, so that no gap lies between. */
export function endsOnTime(layout: EdfLayout, firstS: number, lastS: number): boolean {
  const expected = firstS + (layout.records - 1) * layout.recordDurationS
  return Math.abs(lastS - expected) <= toleranceS(layout.signals)
}

/** Fails with EDF_GAP when filling the gaps of all signals with NaN would pass the limits. */
export function checkGaps(layout: EdfLayout, timeline: Timeline): Result<true, EdfCode> {
  const recordedS = layout.records * layout.recordDurationS
  const gapS = timeline.durationS - recordedS
  const rate = layout.signals.reduce((sum, signal) => sum + signal.rateHz, 0)
  const recorded = layout.signals.reduce((sum, signal) => sum + signal.nSamples, 0)
  const most = GAP_FACTOR * recorded + GAP_ALLOWANCE_SAMPLES
  if (gapS * rate <= most) return ok(true)
  const got = `${Math.round(gapS)} s of gaps in ${Math.round(recordedS)} s of recording`
  const expected = `at most ${Math.floor(most / rate)} s; read its segments instead`
  return fail('EDF_GAP', 'record onsets', got, expected)
}

/** Where the segments of one signal lie on its sample axis, and the length of that axis. */
export type Axis = { readonly starts: Float64Array; readonly length: number }

/** Places segments on a signal's sample axis: nearest sample, never over the segment before. */
export function sampleAxis(segments: readonly EdfSegment[], signal: EdfSignal): Axis {
  // Thousands of empty signals in a broken header must not each get a table of the gaps.
  if (signal.samplesPerRecord === 0) return { starts: new Float64Array(0), length: 0 }
  const starts = new Float64Array(segments.length)
  let length = 0
  for (const [i, segment] of segments.entries()) {
    starts[i] = Math.max(length, Math.round(segment.startS * signal.rateHz))
    length = starts[i]! + segment.records * signal.samplesPerRecord
  }
  return { starts, length }
}

function toleranceS(signals: readonly EdfSignal[]): number {
  const fastest = signals.reduce((most, signal) => Math.max(most, signal.rateHz), 0)
  return Math.min(MOST_TOLERANCE_S, Math.max(LEAST_TOLERANCE_S, 0.5 / fastest))
}

/**
 * Onsets from the first record's, with unknown ones and single outliers put after their
 * predecessor.
 */
function mendedOnsets(
  onsetsS: Float64Array,
  recordS: number,
  tolerance: number,
  discontinuous: boolean,
  warnings: Warnings,
): Float64Array {
  const onsets = new Float64Array(onsetsS.length)
  const origin = Number.isNaN(onsetsS[0]!) ? 0 : onsetsS[0]!
  let [unknown, outliers] = [0, 0]
  for (let r = 1; r < onsets.length; r++) {
    const follows = onsets[r - 1]! + recordS
    const own = onsetsS[r]! - origin
    const next = (onsetsS[r + 1] ?? Number.NaN) - origin
    const isOutlier = own > follows + tolerance && Math.abs(next - follows - recordS) <= tolerance
    if (Number.isNaN(own)) unknown++
    else if (isOutlier) outliers++
    onsets[r] = Number.isNaN(own) || isOutlier ? follows : own
  }
  if (Number.isNaN(onsetsS[0]!)) unknown++
  if (unknown > 0 && (discontinuous || unknown < onsets.length)) {
    warnings.add(`${unknown} records do not say when they start: taken to follow the one before`)
  }
  if (outliers > 0) {
    warnings.add(`${outliers} records start out of order: taken to follow the one before`)
  }
  return onsets
}

function isContinuous(
  onsets: Float64Array,
  recordS: number,
  tolerance: number,
  layout: EdfLayout,
  warnings: Warnings,
): boolean {
  let [gaps, overlaps] = [0, 0]
  for (let r = 1; r < onsets.length; r++) {
    const step = onsets[r]! - onsets[r - 1]! - recordS
    if (step > tolerance) gaps++
    else if (step < -tolerance) overlaps++
  }
  const drift = onsets.at(-1)! - (onsets.length - 1) * recordS
  if (gaps === 0 && overlaps === 0) {
    if (Math.abs(drift) > NOTABLE_DRIFT_S) {
      const text = `record onsets drift by ${tidySeconds(drift)} s from the record duration`
      warnings.add(`${text}: records taken to follow each other`)
    }
    return true
  }
  const declared = `declared continuous (${layout.format})`
  if (overlaps > 0) {
    warnings.add(`${declared}; ${gaps + overlaps} record onsets disagree: declaration believed`)
    return true
  }
  warnings.add(`${declared}, but ${gaps} records start later than the last one ends: gaps kept`)
  return false
}

function segmentsOf(
  onsets: Float64Array,
  recordS: number,
  tolerance: number,
  warnings: Warnings,
): EdfSegment[] | undefined {
  const segments: EdfSegment[] = []
  let [firstRecord, startS, overlaps] = [0, 0, 0]
  const close = (end: number): void => {
    const records = end - firstRecord
    const durationS = tidySeconds(records * recordS)
    segments.push({ firstRecord, records, startS: tidySeconds(startS), durationS })
  }
  for (let r = 1; r < onsets.length; r++) {
    const follows = startS + (r - firstRecord) * recordS
    const late = onsets[r]! - follows
    if (late < -tolerance) overlaps++
    if (late <= tolerance) continue
    close(r)
    if (segments.length >= MAX_SEGMENTS) return undefined
    firstRecord = r
    startS = onsets[r]!
  }
  close(onsets.length)
  if (overlaps > 0) {
    warnings.add(`${overlaps} records start before the last one ends: placed right after it`)
  }
  return segments
}
