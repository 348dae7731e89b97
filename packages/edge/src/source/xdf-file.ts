import { fail, ok, type Result } from '@nocturne/core/math'
import type { ByteSource } from '@nocturne/core/signal'
import { FORMAT_BYTES, type LslStream, readStream } from '../lsl/stream-info.ts'
import { childText, readXml } from '../lsl/xml.ts'
import type { SourceCode } from './source.ts'

/** A stream of a file, and the number by which its chunks are known. */
export type XdfStream = { readonly id: number; readonly stream: LslStream }

/** What an XDF file says before its samples. */
export type XdfContents = {
  readonly streams: readonly XdfStream[]
  /** Wall clock at which the recording was begun, ms since the epoch. */
  readonly startMs?: number
}

/** Samples of one stream that stand together in a file. */
export type XdfSamples = {
  /** By the clock of the stream's machine, seconds. */
  readonly timestampsS: Float64Array
  /** Rows of channels. */
  readonly values: Float64Array
}

const [FILE_HEADER, STREAM_HEADER, SAMPLES] = [1, 2, 3]
/** Read at once, the largest chunk that is taken, and how far headers are looked for, bytes. */
const WINDOW_BYTES = 1 << 20
const MOST_CHUNK_BYTES = 1 << 26
const HEADERS_WITHIN_BYTES = 1 << 24
/** Longest head of a chunk: a width, a length of eight bytes, a tag. */
const MOST_HEAD_BYTES = 11

/**
 * Reads which streams an XDF file holds (Extensible Data Format 1.0, github.com/sccn/xdf). Streams
 * whose header makes no sense are left out. Fails with SOURCE_FILE where the file is none.
 */
export async function readXdf(bytes: ByteSource): Promise<Result<XdfContents, SourceCode>> {
  const magic = Buffer.from(await bytes.read(0, 4)).toString('latin1')
  if (magic !== 'XDF:') {
    return fail('SOURCE_FILE', bytes.name, 'another format', 'a file that begins with XDF:')
  }
  const streams: XdfStream[] = []
  let startMs = Number.NaN
  const isHeader = (tag: number): boolean => tag === FILE_HEADER || tag === STREAM_HEADER
  for await (const { tag, content } of xdfChunks(bytes, isHeader, HEADERS_WITHIN_BYTES)) {
    if (tag === FILE_HEADER) {
      const root = readXml(content.toString('utf8'))
      startMs = root ? Date.parse(childText(root, 'datetime')) : Number.NaN
    }
    if (tag !== STREAM_HEADER || content.length < 4) continue
    const root = readXml(content.subarray(4).toString('utf8'))
    const stream = root && readStream(root)
    if (stream?.ok) streams.push({ id: content.readUInt32LE(0), stream: stream.value })
  }
  return ok({ streams, ...(Number.isFinite(startMs) && { startMs }) })
}

/**
 * The samples of a numeric stream in the order of the file; a time that is left out follows by the
 * rate. Ends where a chunk is cut off or makes no sense, as files of recorders that died do.
 */
export async function* xdfSamples(
  bytes: ByteSource,
  { id, stream }: XdfStream,
): AsyncGenerator<XdfSamples> {
  let lastS = 0
  const wanted = (tag: number, streamId: number): boolean => tag === SAMPLES && streamId === id
  for await (const { content } of xdfChunks(bytes, wanted)) {
    const count = varInt(content, 4)
    if (count === undefined) return
    const samples = samplesOf(content, count.next, count.value, stream, lastS)
    if (samples === undefined) return
    lastS = samples.timestampsS.at(-1) ?? lastS
    if (samples.timestampsS.length > 0) yield samples
  }
}

type Chunk = { readonly tag: number; readonly content: Buffer }

/** The chunks of a file whose tag and stream are wanted; the others are passed over unread. */
async function* xdfChunks(
  bytes: ByteSource,
  wanted: (tag: number, streamId: number) => boolean,
  within = Number.POSITIVE_INFINITY,
): AsyncGenerator<Chunk> {
  const at = windowOf(bytes)
  for (let offset = 4; offset < Math.min(bytes.size, within); ) {
    const head = await at(offset, MOST_HEAD_BYTES + 4)
    const length = varInt(head, 0)
    if (length === undefined || length.value < 2 || head.length < length.next + 2) return
    const start = offset + length.next + 2
    const size = length.value - 2
    if (start + size > bytes.size) return
    const tag = head.readUInt16LE(length.next)
    const hasId = size >= 4 && head.length >= length.next + 6
    const streamId = hasId ? head.readUInt32LE(length.next + 2) : 0
    if (wanted(tag, streamId) && size <= MOST_CHUNK_BYTES) {
      yield { tag, content: await at(start, size) }
    }
    offset = start + size
  }
}

/** Reads by ranges out of large pieces. */
function windowOf(bytes: ByteSource): (offset: number, length: number) => Promise<Buffer> {
  let [from, piece] = [0, Buffer.alloc(0)]
  return async (offset, length) => {
    if (offset < from || offset + length > from + piece.length) {
      from = offset
      piece = Buffer.from(await bytes.read(offset, Math.max(length, WINDOW_BYTES)))
    }
    return piece.subarray(offset - from, offset - from + length)
  }
}

/** A whole number after a byte that says its width: 1, 4 or 8. */
function varInt(bytes: Buffer, at: number): { value: number; next: number } | undefined {
  const width = bytes[at]
  if (width === undefined || bytes.length < at + 1 + width) return undefined
  if (width === 1) return { value: bytes.readUInt8(at + 1), next: at + 2 }
  if (width === 4) return { value: bytes.readUInt32LE(at + 1), next: at + 5 }
  return width === 8 ? { value: Number(bytes.readBigUInt64LE(at + 1)), next: at + 9 } : undefined
}

function samplesOf(
  bytes: Buffer,
  from: number,
  count: number,
  { format, channelCount, rateHz }: LslStream,
  lastS: number,
): XdfSamples | undefined {
  const size = FORMAT_BYTES[format]
  if (format === 'string' || count > (bytes.length - from) / (1 + channelCount * size)) {
    return undefined
  }
  const get = GETTERS[format]
  const timestampsS = new Float64Array(count)
  const values = new Float64Array(count * channelCount)
  let [at, timeS] = [from, lastS]
  for (let i = 0; i < count; i++) {
    const width = bytes[at++]
    if ((width !== 0 && width !== 8) || at + width + channelCount * size > bytes.length) {
      return undefined
    }
    timeS = width === 8 ? bytes.readDoubleLE(at) : timeS + (rateHz > 0 ? 1 / rateHz : 0)
    at += width
    timestampsS[i] = timeS
    for (let k = 0; k < channelCount; k++, at += size) values[i * channelCount + k] = get(bytes, at)
  }
  return { timestampsS, values }
}

type Getter = (bytes: Buffer, at: number) => number

const GETTERS: Readonly<Record<Exclude<LslStream['format'], 'string'>, Getter>> = {
  float32: (bytes, at) => bytes.readFloatLE(at),
  double64: (bytes, at) => bytes.readDoubleLE(at),
  int32: (bytes, at) => bytes.readInt32LE(at),
  int16: (bytes, at) => bytes.readInt16LE(at),
  int8: (bytes, at) => bytes.readInt8(at),
  int64: (bytes, at) => Number(bytes.readBigInt64LE(at)),
}
