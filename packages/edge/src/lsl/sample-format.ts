import { FORMAT_BYTES, type LslFormat } from './stream-info.ts'

/** First byte of a sample whose time follows from the one before. */
export const DEDUCED_TAG = 1
/** First byte of a sample that brings its time. */
export const TRANSMITTED_TAG = 2

/** Time of the two test samples that open a feed. */
export const TEST_TIMESTAMP_S = 123456.789
/** Offsets of their patterns. */
export const TEST_OFFSETS: readonly number[] = [4, 2]

/** Where the test pattern of each numeric format starts, and where it wraps. */
const PATTERNS: Readonly<Record<Exclude<LslFormat, 'string'>, readonly [number, number]>> = {
  float32: [0, Number.POSITIVE_INFINITY],
  double64: [16_777_217, Number.POSITIVE_INFINITY],
  int32: [65_537, 2_147_483_647],
  int16: [257, 32_767],
  int8: [1, 127],
  int64: [2_147_483_649, Number.POSITIVE_INFINITY],
}

/** The values of a test sample, by which two programs see that they mean the same bytes. */
export function testPattern(
  format: LslFormat,
  channels: number,
  offset: number,
): number[] | string[] {
  const signed = (k: number, value: number): number => (k % 2 === 0 ? value : -value)
  const each = Array.from({ length: channels }, (_, k) => k)
  if (format === 'string') return each.map((k) => String(signed(k, k + 10)))
  const [start, wrap] = PATTERNS[format]
  return each.map((k) =>
    signed(k, wrap === Infinity ? k + offset + start : (k + offset + start) % wrap),
  )
}

/**
 * The bytes of samples in a row, little-endian. `values` has a row of channels for each time; a
 * time that is undefined is deduced by the receiver. Numbers are rounded and held within an integer
 * format's range.
 */
export function sampleBytes(
  format: LslFormat,
  timestampsS: readonly (number | undefined)[],
  values: ArrayLike<number> | readonly string[],
): Buffer {
  const channels = values.length / timestampsS.length
  const isText = format === 'string'
  const texts = isText ? (values as readonly string[]).map((text) => Buffer.from(text, 'utf8')) : []
  const payload = texts.reduce((sum, text) => sum + text.length + (text.length > 255 ? 5 : 2), 0)
  const size = timestampsS.reduce<number>((sum, at) => sum + (at === undefined ? 1 : 9), 0)
  const bytes = Buffer.allocUnsafe(size + payload + values.length * FORMAT_BYTES[format])
  const put = isText ? undefined : PUTTERS[format as Exclude<LslFormat, 'string'>]
  let at = 0
  for (const [row, timestampS] of timestampsS.entries()) {
    bytes[at++] = timestampS === undefined ? DEDUCED_TAG : TRANSMITTED_TAG
    if (timestampS !== undefined) at = bytes.writeDoubleLE(timestampS, at)
    for (let k = row * channels; k < (row + 1) * channels; k++) {
      at = put ? put(bytes, values[k] as number, at) : putText(bytes, texts[k]!, at)
    }
  }
  return bytes
}

/** One byte says how long the length is, then the length, then the text in UTF-8. */
function putText(bytes: Buffer, text: Buffer, from: number): number {
  let at = from
  bytes[at++] = text.length > 255 ? 4 : 1
  at = text.length > 255 ? bytes.writeUInt32LE(text.length, at) : bytes.writeUInt8(text.length, at)
  return at + text.copy(bytes, at)
}

type Putter = (bytes: Buffer, value: number, at: number) => number

const PUTTERS: Readonly<Record<Exclude<LslFormat, 'string'>, Putter>> = {
  float32: (bytes, value, at) => bytes.writeFloatLE(value, at),
  double64: (bytes, value, at) => bytes.writeDoubleLE(value, at),
  int32: (bytes, value, at) => bytes.writeInt32LE(held(value, 2_147_483_647), at),
  int16: (bytes, value, at) => bytes.writeInt16LE(held(value, 32_767), at),
  int8: (bytes, value, at) => bytes.writeInt8(held(value, 127), at),
  int64: (bytes, value, at) => bytes.writeBigInt64LE(BigInt(held(value, 2 ** 53)), at),
}

function held(value: number, most: number): number {
  return Number.isNaN(value) ? 0 : Math.max(-most - 1, Math.min(most, Math.round(value)))
}
