import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate'
import { assert } from '../../math/assert.ts'
import { BOX_WORDS } from './box-words.ts'
import { ByteCursor, ByteSink } from './byte-sink.ts'
import { putColumn, takeColumn } from './column.ts'
import { plainOfText, plainText } from './plain-text.ts'
import type { BoxRecord, Lattice } from './record.ts'

/** What an entry of a body is: the next text, a piece of signal, or a seal. */
const TEXT = 0
const SAMPLES = 1
const SEAL = 2

/** Bytes that a seal takes, its length among them, so that no arm shows in the size of a file. */
const SEAL_BYTES = 256
/** Most bytes of text, and of entries, in a body: a damaged count cannot ask for more memory. */
const MOST_TEXT_BYTES = 1 << 24
const MOST_SAMPLES = 1 << 22
const MOST_COLUMNS = 256

type SamplesInput = Extract<Extract<BoxRecord, { kind: 'input' }>['input'], { kind: 'samples' }>

/**
 * The body of a block: the records in order, of which pieces of signal are kept by column over the
 * whole block, and all others as text, deflated with the words that every box uses.
 */
export class BodySink {
  private readonly entries = new ByteSink()
  private readonly texts: string[] = []
  private readonly pieces: SamplesInput[] = []
  private lastAtMs = 0
  private nextSample = 0
  records = 0
  /** About how many bytes wait here. */
  size = 0

  /** True when the piece has as many columns as those that wait, so that it can join them. */
  fits(columns: number): boolean {
    return this.pieces.length === 0 || this.pieces[0]!.columns.length === columns
  }

  append(record: BoxRecord): void {
    this.records++
    if (record.kind === 'sealed') this.appendSeal(record.bytes)
    else if (record.kind === 'input' && record.input.kind === 'samples') {
      this.appendSamples(record.input)
    } else this.appendText(plainText(record))
  }

  /** The body of all that was appended; empties this. */
  taken(lattices: readonly (Lattice | undefined)[]): Uint8Array {
    const text = strToU8(`[${this.texts.join(',')}]`)
    const packed = deflateSync(text, { level: 6, mem: 2, dictionary: BOX_WORDS })
    const body = new ByteSink()
    body.varint(text.length)
    body.varint(packed.length)
    body.append(packed)
    body.varint(this.entries.length)
    body.append(this.entries.taken())
    const total = this.pieces.reduce((n, { columns }) => n + (columns[0]?.length ?? 0), 0)
    body.varint(this.pieces[0]?.columns.length ?? 0)
    body.varint(total)
    for (const c of this.pieces[0]?.columns.keys() ?? []) {
      putColumn(body, this.wholeColumn(c, total), lattices[c])
    }
    this.clear()
    return body.taken()
  }

  private appendText(text: string): void {
    this.texts.push(text)
    this.size += text.length
    this.entries.byte(TEXT)
  }

  private appendSeal(bytes: Uint8Array): void {
    assert(bytes.length < SEAL_BYTES, `a seal of ${bytes.length} bytes, expected at most 255`)
    const padded = new Uint8Array(SEAL_BYTES)
    padded[0] = bytes.length
    padded.set(bytes, 1)
    this.entries.byte(SEAL)
    this.entries.append(padded)
    this.size += SEAL_BYTES
  }

  private appendSamples(input: SamplesInput): void {
    const n = input.columns[0]?.length ?? 0
    assert(
      this.fits(input.columns.length) && input.columns.every(({ length }) => length === n),
      'the columns of a piece, and of the pieces of a block, must match',
    )
    this.entries.byte(SAMPLES)
    this.entries.signed(input.atMs - this.lastAtMs)
    this.entries.signed(input.first - this.nextSample)
    this.entries.varint(n)
    this.lastAtMs = input.atMs
    this.nextSample = input.first + n
    // Kept as it was: a caller may use its buffers again.
    this.pieces.push({ ...input, columns: input.columns.map((column) => column.slice()) })
    this.size += 4 * n * input.columns.length
  }

  private wholeColumn(c: number, total: number): Float32Array {
    const column = new Float32Array(total)
    let at = 0
    for (const { columns } of this.pieces) {
      column.set(columns[c]!, at)
      at += columns[c]!.length
    }
    return column
  }

  private clear(): void {
    this.entries.clear()
    this.texts.length = 0
    this.pieces.length = 0
    this.lastAtMs = 0
    this.nextSample = 0
    this.records = 0
    this.size = 0
  }
}

/** The `count` records of a body; undefined where its bytes are not those of one. */
export function recordsOfBody(bytes: Uint8Array, count: number): BoxRecord[] | undefined {
  const cursor = new ByteCursor(bytes)
  const textBytes = cursor.varint()
  const packed = cursor.slice(cursor.varint())
  const entries = new ByteCursor(cursor.slice(cursor.varint()))
  const columns = takenColumns(cursor)
  const texts = cursor.overrun ? undefined : textsOf(packed, textBytes)
  if (!texts || !columns || cursor.at !== bytes.length || count > bytes.length + textBytes) {
    return undefined
  }
  const records: BoxRecord[] = []
  const piece = { atMs: 0, sample: 0, at: 0 }
  let nextText = 0
  for (let k = 0; k < count && !entries.overrun; k++) {
    const entry = entries.byte()
    if (entry === TEXT && nextText < texts.length) records.push(texts[nextText++] as BoxRecord)
    else if (entry === SAMPLES) records.push(takenPiece(entries, columns, piece))
    else if (entry === SEAL) records.push(takenSeal(entries))
    else return undefined
  }
  return entries.overrun ? undefined : records
}

function textsOf(packed: Uint8Array, length: number): unknown[] | undefined {
  if (length > MOST_TEXT_BYTES) return undefined
  try {
    const out = new Uint8Array(length)
    const text = inflateSync(packed, { out, dictionary: BOX_WORDS })
    const value = text.length === length ? plainOfText(strFromU8(text)) : undefined
    return Array.isArray(value) ? value : undefined
  } catch {
    // Not deflated, or no JSON: whoever wrote this body was not a box.
    return undefined
  }
}

function takenColumns(cursor: ByteCursor): Float32Array[] | undefined {
  const n = cursor.varint()
  const total = cursor.varint()
  if (cursor.overrun || n > MOST_COLUMNS || n * total > MOST_SAMPLES) return undefined
  const columns: Float32Array[] = []
  for (let c = 0; c < n; c++) {
    const column = takeColumn(cursor, total)
    if (!column) return undefined
    columns.push(column)
  }
  return columns
}

function takenPiece(
  entries: ByteCursor,
  columns: readonly Float32Array[],
  piece: { atMs: number; sample: number; at: number },
): BoxRecord {
  const atMs = piece.atMs + entries.signed()
  const first = piece.sample + entries.signed()
  const n = entries.varint()
  const cut = columns.map((column) => column.slice(piece.at, piece.at + n))
  piece.atMs = atMs
  piece.sample = first + n
  piece.at += n
  return { kind: 'input', input: { kind: 'samples', atMs, first, columns: cut } }
}

function takenSeal(entries: ByteCursor): BoxRecord {
  const padded = entries.slice(SEAL_BYTES)
  return { kind: 'sealed', bytes: padded.slice(1, 1 + (padded[0] ?? 0)) }
}
