import { assert } from '../../math/assert.ts'
import type { MqttConnect, MqttPacket, MqttPublish } from './mqtt-packet.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** The bytes of a packet; throws on what no packet can hold. */
export function writePacket(packet: MqttPacket): Bytes {
  switch (packet.type) {
    case 'connect':
      return framed(0x10, connectBody(packet))
    case 'connack':
      return framed(0x20, [Uint8Array.of(packet.sessionPresent ? 1 : 0, packet.code)])
    case 'publish':
      return framed(0x30 | publishFlags(packet), publishBody(packet))
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

function publishBody({ topic, qos, id, payload }: MqttPublish): Bytes[] {
  return [text(topic), ...(qos === 1 ? [u16(id)] : []), new Uint8Array(payload)]
}

function framed(header: number, parts: readonly Uint8Array[]): Bytes {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  assert(length < 268_435_456, `a packet of ${length} bytes`)
  const head = [header]
  let rest = length
  do {
    head.push(rest < 128 ? rest : (rest % 128) | 128)
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  const bytes = new Uint8Array(head.length + length)
  bytes.set(head)
  let at = head.length
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
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
