import { describe, expect, it } from 'vitest'
import { crc32 } from '../../math/crc32.ts'
import { seededRandom } from '../../math/random.ts'
import { decodeAdmin, encodeAdmin } from './admin.ts'
import type { Birth } from './birth.ts'
import { decodeBirth, decodeDeath, encodeBirth, encodeDeath } from './birth-codec.ts'
import type { DeviceEvent } from './device-event.ts'
import { decodeEvent, encodeEvent } from './device-event-codec.ts'
import { readDeviceId } from './device-id.ts'
import type { FrameBlock } from './frame.ts'
import {
  blockBytes,
  decodeFrames,
  encodeFrames,
  flawOfFrames,
  LONGEST_BLOCK,
  seqOfFrames,
} from './frame-codec.ts'
import type { Grant } from './grant.ts'
import { decodeSignedGrant, encodeSignedGrant, grantBytes } from './grant-codec.ts'
import { partitionOf } from './partition.ts'
import type { DeviceRecord } from './record.ts'
import { decodeRecord, encodeRecord } from './record-codec.ts'
import { deviceOfTopic, downChannelOf, topicOf, upChannelOf } from './topic.ts'
import { decodeUpdateOrder, encodeUpdateOrder } from './update-order.ts'

const deviceRead = readDeviceId('bed-0001')
if (!deviceRead.ok) throw new Error('a name')
const DEVICE = deviceRead.value

const BIRTH: Birth = {
  ...{ protocol: 1, boot: 7, epoch: 3, hardware: 'made-up', code: 'nocturne-0.1.0', release: 2 },
  ...{ mode: 'natural', consent: 'control', consentId: '0123456789abcdef', takesUpdates: true },
  cohort: { chronotype: 'late', age: '30-59', district: 'north' },
  held: [{ boot: 7, fromSeq: 0, toSeq: 41 }],
}

const EVENTS: readonly DeviceEvent[] = [
  { kind: 'mode', atS: 1.25, to: 'guidance', cause: 'sleeper' },
  {
    ...{ kind: 'act', atS: 2, action: 'click', mode: 'control', consentId: '0123456789abcdef' },
    ...{ grant: 4, epoch: 2, level: 44.5, untilS: 7 },
  },
  { kind: 'refused', atS: 3, code: 'NO_CONSENT', count: 2 },
  { kind: 'stop', atS: 4, by: 'sleeper' },
  { kind: 'fault', atS: 5, fault: 'signal-flat', begins: true },
  { kind: 'dream', atS: 6, vividness: 7.5, adverse: false },
  { kind: 'awakening', atS: 7, from: 'R' },
  {
    ...{ kind: 'consent', atS: 8, consentId: '0123456789abcdef', mode: 'control' },
    ...{ untilWallMs: 1_790_000_000_000, granted: true },
  },
  {
    ...{ kind: 'consented', atS: 8, consentId: '0123456789abcdef', mode: 'control' },
    ...{ signedMs: 1_780_000_000_000, untilWallMs: 1_790_000_000_000 },
  },
  { kind: 'release', atS: 9, release: 3, outcome: 'reverted' },
  { kind: 'wish', atS: 10, to: 'guidance' },
  { kind: 'piece-answer', atS: 11, incident: 'i-3', granted: false },
]

function block(n: number): FrameBlock {
  return {
    ...{ boot: 7, firstSeq: 10, startS: 300.5, wallOffsetS: 1_790_000_000, mode: 'control' },
    ...{ consent: 'control', release: 2, asleep: true },
    stepsDs: Uint16Array.from({ length: n }, (_, i) => (i === 0 ? 0 : 300)),
    values: Int16Array.from({ length: 12 * n }, (_, i) => (i % 13 === 0 ? -32768 : i - 700)),
  }
}

/** Every byte of a message changed, cut or joined by one in turn. */
function* spoiled(bytes: Uint8Array): Generator<Uint8Array> {
  for (let i = 0; i < bytes.length; i++) {
    const other = bytes.slice()
    other[i]! ^= 1 << (i % 8)
    yield other
    yield bytes.slice(0, i)
  }
  yield Uint8Array.of(...bytes, 0x20)
}

