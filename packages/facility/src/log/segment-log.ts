import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../store/whole-file.ts'
import {
  type Before,
  BLOCK_HEAD,
  blockCheck,
  blockMs,
  bodyBytes,
  encodeBlock,
  entriesOf,
  type Waiting,
} from './block.ts'
import {
  type Dropped,
  LogError,
  type Logged,
  type LogPort,
  type LogTrouble,
  type Past,
} from './log-port.ts'
import { blocksOf, decodeHead, encodeHead, LONGEST_HEAD, type SegmentHead } from './segment.ts'

/** How a log is kept; every part may be left out. */
export type SegmentLogOptions = {
  /** The centre's wall clock, ms. */
  readonly now?: () => number
  /** Size at which a new segment is begun, bytes; 64 MiB. */
  readonly segmentBytes?: number
  /** Bytes that may wait for the medium before records are refused; 64 MiB. */
  readonly mostWaitingBytes?: number
  /** Opens files; a test gives a disk that is full. */
  readonly open?: typeof open
}

type Job = Waiting & {
  readonly bytes: number
  done(offset: number): void
  failed(error: LogError): void
}

type Segment = SegmentHead & { readonly path: string; readonly number: number }

const SEGMENT_NAME = /^\d{8}\.log$/
const OWNER_ONLY = 0o600
/** Most bytes that go into one block: a flush of 8 MiB is as fast as it gets. */
const BLOCK_BYTES = 1 << 23
/** Longest that a flush waits for what still arrives, ms, and what it does not wait with, bytes. */
const [GATHER_MS, GATHER_BYTES] = [2, 1 << 16]

/**
 * Opens a log's folder, making it where there is none. A tail that was torn off before it was
 * acknowledged is cut away; throws where bytes are broken that were once durable.
 */
export async function openSegmentLog(
  folder: string,
  options: SegmentLogOptions = {},
): Promise<SegmentLog> {
  await mkdir(folder, { recursive: true })
  const log = new SegmentLog(folder, options)
  await log.recover()
  return log
}

/**
 * The log on one machine: one row of segments for all partitions, so that whatever came meanwhile
 * is made durable by one flush (group commit). A record counts once fdatasync has returned.
 */
export class SegmentLog implements LogPort {
  private readonly folder: string
  private readonly open: typeof open
  private readonly now: () => number
  private readonly segmentBytes: number
  private readonly mostWaitingBytes: number
  private readonly segments: Segment[] = []
  private readonly counts = new Map<number, number>()
  private waiting: Job[] = []
  private waitingBytes = 0
  private before: Before = { check: 0, ordinal: 0 }
  private file: FileHandle | undefined
  private durableBytes = 0
  private lastMs = 0
  private running: Promise<void> | undefined
  private closed = false
  private salvaged = 0
  private readers = 0

  constructor(folder: string, options: SegmentLogOptions) {
    this.folder = folder
    this.open = options.open ?? open
    this.now = options.now ?? Date.now
    this.segmentBytes = options.segmentBytes ?? 1 << 26
    this.mostWaitingBytes = options.mostWaitingBytes ?? 1 << 26
  }

  /** Bytes of a torn tail that opening cut away; none of them had been acknowledged. */
  get tornBytes(): number {
    return this.salvaged
  }

  /** Bytes that wait for the medium. */
  get queuedBytes(): number {
    return this.waitingBytes
  }

  length(partition: number): number {
    return this.counts.get(partition) ?? 0
  }

  append(partition: number, entries: readonly Uint8Array[]): Promise<number> {
    const bytes = bodyBytes(entries)
    if (this.closed) return Promise.reject(new LogError('LOG_CLOSED', 'a closed log'))
    if (this.waitingBytes + bytes > this.mostWaitingBytes) {
      const got = `${this.waitingBytes + bytes} bytes waiting`
      return Promise.reject(new LogError('LOG_BUSY', got))
    }
    this.waitingBytes += bytes
    return new Promise((done, failed) => {
      this.waiting.push({ partition, entries, bytes, done, failed })
      this.running ??= this.run()
    })
  }

