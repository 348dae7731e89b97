import { Gunzip } from 'fflate'
import { fail, type Problem, type Result } from '../../math/result.ts'
import type { EvidenceReader, EvidenceSink, FileHead } from '../evidence/evidence-reader.ts'
import type { EvidenceCode, EvidenceOptions } from '../evidence/personal-record.ts'
import { ArchiveSink } from './archive.ts'
import { EVIDENCE_READERS } from './evidence-readers.ts'
import { INFLATE_PIECE_BYTES, inflateProblem } from './inflate-limit.ts'
import { lineSplitter } from './line-splitter.ts'
import { type TextEncoding, textDecoding, textEncodingOf } from './text-decoder.ts'
import { unknownFormat } from './unknown-format.ts'

/** By so many bytes a file is recognised. */
const HEAD_BYTES = 64 * 1024
/** Bytes decoded at once: longer texts are of the kind that memory keeps until it is full. */
const TEXT_PIECE_BYTES: number = 64 * 1024
/** Archives inside archives: a .txt.gz in a .zip in a .zip. */
const MAX_DEPTH = 3

type Sink = EvidenceSink<Uint8Array>

/** Takes a file's bytes in any chunks, finds out what it is, and reads it. */
export function openIntake(options: EvidenceOptions, depth = 0): Sink {
  const held: Uint8Array[] = []
  let nHeld = 0
  let sink: Sink | undefined
  const decide = (isWhole: boolean): Result<Sink, EvidenceCode> => {
    const bytes = joined(held, nHeld)
    held.length = 0
    const chosen = choose(bytes, isWhole, options, depth)
    if (!chosen.ok) return chosen
    sink = chosen.value
    const problem = sink.push(bytes)
    return problem === undefined ? chosen : { ok: false, problem }
  }
  return {
    push(chunk) {
      if (sink !== undefined) return sink.push(chunk)
      // A copy, since a stream may use its buffer again.
      held.push(chunk.slice())
      nHeld += chunk.length
      if (nHeld < HEAD_BYTES) return undefined
      const decided = decide(false)
      return decided.ok ? undefined : decided.problem
    },
    end() {
      if (sink !== undefined) return sink.end()
      const decided = decide(true)
      return decided.ok ? decided.value.end() : decided
    },
  }
}

function choose(
  bytes: Uint8Array,
  isWhole: boolean,
  options: EvidenceOptions,
  depth: number,
): Result<Sink, EvidenceCode> {
  const where = options.name ?? 'file'
  if (bytes.length === 0) return fail('EMPTY', where, 'no bytes', 'a file that holds something')
  const isZip = startsWith(bytes, 0x50, 0x4b, 0x03, 0x04)
  const isGzip = startsWith(bytes, 0x1f, 0x8b, 0x08)
  if ((isZip || isGzip) && depth >= MAX_DEPTH) {
    return fail('TOO_LARGE', where, 'archives inside archives', `at most ${MAX_DEPTH} deep`)
  }
  if (isZip) {
    const open = (name: string): Sink => openIntake({ ...options, name }, depth + 1)
    return { ok: true, value: new ArchiveSink(open, options) }
  }
  if (isGzip) return { ok: true, value: gunzipSink(openIntake(options, depth + 1), where) }
  const encoding = textEncodingOf(bytes.subarray(0, HEAD_BYTES), isWhole)
  const head = headOf(bytes.subarray(0, HEAD_BYTES), isWhole, encoding)
  const reader = EVIDENCE_READERS.find(
    (one) => (one.takes === 'bytes' || encoding !== undefined) && one.recognises(head),
  )
  if (reader === undefined) return unknownFormat(head, where)
  return { ok: true, value: sinkOf(reader, encoding, options) }
}

function headOf(bytes: Uint8Array, isWhole: boolean, encoding?: TextEncoding): FileHead {
  if (encoding === undefined) return { bytes, text: '', isWhole }
  const decoding = textDecoding(encoding)
  const text = decoding.push(bytes) + (isWhole ? decoding.end() : '')
  return { bytes, text: text.replace(/\r\n?/g, '\n'), isWhole }
}

function sinkOf(
  reader: EvidenceReader,
  encoding: TextEncoding | undefined,
  options: EvidenceOptions,
): Sink {
  if (reader.takes === 'bytes') return reader.open(options)
  const decoding = textDecoding(encoding ?? 'utf-8')
  const sink = reader.open(options)
  const taker =
    reader.takes === 'text'
      ? { push: (text: string) => sink.push(text), end: () => undefined }
      : lineSplitter((line) => sink.push(line))
  return {
    push: (bytes) => inPieces(bytes, TEXT_PIECE_BYTES, (piece) => taker.push(decoding.push(piece))),
    end() {
      const problem = taker.push(decoding.end()) ?? taker.end()
      return problem === undefined ? sink.end() : { ok: false, problem }
    },
  }
}

/** Inflates gzip (with all its members) into another sink. */
function gunzipSink(inner: Sink, where: string): Sink {
  let nInflated = 0
  let isFinal = false
  // Handed on after the inflating, so that its errors are not taken for those of a reader.
  const inflated: Uint8Array[] = []
  const gunzip = new Gunzip((part, final) => {
    nInflated += part.length
    isFinal = final
    if (part.length > 0) inflated.push(part)
  })
  const inflate = (bytes: Uint8Array, final: boolean): Problem<EvidenceCode> | undefined => {
    let broken: Problem<EvidenceCode> | undefined
    try {
      gunzip.push(bytes, final)
    } catch {
      broken = fail('BAD_FIELD', where, 'broken gzip data', 'a whole .gz file').problem
    }
    for (const part of inflated.splice(0)) {
      const problem = inflateProblem(nInflated, where) ?? inner.push(part)
      if (problem !== undefined) return problem
    }
    return broken
  }
  return {
    push: (chunk) => inPieces(chunk, INFLATE_PIECE_BYTES, (piece) => inflate(piece, false)),
    end() {
      const problem = inflate(new Uint8Array(0), true)
      if (problem === undefined && isFinal) return inner.end()
      if (problem !== undefined && problem.code !== 'BAD_FIELD') return { ok: false, problem }
      return fail('TRUNCATED', where, 'gzip data without an end', 'a whole .gz file')
    },
  }
}

/** Hands bytes on in small pieces until one is a problem. */
function inPieces(
  chunk: Uint8Array,
  size: number,
  take: (piece: Uint8Array) => Problem<EvidenceCode> | undefined,
): Problem<EvidenceCode> | undefined {
  for (let at = 0; at < chunk.length; at += size) {
    const problem = take(chunk.subarray(at, at + size))
    if (problem !== undefined) return problem
  }
  return undefined
}

function startsWith(bytes: Uint8Array, ...start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
