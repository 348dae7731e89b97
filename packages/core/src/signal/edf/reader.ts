import { assert } from '../../math/assert.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import type { Annotation, Channel, Recording } from '../recording.ts'
import type { ByteSource } from '../source.ts'
import { type AnnotationScan, annotationsOf, scanAnnotations } from './annotation-scan.ts'
import type { EdfCode, EdfHeader, EdfLayout } from './header.ts'
import { HEADER_UNIT_BYTES, headerSize, readHeader } from './header-reader.ts'
import { CHUNK_BYTES } from './limit.ts'
import { decodeChannels, decodeDigital, type TimeWindow } from './sample-reader.ts'
import { shiftStart } from './start-time.ts'
import { checkGaps, continuousTimeline, endsOnTime, type Timeline, timelineOf } from './timeline.ts'
import type { Warnings } from './warning.ts'

/** An open EDF, EDF+, BDF or BDF+ file. Samples and annotations are read when asked for. */
export type EdfFile = {
  readonly header: EdfHeader
  /**
   * What is wrong with the file and what was assumed, in whole sentences; empty for a file that
   * keeps the standard. Annotations of a large continuous file are first read by `annotations()`;
   * what is wrong with them joins this list then.
   */
  readonly warnings: readonly string[]
  /**
   * Reads one signal, by its place in `header.signals` or its label (the first of that name), on an
   * even time axis from `startS` (default 0) to `endS` (default the end): voltages in uV, gaps NaN.
   * Rejects when the medium fails; asserts that the signal exists.
   */
  readChannel(which: number | string, window?: TimeWindow): Promise<Channel>
  /** Reads several signals in one pass over the file, as `readChannel` does each. */
  readChannels(indices: readonly number[], window?: TimeWindow): Promise<Channel[]>
  /**
   * Digital values as stored, `count` from `first`, gaps not counted; fewer where the signal ends.
   * Times `gain` plus `offset` of the signal's header they are physical values in the file's own
   * unit.
   */
  readDigital(index: number, first: number, count: number): Promise<Int32Array>
  /**
   * All annotations in time order, seconds from the first sample; time keeping and empty texts are
   * left out. Rejects when the medium fails.
   */
  annotations(): Promise<readonly Annotation[]>
}

/** How to open a file. */
export type OpenOptions = {
  /**
   * Open files whose gaps are beyond the limits too. The header, `segments` and windows of such a
   * file can be read; a window must then stay within the limits.
   */
  readonly anyGap?: boolean
}

/** Files up to this size have their annotations read at once, so that all warnings are known. */
const SMALL_BYTES = 8 * CHUNK_BYTES

/**
 * Opens an EDF, EDF+, BDF or BDF+ file: reads its header, when its records start, and no more than
 * that. Deviations that leave the samples readable are `warnings`; what does not is a problem:
 * which field, what it holds, what was expected. Memory is bounded by the file's true size whatever
 * its header claims. Start times are local; the first record's onset is added, so that time 0 is
 * the first sample. Source: Kemp et al., 1992 (EDF); Kemp and Olivan, 2003 (EDF+); BioSemi (24-bit
 * BDF).
 */
export async function openEdf(
  source: ByteSource,
  options: OpenOptions = {},
): Promise<Result<EdfFile, EdfCode>> {
  try {
    const fixed = await source.read(0, Math.min(HEADER_UNIT_BYTES, source.size))
    const size = headerSize(fixed, source.size)
    const bytes = size > fixed.length ? await source.read(0, size) : fixed
    const header = readHeader(bytes, source.size)
    if (!header.ok) return header
    return await openLayout(source, header.value.layout, header.value.warnings, options)
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error)
    return fail('EDF_READ', source.name, got, 'a source that can be read')
  }
}

