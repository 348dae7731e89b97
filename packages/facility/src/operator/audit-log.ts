import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { fail, ok, type Result } from '@nocturne/core/math'
import {
  type AuditCode,
  type AuditEntry,
  type AuditHead,
  type AuditLine,
  chained,
  followed,
  NO_LINE,
  readAudit,
} from './audit-chain.ts'

/** A head with the byte at which the line behind it begins. */
type Mark = AuditHead & { readonly at: number }

/** Lines between two marks that are kept in memory: a page reads so many more at most. */
const MARK_LINES = 256

/** Longest line that is read, bytes. */
const LONGEST_LINE = 65_536
const NEW_LINE = 10

/**
 * The audit: lines of JSON that are only ever added, each with the hash of the one before, so that
 * a changed, removed or inserted line is found. A line counts when it is on disk. The whole file is
 * followed when it is opened; from then on every 256th hash is kept in memory, and what is read is
 * followed from one of these to the next: the file cannot tell another story than it told at the
 * start. Rule F88.
 */
export class AuditLog {
  readonly #path: string
  readonly #file: FileHandle
  readonly #marks: Mark[]
  /** The last line, and the byte at which the next will begin. */
  #head: Mark
  #isTorn = false
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(path: string, file: FileHandle, marks: Mark[], head: Mark) {
    this.#path = path
    this.#file = file
    this.#marks = marks
    this.#head = head
  }

  /**
   * Opens or begins an audit; a torn last line (a power cut) is cut off, any other flaw refused.
   */
  static async open(path: string): Promise<Result<AuditLog, AuditCode>> {
    const file = await open(path, 'a', 0o600)
    const read = await marksOf(path)
    if (!read.ok) {
      await file.close()
      return read
    }
    const { marks, head } = read.value
    await file.truncate(head.at)
    return ok(new AuditLog(path, file, marks, head))
  }

  /**
   * Number and hash of the last line: what a backup or another machine keeps to find a cut tail.
   */
  get head(): AuditHead {
    const { seq, hash } = this.#head
    return { seq, hash }
  }

  /** Adds a line and resolves when it is on disk. Rejects when the disk does not take it. */
  add(entry: AuditEntry): Promise<AuditLine> {
    return this.#inTurn(() => this.#write(entry))
  }

  /**
   * Lines behind number `after`, at most `limit`, as the file has them now. Fails where they are
   * not those that were written: a line that was changed, taken out or added there, or a cut end.
   */
  page(after: number, limit: number): Promise<Result<AuditLine[], AuditCode>> {
    return this.#inTurn(() => this.#page(after, limit))
  }

  async close(): Promise<void> {
    await this.#queue
    await this.#file.close()
  }

  async #write(entry: AuditEntry): Promise<AuditLine> {
    // Half a line of a full disk must not stand before the next.
    if (this.#isTorn) await this.#file.truncate(this.#head.at)
    const line = chained(entry, this.#head)
    const row = Buffer.from(`${JSON.stringify(line)}\n`)
    this.#isTorn = true
    await this.#file.appendFile(row)
    await this.#file.datasync()
    this.#isTorn = false
    this.#head = { seq: line.seq, hash: line.hash, at: this.#head.at + row.length }
    if (line.seq % MARK_LINES === 0) this.#marks.push(this.#head)
    return line
  }

  async #page(after: number, limit: number): Promise<Result<AuditLine[], AuditCode>> {
    const from = Math.min(after, this.#head.seq)
    const last = Math.min(from + limit, this.#head.seq)
    const begin = this.#marks[Math.floor(from / MARK_LINES)]!
    const end = this.#marks[Math.ceil(last / MARK_LINES)] ?? this.#head
    const text = await this.#bytes(begin.at, end.at, end === this.#head)
    const read = readAudit(text, begin)
    if (!read.ok) return read
    const { seq, hash } = read.value.at(-1) ?? begin
    if (seq !== end.seq || hash !== end.hash) {
      const where = `audit line ${seq + 1}`
      return fail('AUDIT_CHAIN', where, `an end at ${seq}, ${hash}`, `${end.seq}, ${end.hash}`)
    }
    return ok(read.value.slice(from - begin.seq, last - begin.seq))
  }

  /** What stands in the file now, which may be another than the one that is written to. */
  async #bytes(from: number, to: number, isToEnd: boolean): Promise<string> {
    const file = await open(this.#path, 'r').catch(unlessMissing)
    if (file === undefined) return ''
    try {
      // One byte more: what somebody put behind the last line is part of what is read.
      const bytes = Buffer.alloc(to - from + (isToEnd && !this.#isTorn ? 1 : 0))
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
      return bytes.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work)
    this.#queue = done.catch(() => undefined)
    return done
  }
}

/**
 * Follows a whole file, a line at a time: every 256th head, and the last; a torn end is left out.
 */
async function marksOf(path: string): Promise<Result<{ marks: Mark[]; head: Mark }, AuditCode>> {
  let head: Mark = { ...NO_LINE, at: 0 }
  const marks = [head]
  let rest = Buffer.alloc(0)
  for await (const piece of createReadStream(path)) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let begin = 0
    for (let end = rest.indexOf(NEW_LINE); end >= 0; end = rest.indexOf(NEW_LINE, begin)) {
      const read = followed(rest.toString('utf8', begin, end), head)
      if (!read.ok) return read
      const { seq, hash } = read.value
      head = { seq, hash, at: head.at + end + 1 - begin }
      begin = end + 1
      if (seq % MARK_LINES === 0) marks.push(head)
    }
    rest = rest.subarray(begin)
    if (rest.length > LONGEST_LINE) {
      return fail('AUDIT_LINE', `audit line ${head.seq + 1}`, `${rest.length} bytes`, 'a line')
    }
  }
  return ok({ marks, head })
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
