import { assert } from '../../math/assert.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import { decodeBirth, encodeBirth } from './birth-codec.ts'
import { decodeEvent, encodeEvent } from './device-event-codec.ts'
import { readDeviceId } from './device-id.ts'
import { type FrameCode, flawOfFrames } from './frame-codec.ts'
import { decodeGrant, encodeGrant } from './grant-codec.ts'
import type { DeviceRecord } from './record.ts'
import { roomFor } from './room.ts'
import { textOfBytes } from './scan.ts'
import type { ShapeCode } from './shape.ts'

/** Why bytes are no record of a partition. */
export type RecordCode = 'RECORD_SHAPE' | 'DEVICE_ID' | FrameCode | ShapeCode

/** The first byte of a record; its place in the list, which only grows. */
const KINDS: readonly DeviceRecord['kind'][] = [
  ...(['enrolled', 'birth', 'frames', 'event', 'gone', 'granted', 'erased'] as const),
]
const ENDS = ['death', 'closed', 'silent'] as const
const NOTHING = new Uint8Array(0)
/** Kind, f64 time, length of the device's name. */
const HEAD = 10

type Decoded = Result<DeviceRecord, RecordCode>
type Base = Pick<DeviceRecord, 'atMs' | 'device'>

/** Where a time is written before it is copied. */
const TIME: Uint8Array<ArrayBuffer> = new Uint8Array(8)
const TIME_VIEW: DataView = new DataView(TIME.buffer)

/** A record before it has its time. */
export type Untimed = DeviceRecord extends infer Each
  ? Each extends DeviceRecord
    ? Omit<Each, 'atMs'>
    : never
  : never

/** A record as bytes for the log, as {@link encodeRecords} writes it. */
export function encodeRecord(record: DeviceRecord): Uint8Array<ArrayBuffer> {
  return encodeRecords([record], record.atMs)[0]!
}

/**
 * Records that came together as bytes for the log, all in one piece of memory: u8 kind, f64 atMs
 * (little-endian), u8 length of the device's name, the name, and what belongs to the kind; frames
 * as they came. `atMs` is the centre's wall clock, whole ms.
 */
export function encodeRecords(
  records: readonly Untimed[],
  atMs: number,
): Uint8Array<ArrayBuffer>[] {
  const bodies = records.map(bodyOf)
  let length = 0
  for (let i = 0; i < records.length; i++) {
    length += HEAD + records[i]!.device.length + bodies[i]!.length
  }
  const all = roomFor(length)
  TIME_VIEW.setFloat64(0, atMs, true)
  let at = 0
  return records.map(({ kind, device }, i) => {
    const body = bodies[i]!
    const from = at
    all[at] = KINDS.indexOf(kind)
    all.set(TIME, at + 1)
    all[at + 9] = device.length
    at += HEAD
    for (let k = 0; k < device.length; k++) all[at + k] = device.charCodeAt(k)
    at += device.length
    all.set(body, at)
    at += body.length
    return all.subarray(from, at)
  })
}

/** Reads a record; never throws, and checks all that a front door checked. Frames are a view. */
export function decodeRecord(bytes: Uint8Array): Decoded {
  const kind = KINDS[bytes[0] ?? KINDS.length]
  if (bytes.length < HEAD || kind === undefined) return unread('kind', bytes)
  const from = HEAD + bytes[9]!
  if (from > bytes.length) return unread('device', bytes)
  const device = readDeviceId(textOfBytes(bytes, HEAD, from))
  if (!device.ok) return device
  for (let i = 0; i < 8; i++) TIME[i] = bytes[1 + i]!
  const atMs = TIME_VIEW.getFloat64(0, true)
  if (!Number.isSafeInteger(atMs)) return unread('atMs', bytes)
  return withBody({ atMs, device: device.value }, kind, bytes.subarray(from))
}

function bodyOf(record: Untimed): Uint8Array {
  switch (record.kind) {
    case 'enrolled':
      return bytesOfHex(record.publicKey + (record.sleeperKey ?? ''))
    case 'birth':
      return encodeBirth(record.birth)
    case 'frames':
      return record.bytes
    case 'event':
      return encodeEvent(record)
    case 'gone': {
      const bytes = new Uint8Array(5)
      new DataView(bytes.buffer).setUint32(0, record.boot, true)
      bytes[4] = ENDS.indexOf(record.how)
      return bytes
    }
    case 'granted':
      return encodeGrant(record.grant)
    case 'erased':
      return NOTHING
  }
}

function withBody(base: Base, kind: DeviceRecord['kind'], body: Uint8Array): Decoded {
  switch (kind) {
    case 'enrolled': {
      if (body.length !== 32 && body.length !== 64) return unread('publicKey', body)
      const sleeperKey = body.length === 64 && { sleeperKey: hexOf(body.subarray(32)) }
      return ok({ ...base, kind, publicKey: hexOf(body.subarray(0, 32)), ...sleeperKey })
    }
    case 'birth': {
      const birth = decodeBirth(body)
      return birth.ok ? ok({ ...base, kind, birth: birth.value }) : birth
    }
    case 'frames': {
      const flaw = flawOfFrames(body)
      if (flaw === undefined) return ok({ ...base, kind, bytes: body })
      return fail(flaw, 'frames', `${body.length} bytes`, 'a block of frames')
    }
    case 'event': {
      const keyed = decodeEvent(body)
      return keyed.ok ? ok({ ...base, kind, ...keyed.value }) : keyed
    }
    case 'gone': {
      const how = ENDS[body[4] ?? ENDS.length]
      if (body.length !== 5 || how === undefined) return unread('gone', body)
      return ok({ ...base, kind, boot: viewOf(body).getUint32(0, true), how })
    }
    case 'granted': {
      const grant = decodeGrant(body)
      return grant.ok ? ok({ ...base, kind, grant: grant.value }) : grant
    }
    case 'erased':
      return body.length === 0 ? ok({ ...base, kind }) : unread('erased', body)
  }
}

function unread(where: string, bytes: Uint8Array): Decoded {
  return fail('RECORD_SHAPE', where, `${bytes.length} bytes`, 'a record of a partition')
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOfHex(hex: string): Uint8Array {
  const isKeys = /^(?:[0-9a-f]{64}){1,2}$/.test(hex)
  assert(isKeys, `a public key is 64 hexadecimal digits, got ${hex.length}`)
  const digits = (i: number): string => hex.slice(2 * i, 2 * i + 2)
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(digits(i), 16))
}
