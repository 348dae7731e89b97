import { describe, expect, it } from 'vitest'
import { readPacket } from './mqtt-reader.ts'
import { PacketStream } from './mqtt-stream.ts'
import { writePacket } from './mqtt-writer.ts'

function codeOf(...bytes: number[]): string {
  const stream = new PacketStream(200)
  stream.push(Uint8Array.from(bytes))
  const next = stream.next()
  if (next === 'bad') return stream.flaw!
  if (next === 'more') return 'more'
  const read = readPacket(stream.header, stream.bytes, stream.from, stream.to)
  return read.ok ? read.value.type : read.problem.code
}

describe('a reader of MQTT', () => {
  it('says of each malformed packet what is wrong with it (F13)', () => {
    const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0))
    const connect = [0x10, 16, 0, 4, ...ascii('MQTT'), 4, 2, 0, 60, 0, 4, ...ascii('bed1')]
    const changed = (at: number, to: number): number[] => connect.map((b, i) => (i === at ? to : b))
    expect(codeOf(...connect)).toBe('connect')
    const cases: readonly (readonly [string, readonly number[]])[] = [
      ['MQTT_TOO_LONG', [0x30, 0xff, 0x7f]],
      ['MQTT_LENGTH', [0x30, 0x80, 0x80, 0x80, 0x80]],
      ['MQTT_LENGTH', [0x30, 0x83, 0x00]],
      ['MQTT_LENGTH', [0xc0, 1, 0]],
      ['MQTT_TYPE', [0x00, 0]],
      ['MQTT_TYPE', [0xf0, 0]],
      ['MQTT_FLAGS', [0xc1, 0]],
      ['MQTT_FLAGS', [0x80, 6, 0, 1, 0, 1, 97, 0]],
      ['MQTT_FLAGS', [0x38, 3, 0, 1, 97]],
      ['MQTT_QOS', [0x34, 5, 0, 1, 97, 0, 1]],
      ['MQTT_QOS', [0x62, 2, 0, 1]],
      ['MQTT_ID', [0x40, 2, 0, 0]],
      ['MQTT_TEXT', [0x30, 3, 0, 1, 0x23]],
      ['MQTT_TEXT', [0x30, 3, 0, 1, 0]],
      ['MQTT_TEXT', [0x30, 2, 0, 0]],
      ['MQTT_PROTOCOL', changed(8, 5)],
      ['MQTT_PROTOCOL', changed(4, 77 + 32)],
      ['MQTT_FLAGS', changed(9, 3)],
      ['MQTT_FLAGS', changed(9, 0x42)],
      ['MQTT_QOS', [...changed(9, 0x16).map((b, i) => (i === 1 ? 21 : b)), 0, 1, 97, 0, 0]],
      ['MQTT_LENGTH', changed(13, 5)],
      ['MQTT_TOO_LONG', [0x82, 38, 0, 1, ...Array.from({ length: 9 }, () => [0, 1, 97, 0]).flat()]],
    ]
    for (const [code, bytes] of cases) expect([bytes, codeOf(...bytes)]).toEqual([bytes, code])
  })

  it('finds packets however their bytes are cut, and says when it is within one', () => {
    const publish = writePacket({
      ...{ type: 'publish', topic: 'a/b', payload: new Uint8Array(150), qos: 1, id: 9 },
      ...{ retain: false, dup: false },
    })
    const bytes = Uint8Array.from([...publish, 0xc0, 0, ...publish])
    for (let size = 1; size < bytes.length; size++) {
      const stream = new PacketStream(200)
      const headers: number[] = []
      for (let at = 0; at < bytes.length; at += size) {
        stream.push(bytes.subarray(at, at + size))
        while (stream.next() === 'packet') headers.push(stream.header)
      }
      expect([size, headers, stream.isWithin]).toEqual([size, [0x32, 0xc0, 0x32], false])
    }
  })

  it('allows longer packets once it is told to', () => {
    const stream = new PacketStream(4)
    stream.allow(8)
    stream.push(Uint8Array.of(0x30, 8, 0))
    expect(stream.next()).toBe('more')
    expect(stream.isWithin).toBe(true)
    stream.allow(4)
    stream.push(Uint8Array.of(1))
    expect([stream.next(), stream.flaw]).toEqual(['bad', 'MQTT_TOO_LONG'])
  })
})
