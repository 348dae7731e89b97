import { assert } from '../../math/assert.ts'
import type { Channel } from '../recording.ts'
import type { ByteSource } from '../source.ts'
import type { EdfLayout, EdfSegment, EdfSignal } from './header.ts'
import { GAP_ALLOWANCE_SAMPLES, GAP_FACTOR } from './limit.ts'
import { type Piece, type Visitor, visitRecords } from './record-io.ts'
import { decodeSamples, type Target } from './sample-decoder.ts'
import { sampleAxis, type Timeline } from './timeline.ts'
import { normalUnit } from './unit.ts'

/**
 * A stretch of time, seconds from the first sample; the whole recording where a side is not given.
 */
export type TimeWindow = { readonly startS?: number; readonly endS?: number }

/** One signal on its way into a column: where each segment lies, and where the window begins. */
type Column = Target & {
  readonly signal: EdfSignal
  readonly segmentStarts: Float64Array
  readonly firstIndex: number
}

/**
 * Reads signals of a file in one pass into columns of physical values; gaps and the unrecorded are
 * NaN.
 */
export async function decodeChannels(
  source: ByteSource,
  layout: EdfLayout,
  timeline: Timeline,
  signals: readonly EdfSignal[],
  window: TimeWindow,
): Promise<Channel[]> {
  const { segments } = timeline
  const columns = signals.map((signal) => newColumn(timeline, signal, window))
  const range = recordsWithin(layout, segments, window)
  await visitRecords(source, layout, signals, range, columnFiller(columns, segments, layout))
  return columns.map(({ signal, out }) => ({
    label: signal.label,
    unit: normalUnit(signal.unit).unit,
    rateHz: signal.rateHz,
    samples: out as Float32Array,
  }))
}

/** Reads stored digital values of one signal, `count` from `first`; fewer where the signal ends. */
export async function decodeDigital(
  source: ByteSource,
  layout: EdfLayout,
  signal: EdfSignal,
  first: number,
  count: number,
): Promise<Int32Array> {
  const from = Math.max(0, Math.min(first, signal.nSamples))
  const to = Math.max(from, Math.min(first + count, signal.nSamples))
  const out = new Int32Array(to - from)
  const perRecord = signal.samplesPerRecord
  const column: Column = {
    signal,
    out,
    gain: 1,
    offset: 0,
    segmentStarts: new Float64Array(1),
    firstIndex: from,
  }
  const segment = { firstRecord: 0, records: layout.records, startS: 0, durationS: 0 }
  const range: [number, number] =
    to > from ? [Math.floor(from / perRecord), Math.ceil(to / perRecord)] : [0, 0]
  await visitRecords(source, layout, [signal], range, columnFiller([column], [segment], layout))
  return out
}

function newColumn(timeline: Timeline, signal: EdfSignal, window: TimeWindow): Column {
  const axis = sampleAxis(timeline.segments, signal)
  const firstIndex = indexAt(window.startS ?? 0, signal, axis.length)
  const end = window.endS === undefined ? axis.length : indexAt(window.endS, signal, axis.length)
  const length = Math.max(0, end - firstIndex)
  const most = GAP_FACTOR * signal.nSamples + GAP_ALLOWANCE_SAMPLES + signal.nSamples
  assert(length <= most, `got a window of ${length} samples, expected at most ${most}`)
  const out = new Float32Array(length)
  if (!timeline.continuous) out.fill(Number.NaN)
  const { factor } = normalUnit(signal.unit)
  const gain = signal.gain * factor
  const offset = signal.offset * factor
  return { signal, out, gain, offset, segmentStarts: axis.starts, firstIndex }
}

function indexAt(timeS: number, signal: EdfSignal, length: number): number {
  return Math.max(0, Math.min(length, Math.round(timeS * signal.rateHz)))
}

/** The records that may touch a window, one to spare on either side. */
function recordsWithin(
  layout: EdfLayout,
  segments: readonly EdfSegment[],
  { startS = 0, endS = Number.POSITIVE_INFINITY }: TimeWindow,
): readonly [number, number] {
  const recordS = layout.recordDurationS
  let [from, to] = [layout.records, 0]
  for (const { firstRecord, records, startS: segmentS, durationS } of segments) {
    if (segmentS > endS + recordS || segmentS + durationS < startS - recordS) continue
    const before = Math.floor((startS - segmentS) / recordS) - 1
    const after = Math.ceil((endS - segmentS) / recordS) + 1
    from = Math.min(from, firstRecord + Math.max(0, Math.min(records, before || 0)))
    to = Math.max(to, firstRecord + Math.max(0, Math.min(records, after)))
  }
  return [from, to]
}

/**
 * Decodes pieces into their columns, record by record, leaving out what lies outside the window.
 */
function columnFiller(
  columns: readonly Column[],
  segments: readonly EdfSegment[],
  { sampleBytes }: EdfLayout,
): Visitor {
  return {
    needs: (place) => {
      const column = columns[place.signal]!
      const to = indexOf(column, segments, place.record, place.firstSample)
      return to < column.out.length && to + place.samples > 0
    },
    visit: (piece) => {
      const column = columns[piece.signal]!
      for (let i = 0; i < piece.records; ) {
        const { firstRecord, records } = segments[segmentAt(segments, piece.record + i)]!
        const run = Math.min(piece.records - i, firstRecord + records - piece.record - i)
        fillRun(column, piece, segments, sampleBytes, i, run)
        i += run
      }
    },
  }
}

/**
 * Decodes records `i` <= r < `i + run` of a piece, which lie in one segment, at once where they
 * fit.
 */
function fillRun(
  column: Column,
  piece: Piece,
  segments: readonly EdfSegment[],
  sampleBytes: 2 | 3,
  i: number,
  run: number,
): void {
  const { bytes, samples, stride, offset } = piece
  const length = column.out.length
  const to = indexOf(column, segments, piece.record + i, piece.firstSample)
  if (to >= 0 && to + run * samples <= length) {
    const records = { bytes, from: offset + i * stride, stride, records: run, count: samples }
    decodeSamples(records, sampleBytes, column, to)
    return
  }
  for (let r = 0; r < run; r++) {
    const start = to + r * samples
    const skipped = Math.max(0, -start)
    const count = Math.min(samples, length - start) - skipped
    if (count <= 0) continue
    const from = offset + (i + r) * stride + skipped * sampleBytes
    decodeSamples({ bytes, from, stride, records: 1, count }, sampleBytes, column, start + skipped)
  }
}

/** Where a stored sample belongs in its column; negative or beyond its end outside the window. */
function indexOf(
  column: Column,
  segments: readonly EdfSegment[],
  record: number,
  sample: number,
): number {
  const at = segmentAt(segments, record)
  const inSegment = (record - segments[at]!.firstRecord) * column.signal.samplesPerRecord
  return column.segmentStarts[at]! + inSegment + sample - column.firstIndex
}

function segmentAt(segments: readonly EdfSegment[], record: number): number {
  let [low, high] = [0, segments.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (segments[middle]!.firstRecord <= record) low = middle
    else high = middle - 1
  }
  return low
}
