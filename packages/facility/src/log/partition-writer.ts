import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import { ClosedConnectionError, DrainingConnectionError } from '@nats-io/transport-node'
import { decodeMessageHead, encodeMessage, messageBytes } from './log-message.ts'
import { LogError, type LogTrouble } from './log-port.ts'

/** What the writers of one log share. */
export type WriterHost = {
  readonly stream: string
  readonly client: JetStreamClient
  readonly manager: JetStreamManager
  readonly limits: WriterLimits
  /** The centre's wall clock, ms. */
  now(): number
  /** A name for a message that no other has. */
  newId(): string
}

/** What a writer may keep waiting. */
export type WriterLimits = {
  /** Bytes of a message into which several appends go; one alone may have 1 MB. */
  readonly messageBytes: number
  /** Longest that records wait for their turn, ms. */
  readonly waitMs: number
  /** Longest that one answer is waited for before it is asked again, ms. */
  readonly answerMs: number
}

/** Where a partition ends. */
export type Tail = {
  /** The stream's number of the last message; 0 = none yet. */
  readonly seq: number
  readonly id: string
  /** Records of the partition. */
  readonly length: number
  readonly atMs: number
}

type Job = {
  readonly entries: readonly Uint8Array[]
  readonly sinceMs: number
  done(offset: number): void
  failed(error: LogError): void
}

const NO_TAIL: Tail = { seq: 0, id: '', length: 0, atMs: 0 }
const ID_HEADER = 'Nats-Msg-Id'
/** Time between two askings of a cluster that does not answer, ms. */
const AGAIN_MS = 100
/** Most bytes of an append: the server takes 1 MiB, with the message's headers. */
const LONGEST_MESSAGE = 1_000_000
/** Tries to be the last sender while another goes on sending. */
const MOST_FENCES = 20

/**
 * Appends to one partition: one message on its way at a time, each sent only behind the last one
 * that is known (expected-last-subject-sequence), so that of two writers only one goes on. What
 * comes meanwhile goes together in the next. A message whose answer was lost is sent again under
 * its own name, and is not doubled.
 */
export class PartitionWriter {
  readonly subject: string
  tail: Tail = NO_TAIL
  readonly #host: WriterHost
  #waiting: Job[] = []
  #running: Promise<void> | undefined
  /** Why nothing is appended; undefined while it may be. */
  #refusal: LogError | undefined = new LogError('LOG_FENCED', 'a partition not taken on')
  /** Why a message on its way is not sent again. */
  #stopped: LogError | undefined

  constructor(host: WriterHost, subject: string) {
    this.#host = host
    this.subject = subject
  }

  /** Looks where the partition ends now; rejects with LOG_BUSY when nobody says. */
  async look(): Promise<Tail> {
    const { manager, stream, limits } = this.#host
    const until = performance.now() + limits.waitMs
    for (;;) {
      try {
        const found = await manager.streams.getMessage(stream, { last_by_subj: this.subject })
        if (found === null) return NO_TAIL
        const head = decodeMessageHead(found.data)
        if (head === undefined) throw new LogError('LOG_FAILED', `no message of ours`)
        const { first, count, atMs } = head
        return { seq: found.seq, id: found.header.get(ID_HEADER), length: first + count, atMs }
      } catch (error) {
        if (troubleOf(error) !== undefined) throw refusalOf(error)
        if (performance.now() >= until) throw new LogError('LOG_BUSY', String(error))
        await new Promise((again) => setTimeout(again, AGAIN_MS))
      }
    }
  }

