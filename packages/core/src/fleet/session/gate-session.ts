import { decodeBirth, decodeDeath } from '../telemetry/birth-codec.ts'
import { decodeEvent } from '../telemetry/device-event-codec.ts'
import { type DeviceId, readDeviceId } from '../telemetry/device-id.ts'
import { flawOfFrames, seqOfFrames } from '../telemetry/frame-codec.ts'
import type { MqttConnect, MqttPacket, MqttPublish } from '../telemetry/mqtt-packet.ts'
import { readPacket } from '../telemetry/mqtt-reader.ts'
import { PacketStream } from '../telemetry/mqtt-stream.ts'
import { writePacket } from '../telemetry/mqtt-writer.ts'
import { HIGHEST_U32 } from '../telemetry/names.ts'
import { type DownChannel, downChannelOf, topicOf, upChannelOf } from '../telemetry/topic.ts'
import type { Batch, GateEffect, GateEnd, GateInput, NewRecord, Rejection } from './gate-words.ts'

/** Time that a client has for its CONNECT, and a begun packet for its end, ms. */
export const PATIENCE_MS = 10_000
/** Longest packet before somebody is known, bytes. */
const MOST_BEFORE_KNOWN = 1024
/** Most bytes of a client that does not wait for the answer to its CONNECT. */
const MOST_EARLY = 4096
/** Longest packet of a device, bytes: a piece of a black box. */
export const MOST_OF_DEVICE = 65_536
/** A device may be silent for one and a half times what it said (MQTT 3.1.1, 3.1.2.10). */
const SILENCE = 1.5
/** What holds for a client that named no silence, s. */
const LONGEST_SILENCE_S = 300

const NOTHING = new Uint8Array(0)
const NONE: readonly Uint8Array[] = []
const NO_EFFECTS: GateEffect[] = []
const READ_BIT: Readonly<Record<DownChannel, number>> = { cmd: 1, adm: 2, upd: 4 }

const CONNACK = { accepted: 0, protocol: 1, identifier: 2, busy: 3, denied: 5 } as const

/**
 * The centre's side of one connection: bytes and time in, effects out, no socket and no clock. What
 * is received is acknowledged only when the shell said that it is durable. Rules F10-F19.
 */
export class GateSession {
  readonly #stream = new PacketStream(MOST_BEFORE_KNOWN)
  #state: 'new' | 'asking' | 'open' | 'over' = 'new'
  #device: DeviceId | undefined
  #boot = HIGHEST_U32
  /** The boot that the last will, the birth or the credential named; what a death is of. */
  #lifeOf: number | undefined
  #silenceMs = PATIENCE_MS
  #heardAtMs: number
  /** When the packet began that has not ended. */
  #withinSinceMs = Number.POSITIVE_INFINITY
  /** What came while the answer to CONNECT was awaited. */
  #early: readonly Uint8Array[] = NONE
  /** Channels that it reads, a bit each. */
  #reads = 0
  #hotTopic: Uint8Array = NOTHING
  /** What came in this piece; made when the first comes. */
  #batch: { readonly device: DeviceId; records: NewRecord[]; acks: number[] } | undefined
  #effects: GateEffect[] = NO_EFFECTS
  readonly #room: (bytes: number) => Uint8Array

  /** `room` makes memory for acknowledgements: of the kind that the shell's sockets like best. */
  constructor(nowMs: number, room: (bytes: number) => Uint8Array = roomOf) {
    this.#heardAtMs = nowMs
    this.#room = room
  }

  /** Who it is, once admitted. */
  get device(): DeviceId | undefined {
    return this.#state === 'open' ? this.#device : undefined
  }

  /** The start that the credential named. */
  get boot(): number {
    return this.#boot
  }

  /** Takes one input; the effects are to be carried out in order. */
  take(input: GateInput): readonly GateEffect[] {
    this.#effects = []
    if (this.#state !== 'over') this.#hear(input)
    const effects = this.#effects
    this.#effects = NO_EFFECTS
    return effects
  }

  #hear(input: GateInput): void {
    switch (input.kind) {
      case 'bytes':
        this.#heardAtMs = input.nowMs
        this.#read(input.bytes, input.nowMs)
        return
      case 'admittance':
        this.#admit(input)
        return
      case 'durable':
        this.#acknowledge(input.batch)
        return
      case 'not-durable':
        this.#end('not-durable')
        return
      case 'send':
        this.#send(input.channel, input.payload)
        return
      case 'replaced':
        // The new connection has been born or will be; a death now would come after it.
        this.#lifeOf = undefined
        this.#end('replaced')
        return
      case 'tick':
        this.#tick(input.nowMs)
        return
      case 'closed':
        this.#tellGone('death')
        this.#state = 'over'
        return
    }
  }

