import {
  type BoxPiece,
  type BoxRecord,
  BoxWriter,
  type BoxWriterOptions,
} from '@nocturne/core/night'
import { type Disk, type DiskFile, NODE_DISK } from './disk.ts'

/** How a box is kept on disk; every part may be left out. */
export type BoxFileOptions = BoxWriterOptions & {
  /** Takes the place of a box of this name; without it, one that is there is an error. */
  readonly replace?: boolean
  readonly disk?: Disk
  /** Time between two tries while the disk refuses, ms; 1000 unless said. */
  readonly retryMs?: number
  /** Bytes that may wait for the disk before records are refused; 16 MiB unless said. */
  readonly mostWaitingBytes?: number
}

/** What keeps records from being made durable. */
export type BoxTrouble = {
  readonly code: 'DISK_FULL' | 'DISK_FAILED'
  /** The system's words. */
  readonly text: string
}

/** The path of a segment of a box: the box's own, then `.1`, `.2` ... after it. */
export function segmentPath(path: string, segment: number): string {
  return segment === 0 ? path : `${path}.${segment}`
}

/** Segments that may be left of an older box of the same name. */
const MOST_OLD_SEGMENTS = 10_000

/**
 * Opens a new box on disk. Rejects with the system's error where the file cannot be made, with
 * EEXIST where it is there and `replace` was not said: a black box is not overwritten by chance. A
 * box that is there goes on in a new segment `after` its end; only bytes that were torn off behind
 * it, and never acknowledged, are cut away.
 */
export async function openBoxFile(path: string, options: BoxFileOptions = {}): Promise<BoxFile> {
  const { disk = NODE_DISK, after } = options
  if (after !== undefined) {
    await disk.cut(segmentPath(path, after.segments - 1), after.bytes)
    await disk.remove(segmentPath(path, after.segments))
    return new BoxFile(path, disk, undefined, options)
  }
  for (let k = 0; options.replace && k < MOST_OLD_SEGMENTS; k++) {
    if (!(await disk.remove(segmentPath(path, k)))) break
  }
  return new BoxFile(path, disk, await disk.create(path), options)
}

/**
 * The black box of a night on disk. Records are gathered by `BoxWriter`; each block is written and
 * flushed to the medium, those that came meanwhile together with the next flush (group commit), and
 * only then do they count as `acknowledged`: no power cut, kill or full disk takes them back. While
 * the disk refuses, what is not acknowledged waits in memory and is written again from the last
 * durable byte; the listener is told, so that the loop can go to natural.
 */
export class BoxFile {
  readonly path: string
  private readonly disk: Disk
  private readonly writer: BoxWriter
  private readonly retryMs: number
  private readonly mostWaitingBytes: number
  private readonly waiting: BoxPiece[] = []
  private readonly listeners: ((trouble: BoxTrouble | undefined) => void)[] = []
  private readonly durableListeners: ((records: number) => void)[] = []
  private readonly roomListeners: (() => void)[] = []
  private waitingBytes = 0
  private file: DiskFile | undefined
  private segment = 0
  private durableBytes = 0
  private running: Promise<void> | undefined
  private current: BoxTrouble | undefined
  private closing = false
  private wake: (() => void) | undefined
  private durable = 0

  constructor(path: string, disk: Disk, file: DiskFile | undefined, options: BoxFileOptions) {
    this.path = path
    this.disk = disk
    this.file = file
    this.writer = new BoxWriter(options)
    this.durable = options.after?.records ?? 0
    this.retryMs = options.retryMs ?? 1000
    this.mostWaitingBytes = options.mostWaitingBytes ?? 1 << 24
  }

  /** Records that are durable: the first so many of those appended. */
  get acknowledged(): number {
    return this.durable
  }

  /** Records that were taken. */
  get records(): number {
    return this.writer.records
  }

  /** What keeps records from the medium now; undefined while all is well. */
  get trouble(): BoxTrouble | undefined {
    return this.current
  }

  /** Hears of each trouble when it begins, and `undefined` when it is over. */
  onTrouble(listener: (trouble: BoxTrouble | undefined) => void): void {
    this.listeners.push(listener)
  }

