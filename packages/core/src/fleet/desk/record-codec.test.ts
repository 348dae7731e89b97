import { describe, expect, it } from 'vitest'
import { birthOf } from '#test/desk-rig.ts'
import { startLadder } from '../recovery/ladder.ts'
import type { DeviceId } from '../telemetry/device-id.ts'
import { deskStep } from './desk.ts'
import type { DeskRecord } from './desk-record.ts'
import { decodeDeskRecord, encodeDeskRecord } from './desk-record-codec.ts'
import { beginDesk } from './desk-state.ts'
import type { PartitionRecord } from './partition-record.ts'
import { decodePartitionRecord, encodePartitionRecord } from './partition-record-codec.ts'

const device = 'bed-mira' as DeviceId
const base = { atMs: 1_764_230_000_123, device }
const { state } = deskStep(beginDesk({ handshakesPerS: 5 }), { kind: 'tick', atMs: 1 })
const standing = state.standing!

const RECORDS: readonly PartitionRecord[] = [
  { ...base, kind: 'enrolled', publicKey: '0f'.repeat(32), sleeperKey: '1e'.repeat(32) },
  { ...base, kind: 'birth', birth: birthOf() },
  { kind: 'tick', atMs: base.atMs },
  { kind: 'standing', atMs: base.atMs, standing },
  { kind: 'standing', atMs: base.atMs, standing, saidMs: 3 },
  { kind: 'stands', atMs: base.atMs, number: 1, saidMs: 3 },
  { ...base, kind: 'staff', isStaff: true },
  { ...base, kind: 'revoke', isRevoked: true },
  { ...base, kind: 'ask-piece', incident: 'i-1', fromMs: 1, toMs: 2 },
  { ...base, kind: 'answer', incident: 'i-1', granted: true },
  { ...base, kind: 'piece', incident: 'i-1', digest: 'ab' },
  { ...base, kind: 'follow', input: { kind: 'unnamed', follower: 'Ēva ✶', atMs: 9 } },
]

const DESK: readonly DeskRecord[] = [
  { kind: 'tick', atMs: 5 },
  { kind: 'file', atMs: 6, present: true },
  {
    ...{ kind: 'tell', atMs: 7, partition: 3, offset: 9, index: 0 },
    tell: { kind: 'drift', channel: 'heartRate', device },
  },
  {
    ...{ kind: 'order', atMs: 8, id: 'o1', operator: 'kaya' },
    order: { what: 'failsafe', do: { kind: 'lift', why: 'mended — again' } },
  },
]

describe('the records of the desk and its partitions', () => {
  it('are read as they were written, with the infinities of a standing', () => {
    expect(startLadder().startedMs).toBe(Number.NEGATIVE_INFINITY)
    for (const record of RECORDS) {
      expect(decodePartitionRecord(encodePartitionRecord(record))).toEqual({
        ok: true,
        value: record,
      })
    }
    for (const record of DESK) {
      expect(decodeDeskRecord(encodeDeskRecord(record))).toEqual({ ok: true, value: record })
    }
  })

  it('are ASCII, and a tick is nine bytes', () => {
    expect(encodePartitionRecord(RECORDS[2]!).length).toBe(9)
    expect(
      encodePartitionRecord(RECORDS.at(-1)!)
        .subarray(9)
        .every((byte) => byte < 127),
    ).toBe(true)
  })

  it('are refused when cut short or of no known kind', () => {
    for (const record of RECORDS) {
      const bytes = encodePartitionRecord(record)
      expect(decodePartitionRecord(bytes.subarray(0, bytes.length - 1)).ok).toBe(false)
    }
    for (const record of DESK) {
      const bytes = encodeDeskRecord(record)
      expect(decodeDeskRecord(bytes.subarray(0, bytes.length - 1)).ok).toBe(false)
      expect(decodeDeskRecord(Uint8Array.of(200, ...bytes.subarray(1))).ok).toBe(false)
    }
  })
})
