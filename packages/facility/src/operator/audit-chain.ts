import { createHash } from 'node:crypto'
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

/** A place in the chain: number and hash of the line that was last there. */
export type AuditHead = { readonly seq: number; readonly hash: string }

/** Why an audit is not believed. */
export type AuditCode = 'AUDIT_LINE' | 'AUDIT_CHAIN'

/** Before the first line. */
export const NO_LINE: AuditHead = { seq: 0, hash: '0'.repeat(64) }

/** An entry as the line behind a head. */
export function chained(entry: AuditEntry, head: AuditHead): AuditLine {
  const { atMs, who, did, about, outcome } = entry
  const body = { seq: head.seq + 1, atMs, who, did, about, outcome, before: head.hash }
  return { ...body, hash: createHash('sha256').update(JSON.stringify(body)).digest('hex') }
}

/** Reads one row as the line behind a head. Fails where it is none, or another. */
export function followed(row: string, head: AuditHead): Result<AuditLine, AuditCode> {
  const line = parsed(row)
  const where = `audit line ${head.seq + 1}`
  if (!line) return fail('AUDIT_LINE', where, JSON.stringify(row.slice(0, 60)), 'an audit line')
  const due = chained(line, head)
  if (due.hash !== line.hash || due.seq !== line.seq || due.before !== line.before) {
    return fail('AUDIT_CHAIN', where, `line ${line.seq}, ${line.hash}`, `${due.seq}, ${due.hash}`)
  }
  return ok(due)
}

/**
 * Reads an audit's rows and follows its chain from a head, the begin unless said; the problem names
 * the first line that breaks it.
 */
export function readAudit(text: string, from: AuditHead = NO_LINE): Result<AuditLine[], AuditCode> {
  const lines: AuditLine[] = []
  let head = from
  for (const row of text.split('\n')) {
    if (row === '') continue
    const read = followed(row, head)
    if (!read.ok) return read
    lines.push(read.value)
    head = read.value
  }
  return ok(lines)
}

function parsed(row: string): AuditLine | undefined {
  try {
    const value: unknown = JSON.parse(row)
    return typeof value === 'object' && value !== null ? (value as AuditLine) : undefined
  } catch {
    return undefined
  }
}
