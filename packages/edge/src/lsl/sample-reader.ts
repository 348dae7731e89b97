import { fail, ok, type Result } from '@nocturne/core/math'
import { DEDUCED_TAG, TRANSMITTED_TAG } from './sample-format.ts'
import { FORMAT_BYTES, type LslCode, type LslFormat } from './stream-info.ts'

/** Samples of a stream that came together. */
export type LslSamples = {
  /** By the offerer's clock, seconds; one a sample. */
  readonly timestampsS: Float64Array
  /** Rows of channels: numbers, or texts of a stream of strings. Wholes beyond 2^53 are rounded. */
  readonly values: Float64Array | readonly string[]
}

/** Takes the bytes of a feed however they are cut. */
export type SampleReader = {
  /** The samples that the bytes complete; a problem where they cannot be samples. */
  push(bytes: Uint8Array): Result<LslSamples, LslCode>
}

/** Longest text of a value that is taken for one. */
const MOST_TEXT_BYTES = 1 << 20

/**
 * Reads samples of a feed from its first byte after the headers. A deduced time is one sample after
 * the time before it (the same time in a stream of events). Keeps no more than one sample between
 * calls.
 */
export function sampleReader(
  format: LslFormat,
  channels: number,
  rateHz: number,
  bigEndian = false,
): SampleReader {
  let rest: Uint8Array = new Uint8Array(0)
  let lastS = 0
  const stepS = rateHz > 0 ? 1 / rateHz : 0
  const timeOf = (view: DataView, at: number): number => {
    lastS = view.getUint8(at) === DEDUCED_TAG ? lastS + stepS : view.getFloat64(at + 1, !bigEndian)
    return lastS
  }
  const cut = format === 'string' ? textCutter(channels, bigEndian) : numberCutter(format, channels)
  return {
    push: (bytes) => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const view = new DataView(all.buffer, all.byteOffset, all.byteLength)
      const places = cut(view)
      if (places === undefined) {
        return fail('LSL_PROTOCOL', 'feed', 'bytes that are no sample', 'tag 1 or 2 and values')
      }
      const timestampsS = Float64Array.from(places.starts, (at) => timeOf(view, at))
      const values =
        format === 'string'
          ? textsAt(all, view, places.starts, channels, bigEndian)
          : numbersAt(format, view, places.starts, channels, !bigEndian)
      rest = all.slice(places.end)
      return ok({ timestampsS, values })
    },
  }
}

/** Where whole samples start, and where the last one ends; undefined for no samples at all. */
type Places = { readonly starts: readonly number[]; readonly end: number }
type Cutter = (view: DataView) => Places | undefined

function isTag(tag: number): boolean {
  return tag === DEDUCED_TAG || tag === TRANSMITTED_TAG
}

function numberCutter(format: LslFormat, channels: number): Cutter {
  const payload = channels * FORMAT_BYTES[format]
  return (view) => {
    const starts: number[] = []
    let at = 0
    while (at < view.byteLength) {
      const tag = view.getUint8(at)
      if (!isTag(tag)) return undefined
      const next = at + (tag === DEDUCED_TAG ? 1 : 9) + payload
      if (next > view.byteLength) break
      starts.push(at)
      at = next
    }
    return { starts, end: at }
  }
}

function textCutter(channels: number, bigEndian: boolean): Cutter {
  return (view) => {
    const starts: number[] = []
    let at = 0
    while (at < view.byteLength) {
      const tag = view.getUint8(at)
      if (!isTag(tag)) return undefined
      let next = at + (tag === DEDUCED_TAG ? 1 : 9)
      for (let k = 0; k < channels; k++) {
        const text = textPlace(view, next, bigEndian)
        if (text === undefined) return undefined
        next = text.to
      }
      if (next > view.byteLength) break
      starts.push(at)
      at = next
    }
    return { starts, end: at }
  }
}

/** A text at a byte; beyond the end where it has not all come; undefined where it is none. */
function textPlace(
  view: DataView,
  at: number,
  bigEndian: boolean,
): { readonly from: number; readonly to: number } | undefined {
  const short = { from: view.byteLength + 1, to: view.byteLength + 1 }
  if (at >= view.byteLength) return short
  const width = view.getUint8(at)
  if (![1, 2, 4, 8].includes(width)) return undefined
  if (at + 1 + width > view.byteLength) return short
  const length =
    width === 1
      ? view.getUint8(at + 1)
      : width === 2
        ? view.getUint16(at + 1, !bigEndian)
        : width === 4
          ? view.getUint32(at + 1, !bigEndian)
          : Number(view.getBigUint64(at + 1, !bigEndian))
  if (length > MOST_TEXT_BYTES) return undefined
  return { from: at + 1 + width, to: at + 1 + width + length }
}

function textsAt(
  bytes: Uint8Array,
  view: DataView,
  starts: readonly number[],
  channels: number,
  bigEndian: boolean,
): string[] {
  const texts: string[] = []
  for (const start of starts) {
    let at = start + (view.getUint8(start) === DEDUCED_TAG ? 1 : 9)
    for (let k = 0; k < channels; k++) {
      const { from, to } = textPlace(view, at, bigEndian)!
      texts.push(Buffer.from(bytes.subarray(from, to)).toString('utf8'))
      at = to
    }
  }
  return texts
}

type Getter = (view: DataView, at: number, little: boolean) => number

const GETTERS: Readonly<Record<Exclude<LslFormat, 'string'>, Getter>> = {
  float32: (view, at, little) => view.getFloat32(at, little),
  double64: (view, at, little) => view.getFloat64(at, little),
  int32: (view, at, little) => view.getInt32(at, little),
  int16: (view, at, little) => view.getInt16(at, little),
  int8: (view, at) => view.getInt8(at),
  int64: (view, at, little) => Number(view.getBigInt64(at, little)),
}

function numbersAt(
  format: Exclude<LslFormat, 'string'>,
  view: DataView,
  starts: readonly number[],
  channels: number,
  little: boolean,
): Float64Array {
  const get = GETTERS[format]
  const bytes = FORMAT_BYTES[format]
  const out = new Float64Array(starts.length * channels)
  let k = 0
  for (const start of starts) {
    let at = start + (view.getUint8(start) === DEDUCED_TAG ? 1 : 9)
    for (let c = 0; c < channels; c++, at += bytes) out[k++] = get(view, at, little)
  }
  return out
}
