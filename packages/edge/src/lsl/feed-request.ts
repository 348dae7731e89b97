import { fail, ok, type Result } from '@nocturne/core/math'
import { FORMAT_BYTES, type LslCode, type LslStreamInfo } from './stream-info.ts'

/** The protocol that is spoken, x 100. */
export const PROTOCOL_VERSION = 110
/** Names of byte orders. */
const LITTLE_ENDIAN = 1234
const BIG_ENDIAN = 4321
/** Longest head of a request or response, bytes. */
export const MOST_HEAD_BYTES = 16_384

/** What a receiver asks for. */
export type FeedRequest = {
  readonly version: number
  /** Empty when any stream at this port will do. */
  readonly uid: string
  readonly valueBytes: number | undefined
  readonly hasIeeeFloats: boolean
  /** Samples kept for a receiver that is slow; 0 asks for the test samples alone. */
  readonly bufferSamples: number
  readonly dataVersion: number
}

/** The head by which a feed of a stream is asked for. */
export function feedRequestText(info: LslStreamInfo, bufferSamples: number): string {
  const lines = [
    `LSL:streamfeed/${PROTOCOL_VERSION} ${info.uid}`,
    `Native-Byte-Order: ${LITTLE_ENDIAN}`,
    // Little-endian on both sides, or the sender's order: neither asks the other to convert.
    'Endian-Performance: 0',
    'Has-IEEE754-Floats: 1',
    'Supports-Subnormals: 1',
    `Value-Size: ${info.format === 'string' ? 0 : FORMAT_BYTES[info.format]}`,
    `Data-Protocol-Version: ${PROTOCOL_VERSION}`,
    `Max-Buffer-Length: ${bufferSamples}`,
    'Max-Chunk-Length: 0',
    `Hostname: ${info.hostname}`,
    `Source-Id: ${info.sourceId}`,
    `Session-Id: ${info.sessionId}`,
  ]
  return `${lines.map((line) => line.replace(/[\r\n]/g, ' ')).join('\r\n')}\r\n\r\n`
}

/** Reads the head of a request, its first line included; undefined where it asks for no feed. */
export function readFeedRequest(head: string): FeedRequest | undefined {
  const [first = '', ...lines] = head.split('\r\n')
  const match = /^LSL:streamfeed(?:\/(\d+))?(?:\s+(\S+))?\s*$/.exec(first)
  if (!match) return undefined
  const fields = fieldsOf(lines)
  const whole = (name: string): number | undefined => {
    const text = fields.get(name)
    return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
  }
  const version = match[1] === undefined ? 100 : Number(match[1])
  return {
    version,
    uid: match[2] ?? '',
    valueBytes: whole('value-size'),
    hasIeeeFloats: fields.get('has-ieee754-floats') !== '0',
    bufferSamples: whole('max-buffer-length') ?? 0,
    dataVersion: whole('data-protocol-version') ?? whole('protocol-version') ?? version,
  }
}

/**
 * Answers a request for a stream: the head of a feed, or a refusal (another stream 404; a later
 * protocol, or one that needs 1.00, whose archives are not spoken, 505).
 */
export function feedResponseText(
  info: LslStreamInfo,
  request: FeedRequest,
): { readonly accepted: boolean; readonly text: string } {
  const refused = (status: string): { accepted: false; text: string } => {
    return { accepted: false, text: `LSL/${PROTOCOL_VERSION} ${status}\r\n\r\n` }
  }
  const size = FORMAT_BYTES[info.format]
  const odd = info.format !== 'string' && (request.valueBytes ?? size) !== size
  const major = Math.floor(request.version / 100)
  const old = Math.min(request.version, request.dataVersion) < PROTOCOL_VERSION
  if (major > 1 || old || odd || !request.hasIeeeFloats) return refused('505 Version not supported')
  if (request.uid !== '' && request.uid !== info.uid) return refused('404 Not found')
  const lines = [
    `LSL/${PROTOCOL_VERSION} 200 OK`,
    `UID: ${info.uid}`,
    `Byte-Order: ${LITTLE_ENDIAN}`,
    'Suppress-Subnormals: 0',
    `Data-Protocol-Version: ${PROTOCOL_VERSION}`,
  ]
  return { accepted: true, text: `${lines.join('\r\n')}\r\n\r\n` }
}

/**
 * Reads the head of a response to a request for the stream of `uid`. Fails with LSL_PROTOCOL where
 * the feed is refused, is another stream's, or speaks another protocol than 1.10.
 */
export function readFeedResponse(
  head: string,
  uid: string,
): Result<{ readonly bigEndian: boolean }, LslCode> {
  const [first = '', ...lines] = head.split('\r\n')
  const match = /^LSL\/(\d+)\s+(\d{3})/.exec(first)
  if (!match) return fail('LSL_PROTOCOL', 'feed', `"${first.slice(0, 60)}"`, 'LSL/110 200 OK')
  if (match[2] !== '200' || Number(match[1]) >= 200) {
    return fail('LSL_PROTOCOL', 'feed', `"${first.slice(0, 60)}"`, 'LSL/110 200 OK')
  }
  const fields = fieldsOf(lines)
  const got = fields.get('uid') ?? uid
  if (got.toLowerCase() !== uid.toLowerCase()) {
    return fail('LSL_PROTOCOL', 'feed', `stream ${got}`, `stream ${uid}`)
  }
  const version = fields.get('data-protocol-version') ?? '100'
  if (version !== String(PROTOCOL_VERSION)) {
    return fail('LSL_PROTOCOL', 'feed', `data of protocol ${version}`, `${PROTOCOL_VERSION}`)
  }
  // 0 is what liblsl 1.13 says for its own order, which is little-endian wherever it runs today.
  const order = Number(fields.get('byte-order') ?? LITTLE_ENDIAN) || LITTLE_ENDIAN
  if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN) {
    return fail('LSL_PROTOCOL', 'feed', `byte order ${order}`, `${LITTLE_ENDIAN} or ${BIG_ENDIAN}`)
  }
  return ok({ bigEndian: order === BIG_ENDIAN })
}

/** Fields of a head by their lower-case names; a comment after `;` is left out. */
function fieldsOf(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [text = ''] = line.split(';')
    const colon = text.indexOf(':')
    if (colon < 0) continue
    fields.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim())
  }
  return fields
}