describe('what travels between a device and its centre', () => {
  it('is under topics of the device itself, and a name is 4 to 48 of a-z, 0-9 and - (F10)', () => {
    expect(topicOf(DEVICE, 't')).toBe('nocturne/v1/bed-0001/t')
    expect(upChannelOf(DEVICE, 'nocturne/v1/bed-0001/e')).toBe('e')
    for (const other of ['nocturne/v1/bed-0002/e', 'nocturne/v1/bed-0001/cmd', '#', 'a/b']) {
      expect(upChannelOf(DEVICE, other)).toBeUndefined()
    }
    expect(downChannelOf(DEVICE, 'nocturne/v1/bed-0001/cmd')).toBe('cmd')
    expect(downChannelOf(DEVICE, 'nocturne/v1/+/cmd')).toBeUndefined()
    expect(deviceOfTopic('nocturne/v1/bed-0001/upd')).toBe('bed-0001')
    for (const other of ['nocturne/v1/B/upd', 'nocturne/v1/bed-0001/x', 'nocturne/v1/a.b.c/t']) {
      expect(deviceOfTopic(other)).toBeUndefined()
    }
    for (const name of ['', 'abc', '-abc', 'abc-', 'a.bc', 'ABCD', 'a/bc', 'a b c', 'x'.repeat(49)])
      expect(readDeviceId(name).ok).toBe(false)
  })

  it('is frames of 26 bytes behind a head of 28, their bytes as the reference has them (F11)', () => {
    const bytes = encodeFrames(block(1))
    expect(bytes.length).toBe(28 + 26 + 4)
    expect([...bytes.subarray(0, 12)]).toEqual([1, 1, 1, 0, 7, 0, 0, 0, 10, 0, 0, 0])
    expect(new DataView(bytes.buffer).getFloat64(12, true)).toBe(300.5)
    expect([...bytes.subarray(24, 28)]).toEqual([2, 2, 2, 0])
    expect(LONGEST_BLOCK).toBeLessThan(4096)
    for (const n of [1, 2, 20, 120]) {
      const read = decodeFrames(encodeFrames(block(n)))
      expect(read).toEqual({ ok: true, value: block(n) })
    }
    expect(seqOfFrames(encodeFrames(block(20)))).toEqual({ boot: 7, firstSeq: 10, n: 20 })
  })

  it('is refused when one bit of a block is wrong, or its length is another (F11)', () => {
    for (const bytes of spoiled(encodeFrames(block(2)))) {
      expect(decodeFrames(bytes).ok).toBe(false)
      expect(flawOfFrames(bytes)).not.toBeUndefined()
    }
    const resealed = (at: number, value: number): Uint8Array => {
      const bytes = encodeFrames(block(2))
      bytes[at] = value
      new DataView(bytes.buffer).setUint32(
        bytes.length - 4,
        crc32(bytes.subarray(0, bytes.length - 4)),
        true,
      )
      return bytes
    }
    expect(flawOfFrames(resealed(0, 2))).toBe('FRAME_VERSION')
    expect(flawOfFrames(resealed(1, 2))).toBe('FRAME_FLAGS')
    expect(flawOfFrames(resealed(24, 3))).toBe('FRAME_FIELD')
    expect(flawOfFrames(resealed(19, 0xff))).toBe('FRAME_TIME')
    expect(flawOfFrames(resealed(28, 1))).toBe('FRAME_TIME')
    expect(flawOfFrames(new Uint8Array(blockBytes(0)))).toBe('FRAME_SIZE')
  })

  it('is JSON in one form with every field and no other, in closed words (F12)', () => {
    expect(decodeBirth(encodeBirth(BIRTH))).toEqual({ ok: true, value: BIRTH })
    for (const event of EVENTS) {
      const keyed = { boot: 7, seq: 12, event }
      expect(decodeEvent(encodeEvent(keyed))).toEqual({ ok: true, value: keyed })
    }
    expect(decodeDeath(encodeDeath(7))).toEqual({ ok: true, value: { boot: 7 } })
    const admin = { kind: 'watermark', boot: 7, seq: 40 } as const
    expect(decodeAdmin(encodeAdmin(admin))).toEqual({ ok: true, value: admin })
    const ask = { kind: 'ask-piece', incident: 'i-3', fromMs: 1000, toMs: 2000 } as const
    expect(decodeAdmin(encodeAdmin(ask))).toEqual({ ok: true, value: ask })
    for (const order of [{ release: 4 }, { setBack: 0 }]) {
      expect(decodeUpdateOrder(encodeUpdateOrder(order))).toEqual({ ok: true, value: order })
    }
    for (const odd of ['{}', '{"release":4,"setBack":3}', '{"release":70000}', '[4]']) {
      expect(decodeUpdateOrder(new TextEncoder().encode(odd)).ok).toBe(false)
    }
    const text = new TextDecoder().decode(encodeAdmin(admin))
    const bytesOf = (changed: string): Uint8Array => new TextEncoder().encode(changed)
    for (const [changed, code] of [
      [text.replace(',', ', '), 'WIRE_CANONICAL'],
      [text.replace('{', '{"boot":7,'), 'WIRE_CANONICAL'],
      [text.replace('}', ',"words":"hello"}'), 'WIRE_SHAPE'],
      [text.replace('watermark', 'hello'), 'WIRE_SHAPE'],
      [text.replace('40', '-1'), 'WIRE_SHAPE'],
      [text.replace('40', '4.5'), 'WIRE_JSON'],
      [text.slice(1), 'WIRE_JSON'],
      ['['.repeat(200), 'WIRE_JSON'],
      [' '.repeat(300), 'WIRE_SIZE'],
      ['null', 'WIRE_JSON'],
    ] as const) {
      const read = decodeAdmin(bytesOf(changed))
      expect([changed, read.ok ? 'taken' : read.problem.code]).toEqual([changed, code])
    }
  })

  it('is refused or read, and nothing is thrown, whatever byte is wrong (F12)', () => {
    const random = seededRandom(11)
    for (const [bytes, decode] of [
      [encodeBirth(BIRTH), decodeBirth],
      ...EVENTS.map((event) => [encodeEvent({ boot: 1, seq: 2, event }), decodeEvent] as const),
    ] as const) {
      for (const other of spoiled(bytes)) {
        const read = decode(other)
        // What is still read is written back as it came.
        if (read.ok) {
          const again = decode === decodeBirth ? encodeBirth : encodeEvent
          expect(again(read.value as never)).toEqual(other)
        }
      }
    }
    for (let k = 0; k < 2000; k++) {
      const noise = Uint8Array.from({ length: random.integer(80) }, () => random.integer(256))
      for (const decode of [decodeBirth, decodeEvent, decodeFrames, decodeAdmin, decodeRecord]) {
        expect(decode(noise).ok).toBe(false)
      }
    }
  })

  it('is signed, when it is a grant, for one device and one boot (F22)', () => {
    const grant: Grant = {
      ...{ epoch: 3, id: 9, ceiling: 'control', heardS: 312.25, ttlS: 83, boot: 7 },
      reason: 'normal',
    }
    const signed = { ...grant, signature: 'ab'.repeat(64) }
    expect(decodeSignedGrant(encodeSignedGrant(signed))).toEqual({ ok: true, value: signed })
    expect(grantBytes('bed-0001', grant)).not.toEqual(grantBytes('bed-0002', grant))
    const longer = new TextEncoder().encode(
      new TextDecoder().decode(encodeSignedGrant(signed)).replace('"ttlS":83', '"ttlS":91'),
    )
    expect(decodeSignedGrant(longer).ok).toBe(false)
  })
})

