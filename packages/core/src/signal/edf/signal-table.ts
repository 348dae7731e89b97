import { fail, ok, type Result } from '../../math/result.ts'
import type { EdfCode, EdfFormat, EdfSignal } from './header.ts'
import { fieldInteger, fieldNumber } from './header-field.ts'
import { latin1, quoted } from './text.ts'
import type { Warnings } from './warning.ts'

/** Widths of the ten fields of the signal part, in file order, bytes. */
const WIDTHS = [16, 80, 8, 8, 8, 8, 8, 80, 8, 32] as const

/** The largest number that the 8-character field can hold. */
const MAX_SAMPLES_PER_RECORD = 99_999_999

/** The signals of a file, the annotation signals apart, and the length of a record. */
export type SignalTable = {
  readonly signals: readonly EdfSignal[]
  readonly annotationSignals: readonly EdfSignal[]
  readonly recordBytes: number
  /** As the header has it, or 1 s assumed where 0 makes no sense. */
  readonly recordDurationS: number
}

/** What the fixed part says that the signal part depends on. */
export type TableContext = {
  readonly sampleBytes: 2 | 3
  readonly format: EdfFormat
  readonly recordS: number
}

/**
 * Reads the signal part of a header. A field that only scales or names a signal is forgiven with a
 * warning; a number of samples per record that is none is a failure, since nothing after it could
 * be placed. `nSamples` is left 0.
 */
export function readSignals(
  bytes: Uint8Array,
  count: number,
  context: TableContext,
  warnings: Warnings,
): Result<SignalTable, EdfCode> {
  const rows = Array.from({ length: count }, (_, i) => rowText(bytes, count, i))
  const isAnnotation = rows.map((row) => isAnnotationLabel(row[0]!))
  let recordS = context.recordS
  if (
    recordS === 0 &&
    isAnnotation.some((yes, i) => !yes && fieldInteger(rows[i]![8]!).value > 0)
  ) {
    warnings.add('record duration is 0 though there are signals: 1 s was assumed')
    recordS = 1
  }
  const [signals, annotationSignals]: [EdfSignal[], EdfSignal[]] = [[], []]
  let recordBytes = 0
  for (const [i, row] of rows.entries()) {
    const samples = samplesPerRecord(row[8]!, i, row[0]!, warnings)
    if (!samples.ok) return samples
    const common = { ...names(row), samplesPerRecord: samples.value, byteInRecord: recordBytes }
    recordBytes += samples.value * context.sampleBytes
    if (isAnnotation[i]) annotationSignals.push(annotationSignal(common))
    else
      signals.push({ ...common, ...scaling(row, i, context, warnings), ...rate(common, recordS) })
  }
  warnOfLabels(rows, isAnnotation, context.format, warnings)
  return ok({ signals, annotationSignals, recordBytes, recordDurationS: recordS })
}

function rowText(bytes: Uint8Array, count: number, index: number): string[] {
  let start = 256
  return WIDTHS.map((width) => {
    const text = latin1(bytes.subarray(start + index * width, start + (index + 1) * width))
    start += width * count
    return text
  })
}

function isAnnotationLabel(label: string): boolean {
  return /^(EDF|BDF) annotations$/i.test(label)
}

type Names = Pick<EdfSignal, 'label' | 'transducer' | 'unit' | 'prefilter'>
type Common = Names & Pick<EdfSignal, 'samplesPerRecord' | 'byteInRecord'>
type Scaling = Pick<
  EdfSignal,
  'physicalMin' | 'physicalMax' | 'digitalMin' | 'digitalMax' | 'gain' | 'offset'
>

function names(row: readonly string[]): Names {
  return { label: row[0]!, transducer: row[1]!, unit: row[2]!, prefilter: row[7]! }
}

function rate(common: Common, recordS: number): { rateHz: number; nSamples: number } {
  return { rateHz: recordS > 0 ? common.samplesPerRecord / recordS : 0, nSamples: 0 }
}

function annotationSignal(common: Common): EdfSignal {
  const limits = { physicalMin: -1, physicalMax: 1, digitalMin: -1, digitalMax: 1 }
  return { ...common, ...limits, gain: 1, offset: 0, rateHz: 0, nSamples: 0 }
}

function samplesPerRecord(
  text: string,
  index: number,
  label: string,
  warnings: Warnings,
): Result<number, EdfCode> {
  const { value, note } = fieldInteger(text)
  if (!(value >= 0 && value <= MAX_SAMPLES_PER_RECORD)) {
    const where = `samples per record of signal ${index + 1} (${quoted(label)})`
    return fail('EDF_HEADER', where, quoted(text), 'a whole number')
  }
  const name = signalName(index, label)
  if (note) warnings.addSignal(name, `samples per record ${quoted(text)} ${note}`)
  if (value === 0) warnings.addSignal(name, 'has 0 samples per record: left empty')
  return ok(value)
}