  #tick(nowMs: number): void {
    if (nowMs - this.#withinSinceMs > PATIENCE_MS) {
      this.#end('slow')
      return
    }
    if (nowMs - this.#heardAtMs <= this.#silenceMs) return
    this.#tellGone('silent')
    this.#end(this.#state === 'open' ? 'silent' : 'slow')
  }

  #read(bytes: Uint8Array, nowMs: number): void {
    if (this.#state === 'asking') {
      this.#early = [...this.#early, bytes]
      const waiting = this.#early.reduce((sum, each) => sum + each.length, 0)
      if (waiting > MOST_EARLY) this.#end('malformed')
      return
    }
    this.#stream.push(bytes)
    let completed = false
    while (this.#state !== 'over') {
      const next = this.#stream.next()
      if (next === 'bad') this.#end('malformed')
      if (next !== 'packet') break
      completed = true
      if (this.#isHot()) continue
      const { header, bytes: held, from, to } = this.#stream
      const read = readPacket(header, held, from, to)
      if (!read.ok) this.#end('malformed')
      else if (this.#state === 'open') this.#hearPacket(read.value)
      else if (read.value.type === 'connect') this.#meet(read.value)
      else this.#end('malformed')
    }
    if (!this.#stream.isWithin) this.#withinSinceMs = Number.POSITIVE_INFINITY
    else if (completed || this.#withinSinceMs === Number.POSITIVE_INFINITY)
      this.#withinSinceMs = nowMs
    this.#handOver()
  }

  /**
   * The way of nearly all bytes: frames of the device's own topic at QoS 1, found without making an
   * object of the packet. False for everything else.
   */
  #isHot(): boolean {
    const { header, bytes, from, to } = this.#stream
    const hot = this.#hotTopic
    const at = from + hot.length
    if ((header !== 0x32 && header !== 0x3a) || hot.length === 0 || at + 2 > to) return false
    for (let i = hot.length - 1; i >= 0; i--) if (bytes[from + i] !== hot[i]) return false
    const id = bytes[at]! * 256 + bytes[at + 1]!
    if (id === 0) return false
    this.#takeFrames(bytes.subarray(at + 2, to), id)
    return true
  }

  #takeFrames(bytes: Uint8Array, id: number): void {
    const flaw = flawOfFrames(bytes)
    if (flaw !== undefined) {
      this.#refuse('frames-malformed')
      return
    }
    if (seqOfFrames(bytes).boot > this.#boot) {
      this.#refuse('boot-ahead')
      return
    }
    this.#add({ kind: 'frames', device: this.#device!, bytes }, id)
  }

  #meet(connect: MqttConnect): void {
    const device = readDeviceId(connect.clientId)
    const will = connect.will
    if (!device.ok) {
      this.#turnAway(CONNACK.identifier)
      return
    }
    const isOwn = connect.username === device.value && connect.password !== undefined
    const death = will && upChannelOf(device.value, will.topic) === 'death'
    const boot = will && decodeDeath(will.payload)
    if (!isOwn || death === false || boot?.ok === false) {
      this.#turnAway(CONNACK.denied)
      return
    }
    this.#device = device.value
    this.#lifeOf = boot?.ok ? boot.value.boot : undefined
    this.#silenceMs = silenceMs(connect.keepAliveS)
    this.#state = 'asking'
    const password = connect.password!.slice()
    this.#effects.push({ kind: 'authenticate', device: device.value, password })
    // What came in the same piece is heard when the answer is there.
    const rest = this.#stream.takeRest()
    if (rest.length > 0) this.#early = [rest]
  }

