import { fail, ok, type Result } from '../../math/result.ts'
import type { RecordCode } from '../telemetry/record-codec.ts'
import type { DeskRecord } from './desk-record.ts'
import { readHead, withHead } from './partition-record-codec.ts'
import type { PlainCode } from './plain-text.ts'

/** The first byte of a record of the desk; the list only grows. */
const KINDS: readonly DeskRecord['kind'][] = ['tick', 'tell', 'file', 'order']

/** What must be there of each kind. */
const NEEDS: Readonly<Record<DeskRecord['kind'], readonly string[]>> = {
  tick: [],
  tell: ['partition', 'offset', 'index', 'tell'],
  file: ['present'],
  order: ['id', 'operator', 'order'],
}

/** A record of the desk as bytes for the log: u8 kind, f64 atMs, and its fields as plain text. */
export function encodeDeskRecord(record: DeskRecord): Uint8Array<ArrayBuffer> {
  const { kind, atMs, ...fields } = record
  return withHead(KINDS.indexOf(kind), atMs, fields)
}

/** Reads a record of the desk; never throws. */
export function decodeDeskRecord(bytes: Uint8Array): Result<DeskRecord, RecordCode | PlainCode> {
  const kind = KINDS[bytes[0] ?? KINDS.length]
  if (kind === undefined) return unread('kind')
  const read = readHead(bytes)
  if (!read.ok) return read
  const missing = NEEDS[kind].find((name) => !(name in read.value))
  return missing === undefined ? ok({ ...read.value, kind } as DeskRecord) : unread(missing)
}

function unread(where: string): Result<never, RecordCode> {
  return fail('RECORD_SHAPE', where, 'other bytes', 'a record of the desk')
}
