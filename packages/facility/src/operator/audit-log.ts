import { createHash } from 'node:crypto'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { fail, ok, type Result } from '@nocturne/core/math'

/** One line of the audit: who did what, when, and how it ended; never a sleeper's words. */
export type AuditEntry = {
  readonly atMs: number
  readonly who: string
  readonly did: string
  readonly about: string
  readonly outcome: 'done' | 'waits' | 'refused'
}

/** An entry in its place of the chain. */
export type AuditLine = AuditEntry & {
  readonly seq: number
  /** SHA-256 of the line before, 64 hexadecimal digits; zeros for the first. */
  readonly before: string
  readonly hash: string
}

/** Why an audit file is not believed. */
export type AuditCode = 'AUDIT_LINE' | 'AUDIT_CHAIN'

const NOTHING = '0'.repeat(64)

/**
 * The audit: lines of JSON that are only ever added, each with the hash of the one before, so that
 * a changed, removed or inserted line is found. A line counts when it is on disk. Rule F88.
 */
export class AuditLog {
  #file: FileHandle
  #head: { seq: number; hash: string }
  #queue: Promise<unknown> = Promise.resolve()
  #recent: AuditLine[]

  private constructor(file: FileHandle, lines: readonly AuditLine[]) {
    const last = lines.at(-1)
    this.#file = file
    this.#head = { seq: last?.seq ?? 0, hash: last?.hash ?? NOTHING }
    this.#recent = lines.slice(-RECENT)
  }

  /** Opens or begins an audit; a torn last line (a power cut) is cut off, any other flaw refused. */
  static async open(path: string): Promise<Result<AuditLog, AuditCode>> {
    const text = await readFile(path, 'utf8').catch(() => '')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    const read = readAudit(whole)
    if (!read.ok) return read
    const file = await open(path, 'a', 0o600)
    await file.truncate(Buffer.byteLength(whole))
    return ok(new AuditLog(file, read.value))
  }

  /** Number and hash of the last line: what a backup or another machine keeps to find a cut tail. */
  get head(): { readonly seq: number; readonly hash: string } {
    return this.#head
  }

  /** The last lines, oldest first, at most 1,000. */
  get recent(): readonly AuditLine[] {
    return this.#recent
  }

  /** Adds a line and resolves when it is on disk. */
  add(entry: AuditEntry): Promise<AuditLine> {
    const written = this.#queue.then(() => this.#write(entry))
    this.#queue = written.catch(() => undefined)
    return written
  }

  async close(): Promise<void> {
    await this.#queue
    await this.#file.close()
  }

  async #write(entry: AuditEntry): Promise<AuditLine> {
    const line = chained(entry, this.#head)
    await this.#file.appendFile(`${JSON.stringify(line)}\n`)
    await this.#file.datasync()
    this.#head = { seq: line.seq, hash: line.hash }
    this.#recent.push(line)
    if (this.#recent.length > RECENT) this.#recent.shift()
    return line
  }
}

/** Lines that are kept at hand for the page. */
const RECENT = 1000

/** Reads an audit's lines and follows its chain; the problem names the first line that breaks it. */
export function readAudit(text: string): Result<AuditLine[], AuditCode> {
  const lines: AuditLine[] = []
  let head = { seq: 0, hash: NOTHING }
  for (const [index, row] of text.split('\n').entries()) {
    if (row === '') continue
    const line = parsed(row)
    const where = `audit line ${index + 1}`
    if (!line) return fail('AUDIT_LINE', where, JSON.stringify(row.slice(0, 60)), 'an audit line')
    const { atMs, who, did, about, outcome } = line
    const due = chained({ atMs, who, did, about, outcome }, head)
    if (due.hash !== line.hash || due.seq !== line.seq || due.before !== line.before) {
      return fail('AUDIT_CHAIN', where, `line ${line.seq}, ${line.hash}`, `${due.seq}, ${due.hash}`)
    }
    lines.push(due)
    head = { seq: due.seq, hash: due.hash }
  }
  return ok(lines)
}

function chained(entry: AuditEntry, head: { seq: number; hash: string }): AuditLine {
  const { atMs, who, did, about, outcome } = entry
  const body = { seq: head.seq + 1, atMs, who, did, about, outcome, before: head.hash }
  return { ...body, hash: createHash('sha256').update(JSON.stringify(body)).digest('hex') }
}

function parsed(row: string): AuditLine | undefined {
  try {
    const value: unknown = JSON.parse(row)
    return typeof value === 'object' && value !== null ? (value as AuditLine) : undefined
  } catch {
    return undefined
  }
}
