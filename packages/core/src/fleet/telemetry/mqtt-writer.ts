import { assert } from '../../math/assert.ts'
import type { MqttConnect, MqttPacket, MqttPublish } from './mqtt-packet.ts'
import { roomFor } from './room.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** The bytes of a packet; throws on what no packet can hold. */
export function writePacket(packet: MqttPacket): Bytes {
  switch (packet.type) {
    case 'connect':
      return framed(0x10, connectBody(packet))
    case 'connack':
      return framed(0x20, [Uint8Array.of(packet.sessionPresent ? 1 : 0, packet.code)])
    case 'publish':
      return writePublish(packet)
    case 'puback':
      return framed(0x40, [u16(packet.id)])
    case 'subscribe':
      return framed(0x82, [
        u16(packet.id),
        ...packet.wishes.flatMap(({ filter, qos }) => [text(filter), Uint8Array.of(qos)]),
      ])
    case 'suback':
      return framed(0x90, [u16(packet.id), Uint8Array.from(packet.codes)])
    case 'unsubscribe':
      return framed(0xa2, [u16(packet.id), ...packet.filters.map(text)])
    case 'unsuback':
      return framed(0xb0, [u16(packet.id)])
    case 'pingreq':
      return framed(0xc0, [])
    case 'pingresp':
      return framed(0xd0, [])
    case 'disconnect':
      return framed(0xe0, [])
  }
}

function connectBody({ clientId, keepAliveS, clean, will, username, password }: MqttConnect) {
  const willFlags = will === undefined ? 0 : 4 | (will.qos << 3) | (will.retain ? 32 : 0)
  const nameFlags = (username === undefined ? 0 : 128) | (password === undefined ? 0 : 64)
  return [
    text('MQTT'),
    Uint8Array.of(4, (clean ? 2 : 0) | willFlags | nameFlags),
    u16(keepAliveS),
    text(clientId),
    ...(will === undefined ? [] : [text(will.topic), block(will.payload)]),
    ...(username === undefined ? [] : [text(username)]),
    ...(password === undefined ? [] : [block(password)]),
  ]
}

function publishFlags({ qos, retain, dup }: MqttPublish): number {
  return (qos << 1) | (retain ? 1 : 0) | (dup ? 8 : 0)
}

/** Nearly all packets are these: written in one pass, without a part for each field. */
function writePublish(packet: MqttPublish): Bytes {
  const { topic, qos, id, payload } = packet
  const { length: letters } = topic
  assert(letters < 65_536 && id >= 0 && id < 65_536, 'a topic and a number that fit in 16 bits')
  const bytes = begun(0x30 | publishFlags(packet), 2 + letters + 2 * qos + payload.length)
  let at = bytes.length - payload.length - 2 * qos - letters - 2
  bytes[at++] = letters >> 8
  bytes[at++] = letters & 255
  for (let i = 0; i < letters; i++) bytes[at++] = topic.charCodeAt(i)
  if (qos === 1) {
    bytes[at++] = id >> 8
    bytes[at] = id & 255
  }
  bytes.set(payload, bytes.length - payload.length)
  return bytes
}

function framed(header: number, parts: readonly Uint8Array[]): Bytes {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const bytes = begun(header, length)
  let at = bytes.length - length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Room for a packet whose body is so long, with its head written. */
function begun(header: number, length: number): Bytes {
  assert(length < 268_435_456, 'a packet below 256 MB')
  const head = length < 128 ? 2 : length < 16_384 ? 3 : length < 2_097_152 ? 4 : 5
  const bytes = roomFor(head + length)
  bytes[0] = header
  let rest = length
  for (let at = 1; at < head; at++) {
    bytes[at] = at < head - 1 ? (rest & 127) | 128 : rest
    rest >>= 7
  }
  return bytes
}

function u16(value: number): Bytes {
  assert(value >= 0 && value < 65_536, `${value} does not fit in 16 bits`)
  return Uint8Array.of(value >> 8, value & 255)
}

function block(bytes: Uint8Array): Bytes {
  const framedBytes = new Uint8Array(2 + bytes.length)
  framedBytes.set(u16(bytes.length))
  framedBytes.set(bytes, 2)
  return framedBytes
}

function text(letters: string): Bytes {
  const bytes = new Uint8Array(letters.length)
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i)
  return block(bytes)
}
