import { fail, ok, type Result } from '../../math/result.ts'
import type { EdfCode, EdfFormat, EdfLayout } from './header.ts'
import { type FieldNumber, fieldInteger, fieldNumber } from './header-field.ts'
import { MAX_ONSET_S } from './limit.ts'
import { readSignals, type SignalTable } from './signal-table.ts'
import { startTimeOf } from './start-time.ts'
import { latin1, quoted, rawLatin1 } from './text.ts'
import { newWarnings, type Warnings } from './warning.ts'

/** Length of the header's fixed part, and of each signal's part, bytes. */
export const HEADER_UNIT_BYTES = 256

/** Shortest record duration taken for one, seconds. */
const MIN_RECORD_S = 1e-6

/** A layout and what had to be assumed to get it. */
export type ReadHeader = { readonly layout: EdfLayout; readonly warnings: Warnings }

/**
 * Size of the whole header as its fixed part has it, to know how many bytes to read before parsing.
 */
export function headerSize(fixed: Uint8Array, size: number): number {
  const wanted = signalCounts(fixed).map((count) => HEADER_UNIT_BYTES * (count + 1))
  return Math.min(size, Math.max(HEADER_UNIT_BYTES, ...wanted))
}

/**
 * Reads the header of an EDF family file of `size` bytes from its first `headerSize` bytes.
 * Deviations are forgiven with a warning wherever samples can still be placed; else the problem
 * says which field, what it holds and what was expected. Allocates no more than a few times the
 * header's bytes.
 */
export function readHeader(bytes: Uint8Array, size: number): Result<ReadHeader, EdfCode> {
  if (bytes.length < HEADER_UNIT_BYTES) {
    return fail('EDF_TOO_SHORT', 'header', `${size} bytes`, 'at least 256 bytes')
  }
  const foreign = foreignFormat(bytes)
  if (foreign) return fail('EDF_NOT_EDF', 'first bytes', foreign, 'an EDF or BDF header')
  const version = versionOf(bytes, newWarnings())
  if (!version.ok) return version
  const counts = signalCounts(bytes)
  if (counts.length === 0) {
    const got = quoted(latin1(bytes.subarray(252, 256)))
    return fail('EDF_HEADER', 'number of signals (byte 252)', got, 'a whole number')
  }
  const results = counts.map((count) => readWithCount(bytes, size, count))
  return results.find((result) => result.ok) ?? results[0]!
}

/** Numbers of signals to try: the field's own, then the one that the header size field implies. */
function signalCounts(fixed: Uint8Array): number[] {
  const own = fieldInteger(latin1(fixed.subarray(252, 256))).value
  const implied = fieldInteger(latin1(fixed.subarray(184, 192))).value / HEADER_UNIT_BYTES - 1
  const usable = (count: number): boolean => Number.isInteger(count) && count >= 0 && count <= 9999
  return [...new Set([own, implied])].filter(usable)
}

function readWithCount(
  bytes: Uint8Array,
  size: number,
  count: number,
): Result<ReadHeader, EdfCode> {
  const warnings = newWarnings()
  const needed = HEADER_UNIT_BYTES * (count + 1)
  if (bytes.length < needed) {
    const expected = `${needed} bytes for ${count} signals`
    return fail('EDF_TOO_SHORT', 'header', `${Math.min(bytes.length, size)} bytes`, expected)
  }
  const text = (start: number, end: number): string => latin1(bytes.subarray(start, end))
  const version = versionOf(bytes, warnings)
  if (!version.ok) return version
  const sampleBytes = version.value
  const countText = text(252, 256)
  if (fieldInteger(countText).value !== count) {
    warnings.add(`number of signals is ${quoted(countText)}: ${count} by the header size field`)
  }
  const duration = recordDuration(text(244, 252), warnings)
  if (!duration.ok) return duration
  const format = formatOf(text(192, 236), sampleBytes === 3 ? 'BDF' : 'EDF', warnings)
  const table = readSignals(
    bytes,
    count,
    { sampleBytes, format, recordS: duration.value },
    warnings,
  )
  if (!table.ok) return table
  const body = placeRecords(text(184, 192), text(236, 244), size, table.value, needed, warnings)
  const recording = text(88, 168)
  const startTime = startTimeOf(text(168, 176), text(176, 184), recording, warnings)
  warnOfText(bytes, count, warnings)
  const signals = table.value.signals.map((signal) => ({
    ...signal,
    nSamples: signal.samplesPerRecord * body.records,
  }))
  const layout: EdfLayout = {
    format,
    patient: text(8, 88),
    recording,
    ...(startTime === undefined ? {} : { startTime }),
    ...body,
    ...table.value,
    sampleBytes,
    signals,
  }
  return ok({ layout, warnings })
}

function versionOf(bytes: Uint8Array, warnings: Warnings): Result<2 | 3, EdfCode> {
  const version = rawLatin1(bytes.subarray(0, 8))
  if (version === '\xffBIOSEMI') return ok(3)
  const trimmed = latin1(bytes.subarray(0, 8))
  if (trimmed === '0') return ok(2)
  const looksRight =
    /^\d\d.\d\d.(\d\d|yy)\d\d.\d\d.\d\d$/i.test(rawLatin1(bytes.subarray(168, 184))) ||
    signalCounts(bytes).some(
      (count) =>
        latin1(bytes.subarray(184, 192)) === String(HEADER_UNIT_BYTES * (count + 1)) &&
        fieldInteger(latin1(bytes.subarray(252, 256))).value === count,
    )
  if (!looksRight) {
    return fail('EDF_NOT_EDF', 'version (byte 0)', quoted(version), '"0" or "\\u00ffBIOSEMI"')
  }
  const isBdf = bytes[0] === 0xff || version.slice(1) === 'BIOSEMI'
  warnings.add(`version is ${quoted(trimmed)}: read as ${isBdf ? '24-bit BDF' : '16-bit EDF'}`)
  return ok(isBdf ? 3 : 2)
}

