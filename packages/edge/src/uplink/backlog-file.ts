import {
  closeSync,
  fdatasync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { type BacklogEntry, isBelowMark, type Watermark } from '@nocturne/core/fleet'
import { crc32 } from '@nocturne/core/math'
import { writeWholeNow } from './whole-file.ts'

/**
 * A record of the file, little-endian: u32 length of the body, the body, u32 CRC-32 of both. A body
 * begins with its kind: 1 an entry (u8 channel, u32 boot, u32 firstSeq, u16 n, bytes), 2 a
 * watermark (u32 boot, u32 seq), 3 an entry that was given up (u32 boot, u32 firstSeq).
 */
const ENTRY = 1
const FREED = 2
const LOST = 3
const ENTRY_HEAD = 12
const MOST_BODY = 65_536
/** Bytes of what is over at which the file is written anew. */
const MOST_STALE_BYTES = 1 << 22
/** Time in which what was written is flushed to the medium, ms. */
const FLUSH_MS = 1000

/**
 * What waits for a centre, on disk: records at the end of one file, each with its CRC. A record is
 * with the system before the call returns, so that the end of the program at any moment loses none;
 * it is on the medium a second later, so that a power cut takes the last second at most. What was
 * torn off is cut away at the next start, and the room is bounded by the session's own backlog,
 * whose losses and watermarks are written here. Rules F15, F16 of fleet/SPEC.md.
 */
export class BacklogFile {
  /** What was kept by earlier starts, in the order of keys. */
  readonly kept: readonly BacklogEntry[]
  readonly #path: string
  #file: number
  #living = new Map<string, BacklogEntry>()
  #bytes: number
  #livingBytes = 0
  #flush: NodeJS.Timeout | undefined
  #isClosed = false

  /** Opens the file, or begins one. Throws the system's error. */
  constructor(path: string) {
    this.#path = path
    this.#file = openSync(path, 'a+', 0o600)
    const bytes = readFileSync(path)
    const whole = readRecords(bytes, (body) => this.#replay(body))
    if (whole < bytes.length) ftruncateSync(this.#file, whole)
    this.#bytes = whole
    this.kept = [...this.#living.values()]
  }

  /** Keeps an entry. Throws where the disk refuses; the entry then lives in memory only. */
  keep(entry: BacklogEntry): void {
    this.#put(entry)
    this.#append(entryBody(entry))
  }

  /** All below is durable elsewhere. */
  free(mark: Watermark): void {
    for (const entry of this.#living.values()) if (isBelowMark(entry, mark)) this.#drop(entry)
    this.#append(pair(FREED, mark.boot, mark.seq))
    if (this.#bytes - this.#livingBytes > MOST_STALE_BYTES) this.#writeAnew()
  }

  /** An entry had to make room for another. */
  lose(entry: BacklogEntry): void {
    this.#drop(entry)
    this.#append(pair(LOST, entry.boot, entry.firstSeq))
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#flush)
    closeSync(this.#file)
  }

  #replay(body: Uint8Array): void {
    const view = new DataView(body.buffer, body.byteOffset, body.length)
    const kind = view.getUint8(0)
    if (kind === ENTRY) {
      const entry = readEntry(body, view)
      const before = this.#living.get(keyOf(entry))
      if (before === undefined) this.#put(entry)
    } else if (kind === FREED) {
      const mark = { boot: view.getUint32(1, true), seq: view.getUint32(5, true) }
      for (const entry of this.#living.values()) if (isBelowMark(entry, mark)) this.#drop(entry)
    } else if (kind === LOST) {
      const key = `${view.getUint32(1, true)} ${view.getUint32(5, true)}`
      const entry = this.#living.get(key)
      if (entry) this.#drop(entry)
    }
  }

  #put(entry: BacklogEntry): void {
    this.#living.set(keyOf(entry), entry)
    this.#livingBytes += recordLength(entry)
  }

  #drop(entry: BacklogEntry): void {
    if (this.#living.delete(keyOf(entry))) this.#livingBytes -= recordLength(entry)
  }

  #append(body: Uint8Array): void {
    const bytes = recordOf(body)
    const before = this.#bytes
    try {
      let at = 0
      while (at < bytes.length) at += writeSync(this.#file, bytes, at)
      this.#bytes += bytes.length
    } catch (error) {
      // Half a record would hide all that comes behind it.
      ftruncateSync(this.#file, before)
      throw error
    }
    this.#flushLater()
  }

  #flushLater(): void {
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined
      if (!this.#isClosed) fdatasync(this.#file, () => undefined)
    }, FLUSH_MS).unref()
  }

  /** The same without what is over, in the place of the old. */
  #writeAnew(): void {
    const records = [...this.#living.values()].map((entry) => recordOf(entryBody(entry)))
    const draft = `${this.#path}.new`
    writeWholeNow(draft, Buffer.concat(records))
    const file = openSync(draft, 'a+', 0o600)
    renameSync(draft, this.#path)
    closeSync(this.#file)
    this.#file = file
    this.#bytes = records.reduce((sum, { length }) => sum + length, 0)
  }
}

/** Hands over every whole record from the start; gives the length of all that are whole. */
function readRecords(bytes: Uint8Array, hear: (body: Uint8Array) => void): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at, true)
    const end = at + 4 + length
    if (length < 9 || length > MOST_BODY || end + 4 > bytes.length) break
    if (crc32(bytes, 0, at, end) !== view.getUint32(end, true)) break
    hear(bytes.subarray(at + 4, end))
    at = end + 4
  }
  return at
}

function recordOf(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, body.length, true)
  bytes.set(body, 4)
  view.setUint32(body.length + 4, crc32(bytes, 0, 0, body.length + 4), true)
  return bytes
}

function entryBody({ channel, boot, firstSeq, n, bytes }: BacklogEntry): Uint8Array {
  const body = new Uint8Array(ENTRY_HEAD + bytes.length)
  const view = new DataView(body.buffer)
  view.setUint8(0, ENTRY)
  view.setUint8(1, channel === 't' ? 0 : 1)
  view.setUint32(2, boot, true)
  view.setUint32(6, firstSeq, true)
  view.setUint16(10, n, true)
  body.set(bytes, ENTRY_HEAD)
  return body
}

function readEntry(body: Uint8Array, view: DataView): BacklogEntry {
  return {
    ...{ channel: view.getUint8(1) === 0 ? 't' : 'e', boot: view.getUint32(2, true) },
    ...{ firstSeq: view.getUint32(6, true), n: view.getUint16(10, true) },
    bytes: body.slice(ENTRY_HEAD),
  }
}

function pair(kind: number, a: number, b: number): Uint8Array {
  const body = new Uint8Array(9)
  const view = new DataView(body.buffer)
  view.setUint8(0, kind)
  view.setUint32(1, a, true)
  view.setUint32(5, b, true)
  return body
}

function keyOf({ boot, firstSeq }: BacklogEntry): string {
  return `${boot} ${firstSeq}`
}

function recordLength({ bytes }: BacklogEntry): number {
  return ENTRY_HEAD + bytes.length + 8
}