/** Reads signals (all of them unless named) and annotations of an open file into memory. */
export async function readRecording(
  file: EdfFile,
  indices: readonly number[] = file.header.signals.map((_, index) => index),
): Promise<Recording> {
  const channels = await file.readChannels(indices)
  const { startTime, durationS } = file.header
  const recording = { durationS, channels, annotations: await file.annotations() }
  return startTime === undefined ? recording : { ...recording, startTime }
}

async function openLayout(
  source: ByteSource,
  layout: EdfLayout,
  warnings: Warnings,
  options: OpenOptions,
): Promise<Result<EdfFile, EdfCode>> {
  const clock = await readClock(source, layout, warnings)
  if (!clock.ok) return clock
  const { timeline, originS, scan } = clock.value
  const gaps = checkGaps(layout, timeline)
  if (!gaps.ok && !options.anyGap) return gaps
  const header = headerOf(layout, timeline, originS, warnings)
  let annotations = scan && annotationsOf(scan, originS, warnings)
  const { signals } = layout
  const readChannels = (
    indices: readonly number[],
    window: TimeWindow = {},
  ): Promise<Channel[]> => {
    const chosen = indices.map((index) => {
      assert(signals[index] !== undefined, `got signal ${index}, expected 0..${signals.length - 1}`)
      return signals[index]
    })
    return decodeChannels(source, layout, timeline, chosen, window)
  }
  return ok({
    header,
    get warnings() {
      return warnings.list()
    },
    readChannels,
    readChannel: async (which, window) => {
      const named = signals.findIndex(({ label }) => label === which)
      const [channel] = await readChannels([typeof which === 'number' ? which : named], window)
      return channel!
    },
    readDigital: (index, first, count) => {
      const signal = signals[index]
      assert(signal !== undefined, `got signal ${index}, expected 0..${signals.length - 1}`)
      return decodeDigital(source, layout, signal, first, count)
    },
    annotations: async () => {
      annotations ??= annotationsOf(await scanAnnotations(source, layout), originS, warnings)
      return annotations
    },
  })
}

type Clock = {
  readonly timeline: Timeline
  /** Onset of the first record from the header's start time, seconds. */
  readonly originS: number
  readonly scan?: AnnotationScan
}

/**
 * Finds when records start, reading all onsets only where the first and last leave room for a gap.
 */
async function readClock(
  source: ByteSource,
  layout: EdfLayout,
  warnings: Warnings,
): Promise<Result<Clock, EdfCode>> {
  const { records, annotationSignals } = layout
  if (annotationSignals.length === 0 || records === 0) {
    return ok({ timeline: continuousTimeline(layout), originS: 0 })
  }
  const isSmall = records * layout.recordBytes <= SMALL_BYTES
  if (!isSmall && !layout.format.endsWith('D')) {
    const first = (await scanAnnotations(source, layout, [0, 1])).recordOnsetsS[0]!
    const last = (await scanAnnotations(source, layout, [records - 1, records])).recordOnsetsS[0]!
    if (endsOnTime(layout, first, last)) {
      return ok({ timeline: continuousTimeline(layout), originS: first })
    }
  }
  const scan = await scanAnnotations(source, layout)
  const timeline = timelineOf(layout, scan.recordOnsetsS, warnings)
  if (!timeline.ok) return timeline
  const first = scan.recordOnsetsS[0]!
  return ok({ timeline: timeline.value, originS: Number.isNaN(first) ? 0 : first, scan })
}

function headerOf(
  layout: EdfLayout,
  timeline: Timeline,
  originS: number,
  warnings: Warnings,
): EdfHeader {
  const { format, patient, recording, records, recordDurationS, signals } = layout
  if (originS >= 1) {
    warnings.add(`the first record starts ${originS} s after the header's start time: added to it`)
  } else if (originS < 0) {
    warnings.add(`the first record starts ${-originS} s before the header's start time: ignored`)
  }
  const startTime = layout.startTime && shiftStart(layout.startTime, Math.max(0, originS), warnings)
  const header = { format, patient, recording, records, recordDurationS, signals, ...timeline }
  return startTime === undefined ? header : { ...header, startTime }
}
