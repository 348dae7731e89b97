import mqttPacket from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { type Random, seededRandom } from '../../math/random.ts'
import type { MqttPacket, MqttPublish, MqttWill } from './mqtt-packet.ts'
import { readPacket } from './mqtt-reader.ts'
import { PacketStream } from './mqtt-stream.ts'
import { writePacket } from './mqtt-writer.ts'

const INPUTS = process.env.NOCTURNE_NIGHTLY ? 10_000_000 : 20_000
const MOST = 2048

type Theirs = Record<string, unknown> & { readonly cmd: string }

describe('packets of MQTT 3.1.1', () => {
  it(`are read as mqtt-packet reads them, and nothing that it refuses is taken, over ${INPUTS} inputs (F13)`, () => {
    const random = seededRandom(1883)
    const seen = { taken: 0, refused: 0 }
    for (let k = 0; k < INPUTS; k++) {
      const bytes = input(random)
      const ours = oursOf(bytes, random)
      if (ours === undefined) {
        seen.refused++
        continue
      }
      seen.taken++
      const theirs = theirsOf(bytes)
      const same = JSON.stringify(ours.map(plain)) === JSON.stringify(theirs)
      if (!same) expect({ bytes: [...bytes], ours: ours.map(plain) }).toEqual({ theirs })
    }
    expect(seen.taken).toBeGreaterThan(INPUTS / 10)
    expect(seen.refused).toBeGreaterThan(INPUTS / 10)
  }, 3_600_000)

  it('are written as mqtt-packet writes them, byte for byte', () => {
    const random = seededRandom(3)
    for (let k = 0; k < 3000; k++) {
      const packet = madeUp(random)
      const theirs = mqttPacket.generate(theirPacket(packet) as never)
      expect(Buffer.from(writePacket(packet))).toEqual(theirs)
    }
  })
})

/** Packets one after the other, half of them damaged in one to four places. */
function input(random: Random): Uint8Array {
  if (random.integer(8) === 0) {
    return Uint8Array.from({ length: 1 + random.integer(40) }, () => random.integer(256))
  }
  const packets = Array.from({ length: 1 + random.integer(3) }, () => writePacket(madeUp(random)))
  let bytes = Uint8Array.from(packets.flatMap((packet) => [...packet]))
  if (random.integer(2) === 0) return bytes
  for (let k = 0; k <= random.integer(4); k++) {
    const at = random.integer(bytes.length)
    const kind = random.integer(4)
    if (kind === 0) bytes[at]! ^= 1 << random.integer(8)
    else if (kind === 1) bytes[at] = random.integer(256)
    else if (kind === 2) bytes = bytes.slice(0, Math.max(1, at))
    else bytes = Uint8Array.of(...bytes.subarray(0, at), random.integer(256), ...bytes.subarray(at))
  }
  return bytes
}

/** What we read of bytes that come in pieces; undefined when any of it is refused. */
function oursOf(bytes: Uint8Array, random: Random): MqttPacket[] | undefined {
  const stream = new PacketStream(MOST)
  const packets: MqttPacket[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.integer(random.integer(2) === 0 ? 4 : 200)
    stream.push(bytes.subarray(at, at + size))
    at += size
    for (;;) {
      const next = stream.next()
      if (next === 'bad') return undefined
      if (next === 'more') break
      const read = readPacket(stream.header, stream.bytes, stream.from, stream.to)
      if (!read.ok) return undefined
      packets.push(read.value)
    }
  }
  return packets
}

function theirsOf(bytes: Uint8Array): unknown[] {
  const parser = mqttPacket.parser({ protocolVersion: 4 } as never)
  const packets: unknown[] = []
  parser.on('packet', (packet: unknown) => packets.push(plainOfTheirs(packet as Theirs)))
  parser.on('error', (error: Error) => packets.push(error.message))
  parser.parse(Buffer.from(bytes))
  return packets
}

/** Both to one form. */
function plain(packet: MqttPacket): unknown {
  return plainOfTheirs(theirPacket(packet))
}

function hex(bytes: unknown): string | undefined {
  if (bytes === undefined || bytes === null) return undefined
  return Buffer.from(bytes as Uint8Array).toString('hex')
}