  /** Puts a fence behind all that is there: whoever appended before is refused from now on. */
  async takeOn(): Promise<Tail> {
    await this.#running
    if (this.#refusal === undefined) return this.tail
    this.#stopped = undefined
    let refused = this.#refusal
    for (let tries = 0; tries < MOST_FENCES; tries++) {
      this.tail = await this.look()
      try {
        await this.#commit([])
        this.#refusal = undefined
        return this.tail
      } catch (error) {
        refused = refusalOf(error)
        if (refused.code !== 'LOG_FENCED' || this.#stopped !== undefined) throw refused
      }
    }
    throw refused
  }

  /** Appends no more: all that waits is refused; the records on their way may still be durable. */
  stop(refusal: LogError): void {
    this.#refusal ??= refusal
    this.#stopped ??= refusal
    for (const job of this.#waiting.splice(0)) job.failed(refusal)
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#running
  }

  append(entries: readonly Uint8Array[]): Promise<number> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal)
    if (messageBytes(entries) > LONGEST_MESSAGE) {
      return Promise.reject(new LogError('LOG_FAILED', `${messageBytes(entries)} bytes at once`))
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ entries, sinceMs: performance.now(), done, failed })
      this.#running ??= this.#run()
    })
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the loop goes with the first message.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch()
      const entries = batch.flatMap((job) => job.entries)
      try {
        let offset = await this.#commit(entries)
        for (const job of batch) {
          job.done(offset)
          offset += job.entries.length
        }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal.code === 'LOG_FENCED' || refusal.code === 'LOG_CLOSED') this.stop(refusal)
        for (const job of batch) job.failed(refusal)
      }
    }
    this.#running = undefined
  }

  #nextBatch(): Job[] {
    let bytes = messageBytes([])
    let count = 0
    for (const { entries } of this.#waiting) {
      bytes += messageBytes(entries) - messageBytes([])
      if (count > 0 && bytes > this.#host.limits.messageBytes) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  /** Sends one message until it is known to be durable, or known not to be; gives its offset. */
  async #commit(entries: readonly Uint8Array[]): Promise<number> {
    const { client, limits, stream } = this.#host
    const first = this.tail.length
    const atMs = Math.max(this.tail.atMs, this.#host.now())
    const bytes = encodeMessage({ first, atMs }, entries)
    const id = this.#host.newId()
    const expect = { streamName: stream, lastSubjectSequence: this.tail.seq }
    for (;;) {
      if (this.#stopped !== undefined) throw this.#stopped
      try {
        const options = { msgID: id, expect, timeout: limits.answerMs }
        const { seq } = await client.publish(this.subject, bytes, options)
        this.tail = { seq, id, length: first + entries.length, atMs }
        return first
      } catch (error) {
        const trouble = troubleOf(error)
        if (trouble !== undefined) return await this.#judged(error, id, first)
        this.#refuseLate(error)
        await new Promise((again) => setTimeout(again, AGAIN_MS))
      }
    }
  }

  /** A refusal may follow an acceptance whose answer was lost: the partition's end says which. */
  async #judged(error: unknown, id: string, first: number): Promise<number> {
    const refusal = refusalOf(error)
    if (refusal.code === 'LOG_CLOSED') throw refusal
    const tail = await this.look()
    if (tail.id !== id) throw refusal
    this.tail = tail
    return first
  }

  /** Refuses what has waited too long and was never sent. */
  #refuseLate(error: unknown): void {
    const before = performance.now() - this.#host.limits.waitMs
    const late = this.#waiting.filter(({ sinceMs }) => sinceMs < before)
    if (late.length === 0) return
    this.#waiting = this.#waiting.filter(({ sinceMs }) => sinceMs >= before)
    for (const job of late) job.failed(new LogError('LOG_BUSY', String(error)))
  }
}

const WRONG_LAST = new Set([10071, 10164])
/** Bytes or messages of the stream, storage of the server or the account. */
const NO_ROOM = new Set([10077, 10047, 10023])
/** A message that is too long, or another stream than ours. */
const REFUSED = new Set([10054, 10060])

/** What an answer means; undefined where asking again may help, as while a leader is chosen. */
function troubleOf(error: unknown): LogTrouble | undefined {
  if (error instanceof LogError) return error.code
  if (error instanceof ClosedConnectionError || error instanceof DrainingConnectionError) {
    return 'LOG_CLOSED'
  }
  if (error instanceof JetStreamApiError) {
    if (WRONG_LAST.has(error.code)) return 'LOG_FENCED'
    if (NO_ROOM.has(error.code)) return 'LOG_FULL'
    if (REFUSED.has(error.code)) return 'LOG_FAILED'
  }
  return undefined
}

function refusalOf(error: unknown): LogError {
  return error instanceof LogError
    ? error
    : new LogError(troubleOf(error) ?? 'LOG_FAILED', String(error))
}
