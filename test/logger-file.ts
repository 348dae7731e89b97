import { readFileSync } from 'node:fs'
import { gunzipSync, unzipSync } from 'fflate'
import { fail, type Result } from '../packages/core/src/math/result.ts'
import type {
  EvidenceReader,
  FileHead,
} from '../packages/core/src/sleep/evidence/evidence-reader.ts'
import type {
  EvidenceCode,
  EvidenceOptions,
  PersonalRecord,
} from '../packages/core/src/sleep/evidence/personal-record.ts'
import { LOGGER_READERS } from '../packages/core/src/sleep/logger/logger-readers.ts'

/** Reads a logger's file from disk, whole: gunzipped or unzipped, then by the reader that knows it. */
export function readLoggerFile(
  path: string,
  options: EvidenceOptions = {},
): Result<PersonalRecord, EvidenceCode> {
  return readLoggerBytes(unpacked(readFileSync(path)), options)
}

/** The same of text or unpacked bytes. */
export function readLoggerBytes(
  content: Uint8Array | string,
  options: EvidenceOptions = {},
): Result<PersonalRecord, EvidenceCode> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const head = headOf(bytes)
  const reader = LOGGER_READERS.find((one) => one.recognises(head))
  return reader
    ? readWith(reader, bytes, options)
    : fail('UNKNOWN_FORMAT', options.name ?? 'file', 'no reader that knows it', 'a logger file')
}

/** The head of a file's bytes, as the intake makes it. */
function headOf(bytes: Uint8Array): FileHead {
  const part = bytes.subarray(0, 65536)
  const text = new TextDecoder('utf-8').decode(part).replaceAll('\r\n', '\n')
  return { bytes: part, text, isWhole: part.length === bytes.length }
}

/** Runs one reader over all the bytes. */
function readWith(
  reader: EvidenceReader,
  bytes: Uint8Array,
  options: EvidenceOptions = {},
): Result<PersonalRecord, EvidenceCode> {
  if (reader.takes === 'bytes') {
    const sink = reader.open(options)
    const problem = sink.push(bytes)
    return problem ? { ok: false, problem } : sink.end()
  }
  const sink = reader.open(options)
  const text = new TextDecoder('utf-8').decode(bytes)
  const parts = reader.takes === 'lines' ? text.replace(/\n$/, '').split(/\r?\n/) : [text]
  for (const part of parts) {
    const problem = sink.push(part)
    if (problem) return { ok: false, problem }
  }
  return sink.end()
}

function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes)
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return bytes
  const files = Object.entries(unzipSync(bytes)).filter(([name]) => !name.startsWith('__MACOSX'))
  return files[0]?.[1] ?? bytes
}