describe('the log of a partition', () => {
  const base = { atMs: 1_790_000_000_123, device: DEVICE }
  const grant: Grant = {
    ...{ epoch: 3, id: 9, ceiling: 'guidance', heardS: 1, ttlS: 83, boot: 7, reason: 'recovery' },
  }
  const records: readonly DeviceRecord[] = [
    { ...base, kind: 'enrolled', publicKey: '0f'.repeat(32) },
    { ...base, kind: 'birth', birth: BIRTH },
    { ...base, kind: 'frames', bytes: encodeFrames(block(20)) },
    ...EVENTS.map((event) => ({ ...base, kind: 'event' as const, boot: 7, seq: 3, event })),
    { ...base, kind: 'gone', boot: 7, how: 'silent' },
    { ...base, kind: 'granted', grant },
    { ...base, kind: 'erased' },
  ]

  it('keeps each kind of record as bytes and gives it back', () => {
    for (const record of records) {
      expect(decodeRecord(encodeRecord(record))).toEqual({ ok: true, value: record })
    }
  })

  it('refuses what is no record', () => {
    const bytes = encodeRecord(records[0]!)
    for (const wrong of [bytes.slice(0, 30), Uint8Array.of(99, ...bytes.slice(1)), bytes.slice(1)])
      expect(decodeRecord(wrong).ok).toBe(false)
  })

  it('has 256 partitions that devices fall into evenly', () => {
    const counts = new Uint32Array(256)
    for (let i = 0; i < 25_600; i++) counts[partitionOf(`bed-${i}` as never)]!++
    expect(Math.max(...counts)).toBeLessThan(150)
    expect(Math.min(...counts)).toBeGreaterThan(50)
  })
})