function plainOfTheirs(p: Theirs): unknown {
  const will = p.will as (MqttWill & Record<string, unknown>) | undefined
  switch (p.cmd) {
    case 'connect':
      return [
        ...[p.cmd, p.clientId, p.keepalive, p.clean, p.username, hex(p.password)],
        ...(will ? [will.topic, hex(will.payload), will.qos, will.retain] : []),
      ]
    case 'connack':
      return [p.cmd, p.sessionPresent, p.returnCode]
    case 'publish': {
      const id = p.qos === 0 ? 0 : p.messageId
      return [p.cmd, p.topic, hex(p.payload), p.qos, p.retain, p.dup, id]
    }
    case 'subscribe': {
      const wishes = p.subscriptions as readonly { topic: string; qos: number }[]
      return [p.cmd, p.messageId, ...wishes.flatMap(({ topic, qos }) => [topic, qos])]
    }
    case 'suback':
      return [p.cmd, p.messageId, p.granted]
    case 'unsubscribe':
      return [p.cmd, p.messageId, p.unsubscriptions]
    case 'puback':
    case 'unsuback':
      return [p.cmd, p.messageId]
    default:
      return [p.cmd]
  }
}

function theirPacket(packet: MqttPacket): Theirs {
  switch (packet.type) {
    case 'connect': {
      const { clientId, clean, keepAliveS: keepalive, will, username, password } = packet
      const base = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean }
      return {
        ...{ ...base, keepalive },
        ...(will ? { will: { ...will, payload: Buffer.from(will.payload) } } : {}),
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password: Buffer.from(password) }),
      }
    }
    case 'connack':
      return { cmd: 'connack', sessionPresent: packet.sessionPresent, returnCode: packet.code }
    case 'publish': {
      const { topic, qos, retain, dup, id, payload } = packet
      const base = { cmd: 'publish', topic, qos, retain, dup, payload: Buffer.from(payload) }
      return qos === 1 ? { ...base, messageId: id } : base
    }
    case 'subscribe': {
      const subscriptions = packet.wishes.map(({ filter, qos }) => ({ topic: filter, qos }))
      return { cmd: 'subscribe', messageId: packet.id, subscriptions }
    }
    case 'suback':
      return { cmd: 'suback', messageId: packet.id, granted: [...packet.codes] }
    case 'unsubscribe':
      return { cmd: 'unsubscribe', messageId: packet.id, unsubscriptions: [...packet.filters] }
    case 'puback':
    case 'unsuback':
      return { cmd: packet.type, messageId: packet.id }
    default:
      return { cmd: packet.type }
  }
}

function madeUp(random: Random): MqttPacket {
  const id = 1 + random.integer(65_535)
  const few = <T>(item: () => T): T[] => Array.from({ length: 1 + random.integer(3) }, item)
  const topic = (): string => `nocturne/v1/bed-${random.integer(1000)}/t`
  const makers: readonly (() => MqttPacket)[] = [
    () => madeUpConnect(random),
    () => ({ type: 'connack', sessionPresent: random.integer(2) > 0, code: random.integer(6) }),
    () => madeUpPublish(random),
    () => ({ type: 'puback', id }),
    () => ({
      ...{ type: 'subscribe', id },
      wishes: few(() => ({ filter: topic(), qos: random.integer(3) as 0 | 1 | 2 })),
    }),
    () => ({ type: 'suback', id, codes: few(() => [0, 1, 2, 128][random.integer(4)]!) }),
    () => ({ type: 'unsubscribe', id, filters: few(topic) }),
    () => ({ type: 'unsuback', id }),
    () => ({ type: 'pingreq' }),
    () => ({ type: 'pingresp' }),
    () => ({ type: 'disconnect' }),
  ]
  return makers[random.integer(makers.length)]!()
}

function noise(random: Random, most: number): Uint8Array {
  return Uint8Array.from({ length: random.integer(most) }, () => random.integer(256))
}

function madeUpConnect(random: Random): MqttPacket {
  const maybe = (): boolean => random.integer(2) > 0
  const [named, willed] = [maybe(), maybe()]
  const will = {
    ...{ topic: 'nocturne/v1/bed-7/death', payload: noise(random, 20) },
    ...{ qos: random.integer(2) as 0 | 1, retain: maybe() },
  }
  return {
    ...{ type: 'connect', clientId: `bed-${random.integer(1000)}` },
    ...{ keepAliveS: random.integer(65_536), clean: true },
    ...(willed ? { will } : {}),
    ...(named ? { username: 'bed-1' } : {}),
    ...(named && maybe() ? { password: noise(random, 60) } : {}),
  }
}

function madeUpPublish(random: Random): MqttPublish {
  const qos = random.integer(2) as 0 | 1
  const payload = noise(random, random.integer(8) === 0 ? 400 : 60)
  return {
    ...{ type: 'publish', topic: `nocturne/v1/bed-${random.integer(100)}/t`, payload, qos },
    ...{ retain: random.integer(2) > 0, dup: qos === 1 && random.integer(2) > 0 },
    id: qos === 0 ? 0 : 1 + random.integer(65_535),
  }
}
