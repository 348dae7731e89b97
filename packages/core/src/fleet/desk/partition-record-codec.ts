import { fail, ok, type Result } from '../../math/result.ts'
import { readDeviceId } from '../telemetry/device-id.ts'
import { decodeRecord, encodeRecord, type RecordCode } from '../telemetry/record-codec.ts'
import type { PartitionRecord } from './partition-record.ts'
import { asciiBytes, asciiText, type PlainCode, plainText, readPlainText } from './plain-text.ts'

/** First bytes behind those of a device's records; the list only grows. */
const FIRST = 64
const KINDS = [
  ...(['tick', 'standing', 'staff', 'revoke', 'ask-piece', 'answer', 'piece', 'follow'] as const),
  'stands',
] as const

type Own = Extract<PartitionRecord, { kind: (typeof KINDS)[number] }>

/**
 * A record of a partition as bytes for the log: a device's as `encodeRecord` writes it; another as
 * u8 kind, f64 atMs (little-endian), and its fields as {@link plainText}; that the desk is there,
 * which comes most often, as two more f64.
 */
export function encodePartitionRecord(record: PartitionRecord): Uint8Array<ArrayBuffer> {
  const at = KINDS.indexOf(record.kind as Own['kind'])
  if (at < 0) return encodeRecord(record as Exclude<PartitionRecord, Own>)
  if (record.kind === 'stands') return stands(record)
  const { kind: _, atMs, ...fields } = record as Own
  return withHead(FIRST + at, atMs, fields)
}

/** Reads a record of a partition; never throws. */
export function decodePartitionRecord(
  bytes: Uint8Array,
): Result<PartitionRecord, RecordCode | PlainCode> {
  const kind = KINDS[bytes[0]! - FIRST]
  if (kind === undefined) return decodeRecord(bytes)
  if (kind === 'stands') return readStands(bytes)
  const read = readHead(bytes)
  if (!read.ok) return read
  const record = { ...read.value, kind } as unknown as Exclude<Own, Stands>
  if (record.kind === 'tick') return ok(record)
  if (record.kind === 'standing') {
    const { standing, saidMs = record.atMs } = record
    return areWhole(standing?.number, saidMs) ? ok(record) : unread(kind)
  }
  const device = readDeviceId(String(record.device))
  return device.ok ? ok(record) : device
}

const STANDS = FIRST + KINDS.indexOf('stands')
const STANDS_BYTES = 25

type Stands = Extract<PartitionRecord, { kind: 'stands' }>

function stands({ atMs, number, saidMs }: Stands): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(STANDS_BYTES)
  bytes[0] = STANDS
  const view = new DataView(bytes.buffer)
  for (const [i, value] of [atMs, number, saidMs].entries()) view.setFloat64(1 + 8 * i, value, true)
  return bytes
}

function readStands(bytes: Uint8Array): Result<Stands, RecordCode> {
  if (bytes.length !== STANDS_BYTES) return unread('stands')
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const [atMs, number, saidMs] = [1, 9, 17].map((at) => view.getFloat64(at, true)) as Three
  if (!areWhole(atMs, number, saidMs)) return unread('stands')
  return ok({ kind: 'stands', atMs, number, saidMs })
}

type Three = [number, number, number]

/** A record of kind and time, and its fields as plain text; of no fields there is none. */
export function withHead(kind: number, atMs: number, fields: object): Uint8Array<ArrayBuffer> {
  const hasFields = Object.keys(fields).length > 0
  const bytes = asciiBytes(hasFields ? plainText(fields) : '', 9)
  bytes[0] = kind
  new DataView(bytes.buffer).setFloat64(1, atMs, true)
  return bytes
}

/** What {@link withHead} wrote behind the kind. */
export function readHead(
  bytes: Uint8Array,
): Result<{ readonly atMs: number }, RecordCode | PlainCode> {
  if (bytes.length < 9) return unread('head')
  const atMs = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(1, true)
  if (!Number.isSafeInteger(atMs)) return unread('atMs')
  if (bytes.length === 9) return ok({ atMs })
  const read = readPlainText(asciiText(bytes, 9))
  if (!read.ok) return read
  const isFields = typeof read.value === 'object' && read.value !== null
  return isFields ? ok({ ...read.value, atMs }) : unread('fields')
}

function areWhole(...numbers: readonly unknown[]): boolean {
  return numbers.every((number) => Number.isSafeInteger(number))
}

function unread(where: string): Result<never, RecordCode> {
  return fail('RECORD_SHAPE', where, 'other bytes', 'a record that was written')
}