  #admit({ admittance, nowMs }: Extract<GateInput, { kind: 'admittance' }>): void {
    if (this.#state !== 'asking') return
    if (admittance.kind !== 'admitted') {
      this.#turnAway(admittance.kind === 'busy' ? CONNACK.busy : CONNACK.denied)
      return
    }
    this.#state = 'open'
    this.#boot = admittance.boot
    this.#lifeOf = Math.min(this.#lifeOf ?? admittance.boot, admittance.boot)
    this.#stream.allow(MOST_OF_DEVICE)
    this.#hotTopic = hotTopic(topicOf(this.#device!, 't'))
    this.#write({ type: 'connack', sessionPresent: false, code: CONNACK.accepted })
    const early = this.#early
    this.#early = NONE
    for (const bytes of early) if (this.#state === 'open') this.#read(bytes, nowMs)
  }

  #hearPacket(packet: MqttPacket): void {
    switch (packet.type) {
      case 'publish':
        this.#hearPublish(packet)
        return
      case 'subscribe': {
        const codes = packet.wishes.map(({ filter }) => {
          const channel = downChannelOf(this.#device!, filter)
          if (channel !== undefined) this.#reads |= READ_BIT[channel]
          return channel === undefined ? 128 : 0
        })
        this.#write({ type: 'suback', id: packet.id, codes })
        return
      }
      case 'unsubscribe':
        for (const filter of packet.filters) {
          const channel = downChannelOf(this.#device!, filter)
          if (channel !== undefined) this.#reads &= ~READ_BIT[channel]
        }
        this.#write({ type: 'unsuback', id: packet.id })
        return
      case 'pingreq':
        this.#write({ type: 'pingresp' })
        return
      case 'puback':
        return
      case 'disconnect':
        this.#tellGone('closed')
        this.#end('left')
        return
      default:
        this.#end('malformed')
        return
    }
  }

  #hearPublish({ topic, payload, id }: MqttPublish): void {
    const device = this.#device!
    switch (upChannelOf(device, topic)) {
      case 't':
        this.#takeFrames(payload, id)
        return
      case 'e': {
        const keyed = decodeEvent(payload)
        if (!keyed.ok) {
          this.#refuse('event-malformed')
          return
        }
        if (keyed.value.boot > this.#boot) {
          this.#refuse('boot-ahead')
          return
        }
        this.#add({ kind: 'event', device, ...keyed.value }, id)
        return
      }
      case 'birth': {
        const birth = decodeBirth(payload)
        if (!birth.ok) {
          this.#refuse('birth-malformed')
          return
        }
        if (birth.value.boot > this.#boot) {
          this.#refuse('boot-ahead')
          return
        }
        this.#lifeOf = birth.value.boot
        this.#add({ kind: 'birth', device, birth: birth.value }, id)
        return
      }
      case 'bb': {
        const batch = { device, records: [], acks: [id] }
        this.#effects.push({ kind: 'piece', device, bytes: payload.slice(), batch })
        return
      }
      default:
        this.#refuse('topic-forbidden')
        return
    }
  }

  #add(record: NewRecord, id: number): void {
    if (this.#batch === undefined) {
      this.#batch = { device: this.#device!, records: [record], acks: [id] }
      return
    }
    this.#batch.records.push(record)
    this.#batch.acks.push(id)
  }

  /** What came in one piece is one batch: it is durable together. */
  #handOver(): void {
    if (this.#batch === undefined) return
    this.#effects.push({ kind: 'take', batch: this.#batch })
    this.#batch = undefined
  }

  #acknowledge({ acks }: Batch): void {
    let count = 0
    for (const id of acks) if (id !== 0) count++
    if (count === 0) return
    const bytes = this.#room(4 * count)
    let at = 0
    for (const id of acks) {
      if (id === 0) continue
      bytes[at] = 0x40
      bytes[at + 1] = 2
      bytes[at + 2] = id >> 8
      bytes[at + 3] = id & 255
      at += 4
    }
    this.#effects.push({ kind: 'write', bytes })
  }

  #send(channel: DownChannel, payload: Uint8Array): void {
    if (this.#state !== 'open' || (this.#reads & READ_BIT[channel]) === 0) return
    const topic = topicOf(this.#device!, channel)
    this.#write({ type: 'publish', topic, payload, qos: 0, retain: false, dup: false, id: 0 })
  }

  /** Something that never becomes durable is counted, never acknowledged, and ends the connection. */
  #refuse(why: Rejection): void {
    this.#handOver()
    this.#reject(why, 1)
    this.#end(why === 'topic-forbidden' || why === 'boot-ahead' ? 'forbidden' : 'malformed')
  }

  #reject(why: Rejection, count: number): void {
    this.#effects.push({ kind: 'reject', why, count })
  }

  #turnAway(code: number): void {
    this.#write({ type: 'connack', sessionPresent: false, code })
    this.#end(code === CONNACK.busy ? 'busy' : 'denied')
  }

  #tellGone(how: 'death' | 'closed' | 'silent'): void {
    if (this.#state !== 'open' || this.#lifeOf === undefined) return
    this.#add({ kind: 'gone', device: this.#device!, boot: this.#lifeOf, how }, 0)
    this.#lifeOf = undefined
    this.#handOver()
  }

  #end(why: GateEnd): void {
    if (why === 'malformed' || why === 'forbidden' || why === 'slow' || why === 'not-durable')
      this.#tellGone('death')
    this.#handOver()
    this.#state = 'over'
    this.#effects.push({ kind: 'close', why })
  }

  #write(packet: MqttPacket): void {
    this.#effects.push({ kind: 'write', bytes: writePacket(packet) })
  }
}

function roomOf(bytes: number): Uint8Array {
  return new Uint8Array(bytes)
}

function silenceMs(keepAliveS: number): number {
  const longest = LONGEST_SILENCE_S * 1000
  return keepAliveS === 0 ? longest : Math.min(longest, keepAliveS * 1000 * SILENCE)
}

/** A topic as a packet has it: its length in two bytes, then its letters. */
function hotTopic(topic: string): Uint8Array {
  const bytes = new Uint8Array(2 + topic.length)
  bytes[1] = topic.length
  for (let i = 0; i < topic.length; i++) bytes[2 + i] = topic.charCodeAt(i)
  return bytes
}
