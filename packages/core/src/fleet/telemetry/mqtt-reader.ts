import { fail, ok, type Result } from '../../math/result.ts'
import {
  MOST_FILTERS,
  type MqttCode,
  type MqttConnect,
  type MqttPacket,
  type MqttWish,
} from './mqtt-packet.ts'
import { flawOfHeader } from './mqtt-stream.ts'
import { textOfBytes } from './scan.ts'
import { LONGEST_TOPIC } from './topic.ts'

type Read = Result<MqttPacket, MqttCode>

/**
 * Reads a packet out of its first byte and its body, `bytes` from `from` to before `to`; never
 * throws. Payloads are views. Rule F13 of SPEC.md.
 */
export function readPacket(header: number, bytes: Uint8Array, from: number, to: number): Read {
  const broken = flawOfHeader(header)
  if (broken !== undefined) return refused(broken, header)
  const body = new Body(bytes, from, to)
  const type = header >> 4
  if (type === 3) return publishOf(header & 15, body)
  const packet = packetOf(type, body)
  if (packet === undefined) return refused('MQTT_TYPE', header)
  const flaw = body.flaw ?? (body.at === to ? undefined : 'MQTT_LENGTH')
  return flaw === undefined ? ok(packet) : refused(flaw, header)
}

function packetOf(type: number, body: Body): MqttPacket | undefined {
  switch (type) {
    case 1:
      return connectOf(body)
    case 2: {
      const flags = body.byte()
      if (flags > 1) body.flaw ??= 'MQTT_FLAGS'
      return { type: 'connack', sessionPresent: flags === 1, code: body.byte() }
    }
    case 4:
      return { type: 'puback', id: body.id() }
    case 8:
      return { type: 'subscribe', id: body.id(), wishes: body.many(() => wishOf(body)) }
    case 9:
      return { type: 'suback', id: body.id(), codes: body.many(() => grantedOf(body)) }
    case 10:
      return { type: 'unsubscribe', id: body.id(), filters: body.many(() => body.topic()) }
    case 11:
      return { type: 'unsuback', id: body.id() }
    case 12:
      return { type: 'pingreq' }
    case 13:
      return { type: 'pingresp' }
    case 14:
      return { type: 'disconnect' }
    default:
      return undefined
  }
}

function publishOf(flags: number, body: Body): Read {
  const qos = (flags >> 1) & 1
  const topic = body.topic()
  if (topic.includes('+') || topic.includes('#')) body.flaw ??= 'MQTT_TEXT'
  const id = qos === 1 ? body.id() : 0
  const payload = body.rest()
  if (body.flaw !== undefined) return refused(body.flaw, flags)
  const [retain, dup] = [(flags & 1) === 1, (flags & 8) === 8]
  return ok({ type: 'publish', topic, payload, qos: qos === 1 ? 1 : 0, retain, dup, id })
}

function connectOf(body: Body): MqttConnect {
  if (body.text(6) !== 'MQTT' || body.byte() !== 4) body.flaw ??= 'MQTT_PROTOCOL'
  const flags = body.byte()
  const keepAliveS = body.u16()
  const [hasWill, willQos] = [(flags & 4) > 0, (flags >> 3) & 3]
  const [hasName, hasPassword] = [(flags & 128) > 0, (flags & 64) > 0]
  const isOdd = (flags & 1) > 0 || (!hasWill && (flags & 56) > 0) || (hasPassword && !hasName)
  if (isOdd) body.flaw ??= 'MQTT_FLAGS'
  if (willQos > 1) body.flaw ??= 'MQTT_QOS'
  const clientId = body.text(64)
  const willTopic = hasWill ? body.topic() : ''
  if (/[+#]/.test(willTopic)) body.flaw ??= 'MQTT_TEXT'
  const payload = hasWill ? body.block() : undefined
  const username = hasName ? body.text(64) : undefined
  const password = hasPassword ? body.block() : undefined
  const will = payload && {
    ...{ topic: willTopic, payload, qos: willQos === 1 ? (1 as const) : (0 as const) },
    retain: (flags & 32) > 0,
  }
  return {
    ...{ type: 'connect', clientId, keepAliveS, clean: (flags & 2) > 0 },
    ...(will === undefined ? {} : { will }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }
}

function wishOf(body: Body): MqttWish {
  const filter = body.topic()
  const qos = body.byte()
  if (qos > 2) body.flaw ??= 'MQTT_FLAGS'
  return { filter, qos: qos === 2 ? 2 : qos === 1 ? 1 : 0 }
}

function grantedOf(body: Body): number {
  const code = body.byte()
  if (code > 2 && code !== 128) body.flaw ??= 'MQTT_FLAGS'
  return code
}

function refused(code: MqttCode, header: number): Read {
  return fail(code, 'packet', `first byte ${header}`, 'a packet of MQTT 3.1.1 at QoS 0 or 1')
}

/** A body read from the front; the first flaw stays, and reading on gives zeros. */
class Body {
  at: number
  flaw: MqttCode | undefined
  readonly #bytes: Uint8Array
  readonly #end: number

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.#bytes = bytes
    this.at = from
    this.#end = to
  }

  byte(): number {
    if (this.at >= this.#end) this.flaw ??= 'MQTT_LENGTH'
    return this.flaw === undefined ? this.#bytes[this.at++]! : 0
  }

  u16(): number {
    return this.byte() * 256 + this.byte()
  }

  id(): number {
    const id = this.u16()
    if (id === 0) this.flaw ??= 'MQTT_ID'
    return id
  }

  block(): Uint8Array {
    const length = this.u16()
    if (this.at + length > this.#end) this.flaw ??= 'MQTT_LENGTH'
    if (this.flaw !== undefined) return new Uint8Array(0)
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  rest(): Uint8Array {
    if (this.flaw !== undefined) return new Uint8Array(0)
    const rest = this.#bytes.subarray(this.at, this.#end)
    this.at = this.#end
    return rest
  }

  /** Printable ASCII of at most `most` characters. */
  text(most: number): string {
    const block = this.block()
    if (block.length > most) this.flaw ??= 'MQTT_TEXT'
    if (this.flaw !== undefined) return ''
    for (let i = 0; i < block.length; i++) {
      const byte = block[i]!
      if (byte < 0x20 || byte > 0x7e) this.flaw ??= 'MQTT_TEXT'
    }
    return textOfBytes(block)
  }

  topic(): string {
    const topic = this.text(LONGEST_TOPIC)
    if (topic === '') this.flaw ??= 'MQTT_TEXT'
    return topic
  }

  /** One or more up to the end. */
  many<T>(item: () => T): T[] {
    const items: T[] = []
    do {
      if (items.length === MOST_FILTERS) this.flaw ??= 'MQTT_TOO_LONG'
      items.push(item())
    } while (this.flaw === undefined && this.at < this.#end)
    return items
  }
}
