import { assert } from '../../math/assert.ts'
import type { Held, Watermark } from '../telemetry/birth.ts'
import { MOST_HELD } from '../telemetry/birth-codec.ts'

/** Frames or an event that a device keeps until the centre says that they are durable. */
export type BacklogEntry = {
  readonly boot: number
  readonly firstSeq: number
  /** Numbers of the sequence that it takes. */
  readonly n: number
  readonly channel: 't' | 'e'
  readonly bytes: Uint8Array
}

type Kept = { readonly entry: BacklogEntry; state: 'waiting' | 'sent' | 'acknowledged' }

/** Most entries of a backlog: four nights of a block each half minute, and as many events. */
export const MOST_ENTRIES = 12_000

/**
 * What waits on a device for its centre, in the order of its keys. Nothing leaves it but below the
 * durable watermark, or when it is full: then the oldest that was acknowledged, else the oldest.
 * Rule F16 of SPEC.md.
 */
export class Backlog {
  readonly #kept: Kept[] = []
  readonly #byEntry = new Map<BacklogEntry, Kept>()
  readonly #most: number
  /** Where the next entry to be sent is looked for; all before it were sent. */
  #next = 0

  constructor(most: number = MOST_ENTRIES) {
    this.#most = most
  }

  get size(): number {
    return this.#kept.length
  }

  /** Adds an entry behind all others; gives back what had to go for it. */
  add(entry: BacklogEntry): BacklogEntry | undefined {
    const last = this.#kept.at(-1)?.entry
    assert(last === undefined || isAfter(entry, last), 'an entry comes behind those that are there')
    const kept: Kept = { entry, state: 'waiting' }
    this.#kept.push(kept)
    this.#byEntry.set(entry, kept)
    if (this.#kept.length <= this.#most) return undefined
    const acknowledged = this.#kept.findIndex(({ state }) => state === 'acknowledged')
    return this.#drop(Math.max(0, acknowledged))
  }

  /** The next entry that was not sent on this connection, marked as sent. */
  send(): BacklogEntry | undefined {
    while (this.#next < this.#kept.length) {
      const kept = this.#kept[this.#next++]!
      if (kept.state !== 'waiting') continue
      kept.state = 'sent'
      return kept.entry
    }
    return undefined
  }

  /** The centre acknowledged an entry: it is not sent again unless the watermark asks for it. */
  acknowledge(entry: BacklogEntry): void {
    const kept = this.#byEntry.get(entry)
    if (kept) kept.state = 'acknowledged'
  }

  /** Forgets all below a watermark; true when anything was. */
  free(mark: Watermark): boolean {
    const first = this.#kept.findIndex(({ entry }) => !isBelowMark(entry, mark))
    const count = first < 0 ? this.#kept.length : first
    for (const { entry } of this.#kept.splice(0, count)) this.#byEntry.delete(entry)
    this.#next = Math.max(0, this.#next - count)
    return count > 0
  }

  /** After a connection is lost, or a watermark showed a gap: everything here is sent again. */
  rewind(): void {
    for (const kept of this.#kept) kept.state = 'waiting'
    this.#next = 0
  }

  /** What is here as stretches of numbers, the newest when there are too many to tell. */
  held(): readonly Held[] {
    const stretches: { boot: number; fromSeq: number; toSeq: number }[] = []
    for (const { entry } of this.#kept) {
      const last = stretches.at(-1)
      const toSeq = entry.firstSeq + entry.n - 1
      if (last?.boot === entry.boot && last.toSeq + 1 === entry.firstSeq) last.toSeq = toSeq
      else stretches.push({ boot: entry.boot, fromSeq: entry.firstSeq, toSeq })
    }
    return stretches.slice(-MOST_HELD)
  }

  #drop(index: number): BacklogEntry {
    if (index < this.#next) this.#next--
    const [{ entry }] = this.#kept.splice(index, 1) as [Kept]
    this.#byEntry.delete(entry)
    return entry
  }
}

/** Whether all of an entry is durable by a watermark. */
export function isBelowMark(entry: BacklogEntry, { boot, seq }: Watermark): boolean {
  return entry.boot < boot || (entry.boot === boot && entry.firstSeq + entry.n <= seq)
}

function isAfter(entry: BacklogEntry, last: BacklogEntry): boolean {
  if (entry.boot !== last.boot) return entry.boot > last.boot
  return entry.firstSeq >= last.firstSeq + last.n
}
