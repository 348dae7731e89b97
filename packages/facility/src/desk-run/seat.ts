import type { FairTurns, Worker } from '../gate/fair-turns.ts'
import { LogError, type LogPort } from '../log/log-port.ts'

/** What a seat is made of. */
export type SeatOptions<Entry> = {
  readonly partition: number
  readonly log: LogPort
  /** Offset of the first record that is not in the state yet. */
  readonly next: number
  readonly turns: FairTurns
  /** Takes one durable record into the state; throws only where the program is wrong. */
  apply(record: Entry, offset: number): void
  /** The state could not take a record: it stands still from there on. */
  broken(error: Error, offset: number): void
}

/** Records that are worked on in one piece. */
const PIECE = 64

/** Durable records that wait for the state; at more, those who bring some wait. */
const MOST_BEHIND = 50_000

type Run<Entry> = { readonly offset: number; readonly records: readonly Entry[] }

/**
 * The only writer of one partition: makes records durable, and has them taken into the state in the
 * order of the log, in turns that leave time to others. A state that fails stands still, and what
 * comes is kept in the log for the program that can read it: its devices become natural by
 * themselves.
 */
export class Seat<Entry> implements Worker {
  readonly #options: SeatOptions<Entry>
  #durable: number
  #applied: number
  /** Runs that were told durable before an earlier one. */
  readonly #early = new Map<number, Run<Entry>>()
  #ready: Run<Entry>[] = []
  #at = 0
  #isAsked = false
  #isBroken = false
  #isOver = false
  #waiters: (() => void)[] = []

  constructor(options: SeatOptions<Entry>) {
    this.#options = options
    this.#durable = options.next
    this.#applied = options.next
  }

  /** Offset of the first record that is not in the state. */
  get applied(): number {
    return this.#applied
  }

  /** Whether the state stands still because it could not take a record. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Appends records with their bytes; resolves when they are durable. Rejects with `LogError`. */
  append(records: readonly Entry[], entries: readonly Uint8Array[]): Promise<void> {
    const { log, partition } = this.#options
    if (this.#isOver) return Promise.reject(new LogError('LOG_FENCED', 'a partition let go'))
    return log
      .append(partition, entries)
      .then((offset) => this.#committed({ offset: Number(offset), records }))
  }

  /** Resolves when all that is durable is in the state. */
  settled(): Promise<void> {
    if (this.#ready.length === 0) return Promise.resolve()
    return new Promise((done) => this.#waiters.push(done))
  }

  /** Writes nothing more. */
  letGo(): void {
    this.#isOver = true
  }

  /** Takes one piece into the state. */
  work(): boolean {
    for (let left = PIECE; left > 0 && this.#ready.length > 0; left--) {
      const { offset, records } = this.#ready[0]!
      this.#take(records[this.#at]!, offset + this.#at)
      if (++this.#at < records.length) continue
      this.#at = 0
      this.#ready.shift()
    }
    if (this.#ready.length > 0 && !this.#isBroken) return true
    this.#isAsked = false
    if (this.#isBroken) this.#ready = []
    for (const done of this.#waiters.splice(0)) done()
    return false
  }

  #take(record: Entry, offset: number): void {
    try {
      if (!this.#isBroken) this.#options.apply(record, offset)
      if (!this.#isBroken) this.#applied = offset + 1
    } catch (error) {
      this.#isBroken = true
      this.#options.broken(error as Error, offset)
    }
  }

  /** What is durable is taken in the order of the log, whoever's promise came first. */
  #committed(run: Run<Entry>): Promise<void> | undefined {
    if (this.#isBroken) return undefined
    this.#early.set(run.offset, run)
    for (let next = run; next.offset === this.#durable; ) {
      this.#early.delete(next.offset)
      this.#ready.push(next)
      this.#durable += next.records.length
      const following = this.#early.get(this.#durable)
      if (following === undefined) break
      next = following
    }
    if (!this.#isAsked && this.#ready.length > 0) {
      this.#isAsked = true
      this.#options.turns.ask(this)
    }
    return this.#durable - this.#applied > MOST_BEHIND ? this.settled() : undefined
  }
}