function formatOf(reserved: string, family: 'EDF' | 'BDF', warnings: Warnings): EdfFormat {
  const match = /^(EDF|BDF)\s*\+\s*([CD]?)/i.exec(reserved)
  if (!match) {
    if (reserved !== '' && !(family === 'BDF' && /^24\s?bit/i.test(reserved))) {
      const plus = `${family}+C or ${family}+D`
      warnings.add(`reserved field ${quoted(reserved)} is not ${plus}: read as plain ${family}`)
    }
    return family
  }
  const letter = match[2]!.toUpperCase() === 'D' ? 'D' : 'C'
  const format: EdfFormat = `${family}+${letter}`
  if (!reserved.startsWith(format)) {
    warnings.add(`reserved field is ${quoted(reserved)}: read as ${format}`)
  }
  return format
}

function recordDuration(text: string, warnings: Warnings): Result<number, EdfCode> {
  const { value, note } = fieldNumber(text)
  if (note) warnings.add(`record duration ${quoted(text)} ${note}`)
  if (value === 0 || (value >= MIN_RECORD_S && value <= MAX_ONSET_S)) return ok(value)
  return fail('EDF_HEADER', 'record duration (byte 244)', quoted(text), 'seconds, 0 or more')
}

type Body = { readonly headerBytes: number; readonly records: number }

/** Decides where the data start and how many whole records there are, from the file's true size. */
function placeRecords(
  headerText: string,
  recordsText: string,
  size: number,
  table: SignalTable,
  needed: number,
  warnings: Warnings,
): Body {
  const { recordBytes } = table
  const claimed = fieldInteger(recordsText)
  if (claimed.note) warnings.add(`number of records ${quoted(recordsText)} ${claimed.note}`)
  const fits = (start: number): boolean => size - start === claimed.value * recordBytes
  const claimedStart = fieldInteger(headerText).value
  let headerBytes = needed
  if (claimedStart !== needed) {
    if (claimedStart > needed && claimedStart <= size && fits(claimedStart) && !fits(needed)) {
      headerBytes = claimedStart
    }
    const why = `${needed} for this number of signals`
    warnings.add(`header size is ${quoted(headerText)}, not ${why}: data read from ${headerBytes}`)
  }
  const records = countRecords(recordsText, claimed, size - headerBytes, recordBytes, warnings)
  return { headerBytes, records }
}

function countRecords(
  text: string,
  claimed: FieldNumber,
  dataBytes: number,
  recordBytes: number,
  warnings: Warnings,
): number {
  if (recordBytes === 0) {
    warnings.add('the signals have no samples: the file holds no data')
    return 0
  }
  const whole = Math.floor(dataBytes / recordBytes)
  const left = dataBytes - whole * recordBytes
  const tail = left > 0 ? `; ${left} bytes at the end are no whole record: left out` : ''
  if (!(claimed.value >= 0)) {
    const reason = claimed.value === -1 ? '-1 (recording not closed)' : quoted(text)
    warnings.add(`number of records is ${reason}: ${whole} by the file's size${tail}`)
    return whole
  }
  if (whole < claimed.value) {
    warnings.add(`file is cut short: ${whole} of ${claimed.value} records are there${tail}`)
    return whole
  }
  const extra = dataBytes - claimed.value * recordBytes
  if (extra === 0) {
    if (whole === 0) warnings.add('the file has no data records')
    return whole
  }
  if (left === 0 || claimed.value === 0) {
    warnings.add(`number of records is ${claimed.value}: ${whole} by the file's size${tail}`)
    return whole
  }
  const bytes = extra === 1 ? 'byte follows' : 'bytes follow'
  warnings.add(`${extra} ${bytes} the last of ${claimed.value} records: left out`)
  return claimed.value
}

/** Says once which texts hold bytes that the standard forbids there, and how they were read. */
function warnOfText(bytes: Uint8Array, count: number, warnings: Warnings): void {
  const header = bytes.subarray(0, HEADER_UNIT_BYTES * (count + 1))
  const start = header[0] === 0xff ? 1 : 0
  let [high, control] = [0, 0]
  for (let i = start; i < header.length; i++) {
    if (header[i]! > 126) high++
    else if (header[i]! < 32) control++
  }
  if (high > 0) warnings.add(`${high} header bytes are not ASCII: read as ISO 8859-1 (Latin-1)`)
  if (control > 0) {
    warnings.add(`${control} header bytes are control characters: padding among them was trimmed`)
  }
}

/** Names the formats that people drop here by mistake; undefined for anything else. */
function foreignFormat(bytes: Uint8Array): string | undefined {
  const start = rawLatin1(bytes.subarray(0, 16))
  if (start.startsWith('\x1f\x8b')) return 'a gzip file'
  if (start.startsWith('PK\x03\x04')) return 'a zip file'
  if (start.startsWith('GDF ')) return 'a GDF file'
  if (start.startsWith('MATLAB') || start.startsWith('\x89HDF')) return 'a MATLAB or HDF5 file'
  if (start.startsWith('Brain Vision')) return 'a BrainVision header'
  return undefined
}
