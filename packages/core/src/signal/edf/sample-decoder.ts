/** Whether this machine stores numbers as EDF does, low byte first. */
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Where samples go: a column and the straight line from digital to physical values. */
export type Target = {
  readonly out: Float32Array | Int32Array
  readonly gain: number
  readonly offset: number
}

/**
 * Where samples come from: `count` in each of `records`, the first at `from`, `stride` bytes apart.
 */
export type SampleRun = {
  readonly bytes: Uint8Array
  readonly from: number
  readonly stride: number
  readonly records: number
  readonly count: number
}

/**
 * Decodes signed samples of 2 (EDF) or 3 bytes (BDF), low byte first, into `target.out` from index
 * `to`, the records one after the other.
 */
export function decodeSamples(
  run: SampleRun,
  sampleBytes: 2 | 3,
  target: Target,
  to: number,
): void {
  const { bytes, from, stride } = run
  if (sampleBytes === 3) decode24(run, target, to)
  else if (LITTLE_ENDIAN && (bytes.byteOffset + from) % 2 === 0 && stride % 2 === 0) {
    decodeWords(run, target, to)
  } else decode16(run, target, to)
}

/**
 * The fast way: one view over all the bytes. Constants are locals, so that the loop stays tight.
 */
function decodeWords(
  { bytes, from, stride, records, count }: SampleRun,
  target: Target,
  to: number,
): void {
  const start = bytes.byteOffset + from
  const words = new Int16Array(bytes.buffer, start, (bytes.length - from) >> 1)
  const { out, gain, offset } = target
  for (let record = 0; record < records; record++) {
    const first = record * (stride >> 1)
    const last = first + count
    for (let i = first, j = to + record * count; i < last; i++, j++)
      out[j] = words[i]! * gain + offset
  }
}

function decode16(
  { bytes, from, stride, records, count }: SampleRun,
  target: Target,
  to: number,
): void {
  const { out, gain, offset } = target
  for (let record = 0, j = to; record < records; record++) {
    for (let i = 0, at = from + record * stride; i < count; i++, at += 2, j++) {
      out[j] = (((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16) * gain + offset
    }
  }
}

function decode24(
  { bytes, from, stride, records, count }: SampleRun,
  target: Target,
  to: number,
): void {
  const { out, gain, offset } = target
  for (let record = 0, j = to; record < records; record++) {
    for (let i = 0, at = from + record * stride; i < count; i++, at += 3, j++) {
      const value = bytes[at]! | (bytes[at + 1]! << 8) | ((bytes[at + 2]! << 24) >> 8)
      out[j] = value * gain + offset
    }
  }
}