  /** Hears how many records are durable, each time they are more. */
  onDurable(listener: (records: number) => void): void {
    this.durableListeners.push(listener)
  }

  /**
   * Takes a record. False, and the record is not kept, when the disk has refused for so long that
   * too much waits: an input that was refused must not be used. A loop that was never shown it is
   * as the box says; one that is begun anew says so by a `restart` record.
   */
  append(record: BoxRecord): boolean {
    // What an input caused, and the end, are never refused where the input was not.
    const late = record.kind === 'event' || record.kind === 'end'
    if (this.closing || (!late && this.waitingBytes >= this.mostWaitingBytes)) return false
    this.writer.append(record)
    this.collect()
    return true
  }

  /**
   * Resolves when little waits for the medium, or when it is in trouble: what is played faster than
   * a disk writes must wait for it here, or its records are refused in the end.
   */
  async room(): Promise<void> {
    while (this.running && !this.current && this.waitingBytes > this.mostWaitingBytes / 4) {
      await new Promise<void>((resolve) => this.roomListeners.push(resolve))
    }
  }

  /** Ends the block being filled and resolves when all that was taken is durable. */
  async flush(): Promise<void> {
    this.writer.cut()
    this.collect()
    await this.running
  }

  /**
   * Makes all records durable and closes the file. While the disk refuses, one more try is made;
   * then what is left is given up. Resolves to the records that were lost: 0 unless it did.
   */
  async close(): Promise<number> {
    this.closing = true
    this.writer.cut()
    this.collect()
    this.wake?.()
    await this.running
    await this.file?.close()
    this.file = undefined
    return this.writer.records - this.durable
  }

  private collect(): void {
    for (const piece of this.writer.taken()) {
      this.waiting.push(piece)
      this.waitingBytes += piece.bytes.length
    }
    if (this.waiting.length > 0) this.running ??= this.run()
  }

  private async run(): Promise<void> {
    let lastTry = false
    while (this.waiting.length > 0) {
      try {
        await this.writeBatch()
        this.tell(undefined)
        this.tellRoom()
      } catch (error) {
        this.tell(troubleOf(error as NodeJS.ErrnoException))
        this.tellRoom()
        if (lastTry) break
        lastTry = this.closing
        if (!this.closing) await this.pause()
      }
    }
    this.running = undefined
  }

  /** Writes all that waits for one segment, flushes it, and only then lets go of it. */
  private async writeBatch(): Promise<void> {
    const { segment } = this.waiting[0]!
    const file = await this.fileOf(segment)
    const count = this.waiting.findIndex((piece) => piece.segment !== segment)
    const batch = this.waiting.slice(0, count < 0 ? undefined : count)
    let at = this.durableBytes
    try {
      for (const { bytes } of batch) {
        await writeAll(file, bytes, at)
        at += bytes.length
      }
      await file.sync()
    } catch (error) {
      // What was written in part is cut off, so that the file ends with a whole block.
      await file.truncate(this.durableBytes).catch(() => undefined)
      throw error
    }
    this.waiting.splice(0, batch.length)
    this.waitingBytes -= at - this.durableBytes
    this.durableBytes = at
    this.durable = batch.at(-1)!.records
    for (const listener of this.durableListeners) listener(this.durable)
  }

  private async fileOf(segment: number): Promise<DiskFile> {
    if (this.file !== undefined && segment === this.segment) return this.file
    await this.file?.close()
    this.file = undefined
    this.file = await this.disk.create(segmentPath(this.path, segment))
    this.segment = segment
    this.durableBytes = 0
    return this.file
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.retryMs)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  private tellRoom(): void {
    for (const resolve of this.roomListeners.splice(0)) resolve()
  }

  private tell(trouble: BoxTrouble | undefined): void {
    if (this.current?.code === trouble?.code) return
    this.current = trouble
    for (const listener of this.listeners) listener(trouble)
  }
}

async function writeAll(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const written = await file.write(bytes.subarray(at), position + at)
    if (written === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' })
    at += written
  }
}

function troubleOf({ code, message }: NodeJS.ErrnoException): BoxTrouble {
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return { code: full ? 'DISK_FULL' : 'DISK_FAILED', text: message }
}