function scaling(
  row: readonly string[],
  index: number,
  context: TableContext,
  warnings: Warnings,
): Scaling {
  const name = signalName(index, row[0]!)
  const read = (column: number, field: string): number => {
    const { value, note } = fieldNumber(row[column]!)
    if (note) warnings.addSignal(name, `${field} ${quoted(row[column]!)} ${note}`)
    return value
  }
  const physicalMin = read(3, 'physical minimum')
  const physicalMax = read(4, 'physical maximum')
  const digitalMin = read(5, 'digital minimum')
  const digitalMax = read(6, 'digital maximum')
  const limits = { physicalMin, physicalMax, digitalMin, digitalMax }
  const flaw = scalingFlaw(limits, row)
  if (flaw !== undefined) {
    warnings.addSignal(name, `${flaw}: digital values are given as they are`)
    return { ...limits, gain: 1, offset: 0 }
  }
  warnOfLimits(limits, name, context, warnings)
  const gain = (physicalMax - physicalMin) / (digitalMax - digitalMin)
  return { ...limits, gain, offset: physicalMin - gain * digitalMin }
}

type Limits = Omit<Scaling, 'gain' | 'offset'>

/** Why no straight line from digital to physical values can be drawn; undefined when it can. */
function scalingFlaw(limits: Limits, row: readonly string[]): string | undefined {
  const { physicalMin, physicalMax, digitalMin, digitalMax } = limits
  if (!Number.isFinite(physicalMin) || !Number.isFinite(physicalMax)) {
    return `physical limits ${quoted(row[3]!)} and ${quoted(row[4]!)} are not two numbers`
  }
  if (!Number.isFinite(digitalMin) || !Number.isFinite(digitalMax)) {
    return `digital limits ${quoted(row[5]!)} and ${quoted(row[6]!)} are not two numbers`
  }
  if (digitalMin === digitalMax) return `digital minimum and maximum are both ${digitalMin}`
  if (physicalMin === physicalMax) return `physical minimum and maximum are both ${physicalMin}`
  return undefined
}

function warnOfLimits(
  { physicalMin, physicalMax, digitalMin, digitalMax }: Limits,
  name: string,
  context: TableContext,
  warnings: Warnings,
): void {
  const most = context.sampleBytes === 3 ? 8388607 : 32767
  if (physicalMin > physicalMax) {
    const limits = `physical minimum ${physicalMin} is above maximum ${physicalMax}`
    warnings.addSignal(name, `${limits}: read with a negative gain, as the standard has it`)
  }
  if (digitalMin > digitalMax) {
    const limits = `digital minimum ${digitalMin} is above maximum ${digitalMax}`
    warnings.addSignal(name, `${limits}: physical limits taken to belong to them as written`)
  }
  const [low, high] = [Math.min(digitalMin, digitalMax), Math.max(digitalMin, digitalMax)]
  if (low < -most - 1 || high > most) {
    const range = `digital range ${low}..${high} does not fit ${context.sampleBytes * 8} bits`
    warnings.addSignal(name, `${range}: the scale was used as written`)
  }
}

function warnOfLabels(
  rows: readonly (readonly string[])[],
  isAnnotation: readonly boolean[],
  format: EdfFormat,
  warnings: Warnings,
): void {
  const family = format.slice(0, 3)
  const firstOf = new Map<string, number>()
  for (const [i, row] of rows.entries()) {
    const label = row[0]!
    if (isAnnotation[i]) {
      if (label !== `${family} Annotations`) {
        warnings.add(`signal ${i + 1} is called ${quoted(label)}: read as ${family} Annotations`)
      }
      continue
    }
    if (label === '') warnings.addSignal(`${i + 1}`, 'has no label')
    else if (firstOf.has(label)) {
      const first = firstOf.get(label)! + 1
      warnings.addSignal(`${i + 1}`, `same label as signal ${first}, ${quoted(label)}`)
    } else firstOf.set(label, i)
  }
  const hasAnnotations = isAnnotation.includes(true)
  if (format.includes('+') && !hasAnnotations) {
    warnings.add(`${format} needs an annotation signal and has none: read as continuous`)
  }
  if (!format.includes('+') && hasAnnotations) {
    warnings.add(`a plain ${format} file has an annotation signal: its annotations were read`)
  }
}

function signalName(index: number, label: string): string {
  return `${index + 1} (${quoted(label)})`
}
