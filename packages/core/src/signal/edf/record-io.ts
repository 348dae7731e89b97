import type { ByteSource } from '../source.ts'
import type { EdfLayout, EdfSignal } from './header.ts'
import { CHUNK_BYTES, LONG_RECORD_BYTES, WHOLE_RECORD_BYTES } from './limit.ts'

/**
 * Stored samples of one signal: `samples` of them from `firstSample`, in each of `records` records.
 */
export type Piece = {
  /** Bytes whose start lies on an even address. */
  readonly bytes: Uint8Array
  /** Which of the chosen signals. */
  readonly signal: number
  readonly record: number
  readonly records: number
  readonly firstSample: number
  readonly samples: number
  /**
   * Where the first sample of the first record lies in `bytes`, and how far the next record's is.
   */
  readonly offset: number
  readonly stride: number
}

/** What is done with pieces as they come. */
export type Visitor = {
  visit(piece: Piece): void
  /** False for pieces of long records that need not be read; all are by default. */
  needs?(place: Omit<Piece, 'bytes'>): boolean
  /** Longest piece of a long record, bytes; `CHUNK_BYTES` by default. */
  readonly pieceBytes?: number
}

/**
 * Reads records `from` <= r < `to` by ranges and shows the stored samples of the chosen signals,
 * record by record in order. Short records are read whole, many at once, the next chunk under way
 * while one is visited; long ones signal by signal in pieces. Holds two chunks or records at once.
 * Rejects when the medium fails or ends early.
 */
export async function visitRecords(
  source: ByteSource,
  layout: EdfLayout,
  signals: readonly EdfSignal[],
  [from, to]: readonly [from: number, to: number],
  visitor: Visitor,
): Promise<void> {
  if (to <= from || signals.length === 0 || layout.recordBytes === 0) return
  const samples = signals.reduce((sum, signal) => sum + signal.samplesPerRecord, 0)
  const sparesMost = 2 * samples * layout.sampleBytes < layout.recordBytes
  const most = sparesMost ? WHOLE_RECORD_BYTES : LONG_RECORD_BYTES
  if (layout.recordBytes > most) {
    await visitLongRecords(source, layout, signals, [from, to], visitor)
  } else await visitShortRecords(source, layout, signals, [from, to], visitor)
}

/** Reads exactly `length` bytes, on an even address. Rejects when the source ends before. */
async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = await source.read(offset, length)
  if (bytes.length !== length) {
    throw new Error(
      `${source.name}: got ${bytes.length} bytes at ${offset}, expected ${length}: it changed while read`,
    )
  }
  return bytes.byteOffset % 2 === 0 ? bytes : bytes.slice()
}

async function visitShortRecords(
  source: ByteSource,
  layout: EdfLayout,
  signals: readonly EdfSignal[],
  [from, to]: readonly [from: number, to: number],
  { visit }: Visitor,
): Promise<void> {
  const { headerBytes, recordBytes } = layout
  const atOnce = Math.max(1, Math.floor(CHUNK_BYTES / recordBytes))
  const read = (record: number): Promise<Uint8Array> | undefined => {
    const records = Math.min(atOnce, to - record)
    if (records <= 0) return undefined
    const chunk = readExactly(source, headerBytes + record * recordBytes, records * recordBytes)
    // The chunk is awaited one turn later; until then a failure must not count as unhandled.
    chunk.catch(() => undefined)
    return chunk
  }
  let next = read(from)
  for (let record = from; record < to; record += atOnce) {
    const bytes = await next!
    next = read(record + atOnce)
    const records = Math.min(atOnce, to - record)
    for (const [signal, { byteInRecord, samplesPerRecord }] of signals.entries()) {
      const samples = samplesPerRecord
      const offset = byteInRecord
      if (samples === 0) continue
      visit({
        bytes,
        signal,
        record,
        records,
        firstSample: 0,
        samples,
        offset,
        stride: recordBytes,
      })
    }
  }
}

async function visitLongRecords(
  source: ByteSource,
  layout: EdfLayout,
  signals: readonly EdfSignal[],
  [from, to]: readonly [from: number, to: number],
  { visit, needs, pieceBytes = CHUNK_BYTES }: Visitor,
): Promise<void> {
  const { headerBytes, recordBytes, sampleBytes } = layout
  const most = Math.max(1, Math.floor(pieceBytes / sampleBytes))
  for (let record = from; record < to; record++) {
    for (const [signal, { byteInRecord, samplesPerRecord }] of signals.entries()) {
      const start = headerBytes + record * recordBytes + byteInRecord
      for (let firstSample = 0; firstSample < samplesPerRecord; firstSample += most) {
        const samples = Math.min(most, samplesPerRecord - firstSample)
        const at = start + firstSample * sampleBytes
        const place = { signal, record, records: 1, firstSample, samples, offset: 0, stride: 0 }
        if (needs && !needs(place)) continue
        visit({ ...place, bytes: await readExactly(source, at, samples * sampleBytes) })
      }
    }
  }
}