  async *read(from: ReadonlyMap<number, number>): AsyncIterable<Logged> {
    const ends = new Map([...from.keys()].map((partition) => [partition, this.length(partition)]))
    const wanted = (logged: Logged): boolean => {
      const first = from.get(logged.partition)
      return (
        first !== undefined && first <= logged.offset && logged.offset < ends.get(logged.partition)!
      )
    }
    for (const [partition, first] of from) {
      if (first < this.startOf(partition)) throw tooEarly(partition, first, this.startOf(partition))
    }
    this.readers++
    try {
      for (const segment of this.segments.slice(this.firstSegment(from))) {
        const counts = new Map(segment.counts)
        for (const block of await this.blocks(segment)) {
          for (const logged of entriesOf(block, counts)) if (wanted(logged)) yield logged
        }
      }
    } finally {
      this.readers--
    }
  }

  async start(partition: number): Promise<number> {
    return this.startOf(partition)
  }

  /** Drops whole segments, the oldest first; none while somebody reads. */
  async drop(past: Past): Promise<Dropped> {
    let [records, bytes] = [0, 0]
    while (this.readers === 0 && this.segments.length > 1) {
      const [oldest, next] = this.segments as [Segment, Segment]
      if (!isCovered(next, past) || !((await firstMs(next.path)) < past.beforeMs)) break
      // Somebody may have begun to read meanwhile.
      if (this.readers > 0 || this.segments[0] !== oldest) break
      this.segments.shift()
      try {
        // It may only go when the one before has gone, on the disk too: what is left has no gap.
        await syncFolder(this.folder)
        const { size } = await stat(oldest.path)
        await rm(oldest.path)
        bytes += size
      } catch (error) {
        this.segments.unshift(oldest)
        throw error
      }
      records += next.ordinal - oldest.ordinal
      await syncFolder(this.folder)
    }
    return { records, bytes }
  }

  async close(): Promise<void> {
    this.closed = true
    await this.running
    await this.file?.close()
    this.file = undefined
  }

