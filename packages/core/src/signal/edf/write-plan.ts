import { assert } from '../../math/assert.ts'
import type { Annotation, Channel, Recording } from '../recording.ts'
import { annotationBytes, timeKeepingBytes } from './annotation-list.ts'
import { type Packing, packAnnotations } from './annotation-packing.ts'
import { scaleFor, type WrittenScale } from './physical-range.ts'
import { planRecords, type RecordPlan } from './record-duration.ts'
import {
  commonStretches,
  missingStretches,
  recordedStretches,
  type Stretch,
} from './recorded-stretch.ts'
import { type StartFields, startFields } from './start-time.ts'

/** What the writer is told beside the recording; everything has a default. */
export type WriteOptions = {
  /**
   * `EDF+` unless said; the plain formats hold no annotations, gaps or fractions of a start second.
   */
  readonly format?: 'EDF' | 'EDF+' | 'BDF' | 'BDF+'
  /**
   * `segments` (default) leaves common gaps of a record or more out (EDF+D); `fill` writes them.
   */
  readonly gaps?: 'segments' | 'fill'
  /**
   * Seconds; used when every rate has a whole number of samples in it. 1 s where that fits, by
   * default.
   */
  readonly recordDurationS?: number
  readonly patient?: {
    readonly code?: string
    readonly sex?: 'F' | 'M'
    /** `dd-MMM-yyyy`, as 02-AUG-1951. */
    readonly birthdate?: string
    readonly name?: string
  }
  readonly equipment?: string
  /** By place of the channel: texts of its header and physical limits other than the data's own. */
  readonly signals?: readonly {
    readonly transducer?: string
    readonly prefilter?: string
    readonly range?: readonly [min: number, max: number]
  }[]
}

/** A channel to be written, with its scale and its samples per record. */
export type PlannedSignal = {
  readonly channel: Channel
  readonly scale: WrittenScale
  readonly samplesPerRecord: number
  readonly transducer: string
  readonly prefilter: string
}

/** Everything about a file to be written that must be known before its first byte. */
export type WritePlan = {
  readonly isPlus: boolean
  readonly sampleBytes: 2 | 3
  readonly continuous: boolean
  readonly start: StartFields
  readonly recordPlan: RecordPlan
  readonly signals: readonly PlannedSignal[]
  /** Start of each record on the recording's axis, seconds. */
  readonly recordStartsS: Float64Array
  /** Bytes of annotation lists, in the order that `packing` numbers them. */
  readonly lists: readonly Uint8Array[]
  readonly packing: Packing | undefined
}

/** Longest record of a file that has annotations only, bytes; more go to further records. */
const ANNOTATION_RECORD_BYTES = 60_000

/** Marks of missing samples per channel: a channel more broken than that is noise, not gaps. */
const MOST_MARKS = 500

/**
 * Plans a file. Asserts that it would hold something and that one record duration fits all rates.
 */
export function planWriting(recording: Recording, options: WriteOptions): WritePlan {
  const format = options.format ?? 'EDF+'
  const isPlus = format.endsWith('+')
  const sampleBytes = format.startsWith('BDF') ? 3 : 2
  const channels = recording.channels.filter(({ rateHz }) => rateHz > 0)
  assert(isPlus || channels.length > 0, `got no channels, expected some in a plain ${format} file`)
  assert(channels.length < 9999, `got ${channels.length} channels, expected fewer than 9,999`)
  const start = startFields(recording.startTime)
  const recordPlan = planOf(channels, options.recordDurationS)
  const durationS = channels.reduce((most, c) => Math.max(most, c.samples.length / c.rateHz), 0)
  const keepGaps = isPlus && options.gaps !== 'fill'
  const stretches = keepGaps
    ? recordedStretches(channels, durationS, recordPlan.durationS)
    : [{ startS: 0, endS: durationS }]
  const recordStartsS = recordStarts(stretches, recordPlan.durationS)
  const signals = channels.map((channel, i) => {
    const {
      transducer = '',
      prefilter = '',
      range,
    } = options.signals?.[recording.channels.indexOf(channel)] ?? {}
    const scale = scaleFor(channel, sampleBytes, range)
    return { channel, scale, samplesPerRecord: recordPlan.samples[i]!, transducer, prefilter }
  })
  const plan = { isPlus, sampleBytes, start, recordPlan, signals } as const
  const continuous = stretches.length <= 1
  if (!isPlus) return { ...plan, continuous, recordStartsS, lists: [], packing: undefined }
  const marks = missingMarks(channels, recordStartsS, recordPlan.durationS)
  const annotations = [...recording.annotations.filter(isTimed), ...marks]
  return { ...plan, continuous, ...packed(annotations, start, recordStartsS, recordPlan) }
}

