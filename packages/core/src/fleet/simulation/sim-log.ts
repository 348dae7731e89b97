import type { DeskRecord } from '../desk/desk-record.ts'
import type { PartitionRecord } from '../desk/partition-record.ts'
import type { Flaw } from './flaw.ts'
import type { Sky } from './sky.ts'

/**
 * Longest time of a usual flush to disk, ms, of a slow one, and until a full disk is tried again.
 */
const FLUSH_MS = 15
const SLOW_FLUSH_MS = 400
const AGAIN_MS = 1000
const SLOW_SHARE = 0.02

/**
 * A record on the disk. Its bytes are made when the log is played again, which gives what they were
 * when it was written as long as nobody changes records; of some they are made at once, so that one
 * who does is found.
 */
export type LogEntry = {
  readonly record: PartitionRecord | DeskRecord
  readonly bytes: Uint8Array | undefined
}

/** Entries of one partition; `first` is the offset of the first that was not cut away. */
export type SimPartitionLog = {
  first: number
  entries: LogEntry[]
  /** A copy of the state before the entry at `first`; undefined = nothing came before it. */
  snapshot: string | undefined
}

/** Something to be made durable. */
export type LogWrite = {
  readonly partition: number
  readonly entries: readonly LogEntry[]
  /** Stays in its place until the disk takes it; otherwise a full disk refuses it. */
  readonly isOwn: boolean
  /** The offset of its first entry, or undefined when it is not durable and will not be. */
  done(offset: number | undefined): void
}

/**
 * The log of the simulated centre on a disk that is slow now and then, full now and then, and torn
 * when the process dies: of what waits for a flush a first part may have been written, entry by
 * entry. What a flush was told of is there for ever.
 */
export class SimLog {
  isFull = false
  readonly #sky: Sky
  readonly #flaw: Flaw | undefined
  readonly #partitions = new Map<number, SimPartitionLog>()
  #waiting: LogWrite[] = []
  #isFlushing = false
  #life = 0

  constructor(sky: Sky, flaw: Flaw | undefined) {
    this.#sky = sky
    this.#flaw = flaw
  }

  /** Partitions with entries, in the order in which they got their first. */
  get partitions(): ReadonlyMap<number, SimPartitionLog> {
    return this.#partitions
  }

  /** Writes that wait for the disk. */
  get waiting(): readonly LogWrite[] {
    return this.#waiting
  }

  append(write: LogWrite): void {
    this.#waiting.push(write)
    if (!this.#isFlushing) this.#flushAfter(this.#flushMs())
  }

  /** Offset after the last entry of a partition. */
  lengthOf(partition: number): number {
    const log = this.#partitions.get(partition)
    return log === undefined ? 0 : log.first + log.entries.length
  }

  /** Everything below an offset is in the copy of a state and goes. */
  cut(partition: number, offset: number, snapshot: string): void {
    const log = this.#partitions.get(partition)!
    log.entries = log.entries.slice(offset - log.first)
    log.first = offset
    log.snapshot = snapshot
  }

  /**
   * The process dies. Calls `done` of nothing; gives back how many waiting entries were written.
   */
  die(): void {
    this.#life++
    const waiting = this.#waiting
    this.#waiting = []
    if (this.#isFlushing && !this.isFull) {
      const entries = waiting.reduce((sum, write) => sum + write.entries.length, 0)
      let torn = this.#sky.random.integer(entries + 1)
      for (const { partition, entries: own } of waiting) {
        for (const entry of own.slice(0, torn)) this.#write(partition, entry)
        torn = Math.max(0, torn - own.length)
      }
    }
    this.#isFlushing = false
    if (this.#flaw !== 'recovers-short') return
    for (const { entries } of this.#partitions.values()) entries.pop()
  }

  #flushMs(): number {
    const { random } = this.#sky
    const slow = random.uniform() < SLOW_SHARE
    return 1 + random.uniform() * (slow ? SLOW_FLUSH_MS : FLUSH_MS)
  }

  #flushAfter(ms: number): void {
    this.#isFlushing = true
    const life = this.#life
    this.#sky.queue.after(ms, () => {
      if (life === this.#life) this.#flushed()
    })
  }

  /** One flush made all of what waited durable, or, on a full disk, refused what may be refused. */
  #flushed(): void {
    const waiting = this.#waiting
    this.#isFlushing = false
    const life = this.#life
    if (this.isFull) {
      this.#waiting = waiting.filter(({ isOwn }) => isOwn)
      if (this.#waiting.length > 0) this.#flushAfter(AGAIN_MS)
      for (const write of waiting) if (!write.isOwn && life === this.#life) write.done(undefined)
      return
    }
    this.#waiting = []
    const offsets = new Float64Array(waiting.length)
    for (let i = 0; i < waiting.length; i++) {
      const { partition, entries } = waiting[i]!
      offsets[i] = this.lengthOf(partition)
      for (let k = 0; k < entries.length; k++) this.#write(partition, entries[k]!)
    }
    for (let i = 0; i < waiting.length; i++) {
      if (life === this.#life) waiting[i]!.done(offsets[i]!)
    }
  }

  #write(partition: number, entry: LogEntry): void {
    let log = this.#partitions.get(partition)
    if (log === undefined) {
      log = { first: 0, entries: [], snapshot: undefined }
      this.#partitions.set(partition, log)
    }
    log.entries.push(entry)
  }
}