  /** Reads the heads of all segments and the blocks of the last; used by `openSegmentLog` only. */
  async recover(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => SEGMENT_NAME.test(name)).sort()
    for (const [index, name] of names.entries()) {
      const path = join(this.folder, name)
      const number = Number.parseInt(name, 10)
      const before = this.segments.at(-1)?.number ?? number - 1
      if (number !== before + 1) {
        throw new Error(`${path}: got segment ${number}, expected ${before + 1}`)
      }
      const isLast = index === names.length - 1
      const bytes = isLast ? await readFile(path) : await firstBytes(path, LONGEST_HEAD)
      const read = decodeHead(bytes)
      if (read === undefined) {
        if (!isLast) throw new Error(`${path}: got a broken head, expected a segment's`)
        this.salvaged += bytes.length
        await rm(path)
        break
      }
      this.segments.push({ ...read.head, path, number })
      if (isLast) await this.takeUp(path, bytes, read.head, read.end)
    }
    if (this.file === undefined && this.segments.length > 0) await this.resumeLast()
  }

  /** After a head that was torn: the segment before it is the last. */
  private async resumeLast(): Promise<void> {
    const { path } = this.segments.at(-1)!
    const bytes = await readFile(path)
    const { head, end } = decodeHead(bytes)!
    await this.takeUp(path, bytes, head, end)
  }

  private async takeUp(
    path: string,
    bytes: Buffer,
    head: SegmentHead,
    from: number,
  ): Promise<void> {
    const { blocks, end, damaged } = blocksOf(bytes, from, head)
    if (damaged) throw new Error(`${path} byte ${end}: got broken bytes, expected a block`)
    for (const [partition, count] of head.counts) this.counts.set(partition, count)
    this.before = head
    for (const block of blocks) {
      for (const _ of entriesOf(block, this.counts));
      this.before = { check: block.check, ordinal: block.ordinal + block.count }
      this.lastMs = block.atMs
    }
    this.file = await this.open(path, 'r+')
    this.durableBytes = end
    if (end < bytes.length) {
      this.salvaged += bytes.length - end
      await this.file.truncate(end)
      await this.file.datasync()
    }
  }

  private async blocks(segment: Segment): Promise<ReturnType<typeof blocksOf>['blocks']> {
    const isLast = segment === this.segments.at(-1)
    const most = this.durableBytes
    const bytes = await readFile(segment.path)
    const durable = isLast ? bytes.subarray(0, most) : bytes
    const read = decodeHead(durable)
    const found = read && blocksOf(durable, read.end, read.head)
    if (found === undefined || found.end < durable.length) {
      throw new Error(`${segment.path} byte ${found?.end ?? 0}: got broken bytes, expected a block`)
    }
    return found.blocks
  }

  private startOf(partition: number): number {
    return this.segments[0]?.counts.get(partition) ?? 0
  }

  /** The last segment before which nothing is wanted. */
  private firstSegment(from: ReadonlyMap<number, number>): number {
    const isEarly = ({ counts }: Segment): boolean =>
      [...from].every(([partition, first]) => (counts.get(partition) ?? 0) <= first)
    const index = this.segments.findLastIndex(isEarly)
    return Math.max(0, index)
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.gather()
      const batch = this.nextBatch()
      try {
        await this.commit(batch)
      } catch (error) {
        const refusal = refusalOf(error as NodeJS.ErrnoException)
        for (const job of batch) job.failed(refusal)
      }
      for (const job of batch) this.waitingBytes -= job.bytes
    }
    this.running = undefined
  }

  /**
   * Waits for the turn of the loop in which nothing more arrives, but not for long: whoever was
   * acknowledged together answers together, and a flush costs the same for one record as for many.
   */
  private async gather(): Promise<void> {
    const untilMs = performance.now() + GATHER_MS
    for (let before = 0; before < this.waiting.length; ) {
      if (this.waitingBytes >= GATHER_BYTES || performance.now() >= untilMs) return
      before = this.waiting.length
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  private nextBatch(): Job[] {
    let bytes = 0
    let count = 0
    while (count < this.waiting.length && bytes < BLOCK_BYTES) bytes += this.waiting[count++]!.bytes
    return this.waiting.splice(0, count)
  }

  /** Writes a block behind the last durable byte and flushes it; only then does it count. */
  private async commit(batch: readonly Job[]): Promise<void> {
    const file = await this.segmentWithRoom()
    const atMs = Math.max(this.lastMs, this.now())
    const bytes = encodeBlock(batch, this.before, atMs)
    try {
      await writeAll(file, bytes, this.durableBytes)
      await file.datasync()
    } catch (error) {
      // Left where it is if this fails too: the next block is written over it.
      await file.truncate(this.durableBytes).catch(() => undefined)
      throw error
    }
    this.durableBytes += bytes.length
    this.lastMs = atMs
    const count = bytes.readUInt32LE(16)
    this.before = { check: blockCheck(bytes), ordinal: this.before.ordinal + count }
    for (const job of batch) {
      const offset = this.length(job.partition)
      this.counts.set(job.partition, offset + job.entries.length)
      job.done(offset)
    }
  }

  private async segmentWithRoom(): Promise<FileHandle> {
    if (this.file !== undefined && this.durableBytes < this.segmentBytes) return this.file
    const number = (this.segments.at(-1)?.number ?? -1) + 1
    const path = join(this.folder, `${String(number).padStart(8, '0')}.log`)
    const head = { ...this.before, counts: new Map(this.counts) }
    const bytes = encodeHead(head)
    const file = await this.open(path, 'w+', OWNER_ONLY)
    try {
      await writeAll(file, bytes, 0)
      await file.sync()
      await syncFolder(this.folder)
    } catch (error) {
      await file.close()
      await rm(path, { force: true })
      throw error
    }
    await this.file?.close()
    this.file = file
    this.durableBytes = bytes.length
    this.segments.push({ ...head, path, number })
    return file
  }
}

/** Whether nobody needs what stands before a segment. */
function isCovered({ counts }: Segment, { before }: Past): boolean {
  return [...counts].every(([partition, count]) => count <= (before.get(partition) ?? 0))
}

/** When the first block of a segment was committed, ms; NaN where it has none. */
async function firstMs(path: string): Promise<number> {
  const bytes = await firstBytes(path, LONGEST_HEAD + BLOCK_HEAD)
  const end = decodeHead(bytes)?.end ?? bytes.length
  return end + BLOCK_HEAD <= bytes.length ? blockMs(bytes.subarray(end)) : Number.NaN
}

async function firstBytes(path: string, most: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(Math.min(most, (await file.stat()).size))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function tooEarly(partition: number, first: number, start: number): Error {
  return new Error(
    `partition ${partition}: got a log that begins at record ${start}, expected it from ${first} ` +
      'on: its state is missing, restore a backup (docs/FLEET.md)',
  )
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at)
    if (bytesWritten === 0) {
      throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' })
    }
    at += bytesWritten
  }
}

function refusalOf({ code, message }: NodeJS.ErrnoException): LogError {
  const trouble: LogTrouble = code === 'ENOSPC' || code === 'EDQUOT' ? 'LOG_FULL' : 'LOG_FAILED'
  return new LogError(trouble, message)
}
