/** Whether this machine stores numbers as EDF does, low byte first. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Where samples go: a column and the straight line from digital to physical values. */
export type Target = {
  readonly out: Float32Array | Float64Array | Int32Array
  readonly gain: number
  readonly offset: number
}

/** Decodes `count` samples from byte `from` of `bytes` into `target.out` from index `to`. */
export type Decoder = (
  bytes: Uint8Array,
  from: number,
  target: Target,
  to: number,
  count: number,
) => void

/** The decoder of 2-byte (EDF) or 3-byte (BDF) samples, signed, low byte first. */
export function sampleDecoder(sampleBytes: 2 | 3): Decoder {
  return sampleBytes === 3 ? decode24 : decode16
}

function decode16(
  bytes: Uint8Array,
  from: number,
  { out, gain, offset }: Target,
  to: number,
  count: number,
): void {
  if (LITTLE_ENDIAN && (bytes.byteOffset + from) % 2 === 0) {
    const words = new Int16Array(bytes.buffer, bytes.byteOffset + from, count)
    for (let i = 0; i < count; i++) out[to + i] = words[i]! * gain + offset
    return
  }
  for (let i = 0, at = from; i < count; i++, at += 2) {
    out[to + i] = (((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16) * gain + offset
  }
}

function decode24(
  bytes: Uint8Array,
  from: number,
  { out, gain, offset }: Target,
  to: number,
  count: number,
): void {
  for (let i = 0, at = from; i < count; i++, at += 3) {
    const value = bytes[at]! | (bytes[at + 1]! << 8) | ((bytes[at + 2]! << 24) >> 8)
    out[to + i] = value * gain + offset
  }
}