function planOf(channels: readonly Channel[], wantedS: number | undefined): RecordPlan {
  if (channels.length === 0) return { durationS: 0, text: '0', samples: [] }
  const rates = channels.map(({ rateHz }) => rateHz)
  const plan = planRecords(rates, wantedS)
  assert(plan !== undefined, `got rates ${rates.join(', ')} Hz, expected rates that share a record`)
  return plan
}

function isTimed({ onsetS, durationS }: Annotation): boolean {
  return Number.isFinite(onsetS) && (durationS === undefined || durationS >= 0)
}

function recordStarts(stretches: readonly Stretch[], recordS: number): Float64Array {
  const starts: number[] = []
  if (recordS === 0) return new Float64Array(1)
  for (const [i, { startS, endS }] of stretches.entries()) {
    const from = i === 0 ? 0 : startS
    const records = Math.ceil((endS - from) / recordS - 1e-6)
    for (let r = 0; r < records; r++) starts.push(from + r * recordS)
  }
  return Float64Array.from(starts)
}

/**
 * Notes where written records hold no samples of a channel, `Signal missing@@label` as EDF+ has it.
 */
function missingMarks(
  channels: readonly Channel[],
  recordStartsS: Float64Array,
  recordS: number,
): Annotation[] {
  const written = writtenStretches(recordStartsS, recordS)
  const endS = written.at(-1)?.endS ?? 0
  return channels.flatMap(({ label, samples, rateHz }) => {
    const missing = missingStretches(samples, rateHz, endS, 0.5 / rateHz)
    const filled = commonStretches(missing, written, 0.5 / rateHz).slice(0, MOST_MARKS)
    return filled.map((stretch) => ({
      onsetS: stretch.startS,
      durationS: stretch.endS - stretch.startS,
      text: `Signal missing@@${label}`,
    }))
  })
}

function writtenStretches(recordStartsS: Float64Array, recordS: number): Stretch[] {
  const written: { startS: number; endS: number }[] = []
  for (const startS of recordStartsS) {
    const last = written.at(-1)
    if (last && startS - last.endS < recordS * 1e-3) last.endS = startS + recordS
    else written.push({ startS, endS: startS + recordS })
  }
  return written
}

function packed(
  annotations: readonly Annotation[],
  start: StartFields,
  recordStartsS: Float64Array,
  recordPlan: RecordPlan,
): Pick<WritePlan, 'lists' | 'packing' | 'recordStartsS'> {
  const sorted = [...annotations].sort((a, b) => a.onsetS - b.onsetS)
  const lists = sorted.map((one) =>
    annotationBytes({ ...one, onsetS: one.onsetS + start.fractionS }),
  )
  const total = lists.reduce((sum, bytes) => sum + bytes.length, 0)
  const startsS =
    recordPlan.durationS > 0
      ? recordStartsS
      : new Float64Array(Math.max(1, Math.ceil(total / ANNOTATION_RECORD_BYTES)))
  const clockBytes = Array.from(startsS, (s) => timeKeepingBytes(s + start.fractionS).length)
  const ends = Array.from(startsS, (s) =>
    recordPlan.durationS > 0 ? s + recordPlan.durationS : Number.POSITIVE_INFINITY,
  )
  const sizes = sorted.map(({ onsetS }, i) => ({ onsetS, length: lists[i]!.length }))
  return { lists, recordStartsS: startsS, packing: packAnnotations(sizes, clockBytes, ends) }
}
