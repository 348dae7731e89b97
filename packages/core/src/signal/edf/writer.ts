import type { Recording } from '../recording.ts'
import { timeKeepingBytes } from './annotation-list.ts'
import { CHUNK_BYTES } from './limit.ts'
import { digitalValue } from './physical-range.ts'
import { asciiField } from './text.ts'
import { type PlannedSignal, planWriting, type WriteOptions, type WritePlan } from './write-plan.ts'

/**
 * Writes a recording as EDF+ (or EDF, BDF, BDF+), whole in memory; `edfChunks` does it piece by
 * piece. See there for what is rounded, filled and left out.
 */
export function writeEdf(recording: Recording, options: WriteOptions = {}): Uint8Array {
  const chunks = [...edfChunks(recording, options)]
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/**
 * Writes a recording as EDF+ (or EDF, BDF, BDF+) in chunks of about a megabyte, the header first,
 * so that a night is never in memory twice. Each signal's range covers its finite samples with all
 * 16 or 24 bits, so that a value comes back to half a digital step. A gap of a record or more that
 * all channels share is left out, the file then being EDF+D. Other missing samples, and the rest of
 * the last record, hold the value nearest to zero and are noted as an annotation `Signal
 * missing@@label`. Annotations go to the record in which they begin. Without channels the file
 * holds annotations only, record duration 0. Channels without a rate and annotations without an
 * onset are left out; texts are reduced to what the fields can hold. Asserts that one record
 * duration fits all rates. Source: Kemp et al., 1992; Kemp and Olivan, 2003.
 */
export function* edfChunks(
  recording: Recording,
  options: WriteOptions = {},
): Generator<Uint8Array, void, undefined> {
  const plan = planWriting(recording, options)
  yield headerBytes(plan, options)
  const recordBytes = recordLength(plan)
  const atOnce = Math.max(1, Math.floor(CHUNK_BYTES / recordBytes))
  const total = plan.recordStartsS.length
  for (let record = 0; record < total; record += atOnce) {
    const count = Math.min(atOnce, total - record)
    const chunk = new Uint8Array(count * recordBytes)
    for (let i = 0; i < count; i++) writeRecord(plan, record + i, chunk, i * recordBytes)
    yield chunk
  }
}

function annotationSamples(plan: WritePlan): number {
  return plan.packing ? Math.ceil(plan.packing.bytesPerRecord / plan.sampleBytes) : 0
}

function recordLength(plan: WritePlan): number {
  const samples = plan.signals.reduce((sum, signal) => sum + signal.samplesPerRecord, 0)
  return (samples + annotationSamples(plan)) * plan.sampleBytes
}

function writeRecord(plan: WritePlan, record: number, chunk: Uint8Array, start: number): void {
  let at = start
  const startS = plan.recordStartsS[record]!
  for (const signal of plan.signals) {
    writeSamples(signal, startS, plan.sampleBytes, chunk, at)
    at += signal.samplesPerRecord * plan.sampleBytes
  }
  if (!plan.packing) return
  const clock = timeKeepingBytes(startS + plan.start.fractionS)
  chunk.set(clock, at)
  at += clock.length
  for (const list of plan.packing.lists[record]!) {
    chunk.set(plan.lists[list]!, at)
    at += plan.lists[list]!.length
  }
}

function writeSamples(
  { channel, scale, samplesPerRecord }: PlannedSignal,
  startS: number,
  sampleBytes: 2 | 3,
  chunk: Uint8Array,
  start: number,
): void {
  const { samples } = channel
  const first = Math.round(startS * channel.rateHz)
  const present = Math.min(samplesPerRecord, samples.length - first)
  for (let i = 0, at = start; i < samplesPerRecord; i++, at += sampleBytes) {
    const value = digitalValue(i < present ? samples[first + i]! : Number.NaN, scale)
    chunk[at] = value
    chunk[at + 1] = value >> 8
    if (sampleBytes === 3) chunk[at + 2] = value >> 16
  }
}

function headerBytes(plan: WritePlan, options: WriteOptions): Uint8Array {
  const { isPlus, sampleBytes, start, recordPlan } = plan
  const family = sampleBytes === 3 ? 'BDF' : 'EDF'
  const rows = plan.signals.map((signal) => signalFields(signal))
  if (plan.packing) rows.push(annotationFields(family, sampleBytes, annotationSamples(plan)))
  const kind = isPlus ? `${family}+${plan.continuous ? 'C' : 'D'}` : ''
  const fixed: [string, number][] = [
    [sampleBytes === 3 ? '\xffBIOSEMI' : '0', 8],
    [isPlus ? patientText(options) : '', 80],
    [isPlus ? recordingText(start.startdate, options) : '', 80],
    [isPlus ? start.date : start.date.replace('yy', '85'), 8],
    [start.time, 8],
    [String(256 * (rows.length + 1)), 8],
    [kind === '' && sampleBytes === 3 ? '24BIT' : kind, 44],
    [String(plan.recordStartsS.length), 8],
    [recordPlan.text, 8],
    [String(rows.length), 4],
  ]
  const columns = rows[0]!.flatMap((_, column) => rows.map((row) => row[column]!))
  const text = [...fixed, ...columns].map(([value, width]) => value.padEnd(width)).join('')
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function signalFields(signal: PlannedSignal): [string, number][] {
  const { channel, scale } = signal
  return [
    [asciiField(channel.label, 16), 16],
    [asciiField(signal.transducer, 80), 80],
    [asciiField(channel.unit, 8), 8],
    [scale.physicalMin, 8],
    [scale.physicalMax, 8],
    [String(scale.digitalMin), 8],
    [String(scale.digitalMax), 8],
    [asciiField(signal.prefilter, 80), 80],
    [String(signal.samplesPerRecord), 8],
    ['', 32],
  ]
}

function annotationFields(family: string, sampleBytes: 2 | 3, samples: number): [string, number][] {
  const most = sampleBytes === 3 ? 8388607 : 32767
  const limits: [string, number][] = ['-1', '1', String(-most - 1), String(most)].map((t) => [t, 8])
  const samplesField: [string, number] = [String(samples), 8]
  return [
    [`${family} Annotations`, 16],
    ['', 80],
    ['', 8],
    ...limits,
    ['', 80],
    samplesField,
    ['', 32],
  ]
}

function patientText({ patient = {} }: WriteOptions): string {
  const { code, sex = 'X', birthdate, name } = patient
  return asciiField([subfield(code), sex, subfield(birthdate), subfield(name)].join(' '), 80)
}

function recordingText(startdate: string, { equipment }: WriteOptions): string {
  return asciiField(`Startdate ${startdate} X X ${subfield(equipment ?? 'Nocturne')}`, 80)
}

/** A subfield of an identification: no spaces inside, `X` where unknown. */
function subfield(text: string | undefined): string {
  const joined = asciiField(text ?? '', 80)
    .trim()
    .replace(/ +/g, '_')
  return joined === '' ? 'X' : joined
}
