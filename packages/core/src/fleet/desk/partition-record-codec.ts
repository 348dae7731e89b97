import { fail, ok, type Result } from '../../math/result.ts'
import { readDeviceId } from '../telemetry/device-id.ts'
import { decodeRecord, encodeRecord, type RecordCode } from '../telemetry/record-codec.ts'
import type { PartitionRecord } from './partition-record.ts'
import { asciiBytes, asciiText, type PlainCode, plainText, readPlainText } from './plain-text.ts'

/** First bytes behind those of a device's records; the list only grows. */
const FIRST = 64
const KINDS = [
  ...(['tick', 'standing', 'staff', 'revoke', 'ask-piece', 'answer', 'piece', 'follow'] as const),
] as const

type Own = Extract<PartitionRecord, { kind: (typeof KINDS)[number] }>

/**
 * A record of a partition as bytes for the log: a device's as `encodeRecord` writes it; another as
 * u8 kind, f64 atMs (little-endian), and its fields as {@link plainText}.
 */
export function encodePartitionRecord(record: PartitionRecord): Uint8Array<ArrayBuffer> {
  const at = KINDS.indexOf(record.kind as Own['kind'])
  if (at < 0) return encodeRecord(record as Exclude<PartitionRecord, Own>)
  const { kind: _, atMs, ...fields } = record as Own
  return withHead(FIRST + at, atMs, fields)
}

/** Reads a record of a partition; never throws. */
export function decodePartitionRecord(
  bytes: Uint8Array,
): Result<PartitionRecord, RecordCode | PlainCode> {
  const kind = KINDS[bytes[0]! - FIRST]
  if (kind === undefined) return decodeRecord(bytes)
  const read = readHead(bytes)
  if (!read.ok) return read
  const record = { ...read.value, kind } as unknown as Own
  if (record.kind === 'tick') return ok(record)
  if (record.kind === 'standing') {
    const isOne = Number.isSafeInteger(record.standing?.number)
    return isOne ? ok(record) : unread(kind)
  }
  const device = readDeviceId(String(record.device))
  return device.ok ? ok(record) : device
}

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

function unread(where: string): Result<never, RecordCode> {
  return fail('RECORD_SHAPE', where, 'other bytes', 'a record that was written')
}
