import { decodeAdmin } from '../telemetry/admin.ts'
import { encodeBirth, encodeDeath } from '../telemetry/birth-codec.ts'
import { encodeEvent } from '../telemetry/device-event-codec.ts'
import { encodeFrames } from '../telemetry/frame-codec.ts'
import { decodeSignedGrant } from '../telemetry/grant-codec.ts'
import type { MqttPacket, MqttPublish } from '../telemetry/mqtt-packet.ts'
import { readPacket } from '../telemetry/mqtt-reader.ts'
import { PacketStream } from '../telemetry/mqtt-stream.ts'
import { writePacket } from '../telemetry/mqtt-writer.ts'
import { HIGHEST_U32 } from '../telemetry/names.ts'
import { downChannelOf, topicOf, type UpChannel, upTopicsOf } from '../telemetry/topic.ts'
import { Backlog, type BacklogEntry } from './backlog.ts'
import type { DeviceEffect, DeviceInput, DeviceSelf, DeviceStart } from './device-words.ts'
import { ceilingAt, type GrantHold, noGrant, takeGrant, voidGrant } from './grant-hold.ts'
import { numberedFrames } from './numbered-frames.ts'
import { PieceQueue, type WaitingPiece } from './piece-queue.ts'

/** Longest silence of a device on a connection, s: it asks for a sign of life in half of it. */
const KEEP_ALIVE_S = 60
/** Messages that may wait for their acknowledgement. */
const MOST_IN_FLIGHT = 64
/** Time for an answer to CONNECT, a birth or a sign of life, s. */
export const ANSWER_S = 10
/** Longest message from a centre, bytes. */
const MOST_BYTES = 4096
/** First byte of an acknowledgement. */
const PUBACK = 0x40
/** A monotonic clock that stood still for longer was asleep or lies, s. */
const LONGEST_STEP_S = 120

/**
 * The device's side of the protocol: bytes and time in, effects out. It knows no socket, clock or
 * disk, and the same class runs in a bedside box, a browser and the simulator. Rules F14-F29.
 */
export class DeviceSession {
  readonly #start: DeviceStart
  readonly #backlog: Backlog
  /** Where each channel is published: a name made once, not for each message. */
  readonly #topics: Readonly<Record<UpChannel, string>>
  #self: DeviceSelf
  #nextSeq: number
  #hold: GrantHold
  #ceiling: DeviceSelf['mode'] = 'natural'
  #state: 'away' | 'opening' | 'greeting' | 'born' | 'live' | 'ended' = 'away'
  #stream = new PacketStream(MOST_BYTES)
  #inFlight = new Map<number, BacklogEntry | WaitingPiece | 'birth'>()
  readonly #pieces = new PieceQueue()
  #lastId = 0
  #nowS = 0
  #retryAtS = 0
  #wroteAtS = 0
  #heardAtS = 0
  /** When what was asked must have been answered; Infinity while nothing is awaited. */
  #answerByS = Number.POSITIVE_INFINITY
  #effects: DeviceEffect[] = []

  constructor(start: DeviceStart) {
    this.#start = start
    this.#topics = upTopicsOf(start.device)
    this.#self = start.self
    this.#nextSeq = start.nextSeq ?? 0
    this.#hold = noGrant(start.epoch)
    this.#backlog = new Backlog(start.mostEntries)
    for (const entry of start.kept ?? []) this.#backlog.add(entry)
  }

  /** Highest epoch heard of, the newest grant's id, and what its ceiling is at `nowS`. */
  get grant(): { readonly epoch: number; readonly id: number; readonly ceiling: string } {
    const { epoch, id } = this.#hold
    return { epoch, id, ceiling: this.#ceiling }
  }

  get isLive(): boolean {
    return this.#state === 'live'
  }

  /** Entries that wait for their watermark. */
  get waiting(): number {
    return this.#backlog.size
  }

  /**
   * Device time from which on a tick does something, s; Infinity when no tick will. Until then the
   * ticks of every second are nothing, and a shell that has a timer need not give them.
   */
  get dueS(): number {
    const lapseS = this.#ceiling === 'natural' ? Number.POSITIVE_INFINITY : this.#hold.endsS
    const askS = this.#answerByS
    if (this.#state === 'away') return Math.min(lapseS, askS, this.#retryAtS)
    if (this.#state !== 'live' || askS < Number.POSITIVE_INFINITY) return Math.min(lapseS, askS)
    return Math.min(lapseS, Math.min(this.#wroteAtS, this.#heardAtS) + KEEP_ALIVE_S / 2)
  }

  /** Takes one input; the effects are to be carried out in order. */
  take(input: DeviceInput): readonly DeviceEffect[] {
    this.#effects = []
    this.#hearTime(input.nowS)
    this.#hear(input)
    this.#weighGrant()
    this.#sendMore()
    return this.#effects
  }

  #hear(input: DeviceInput): void {
    switch (input.kind) {
      case 'opened':
        this.#greet(input.password)
        return
      case 'bytes':
        this.#read(input.bytes)
        return
      case 'closed':
        this.#lose(input.retryS)
        return
      case 'self':
        this.#self = input.self
        return
      case 'frames':
        this.#keepFrames(input.frames)
        return
      case 'event':
        this.#keepEvent(input.event)
        return
      case 'piece':
        if (!this.#pieces.add(input.bytes)) this.#endPiece(input.bytes, false)
        return
      case 'grant':
        this.#obey(input)
        return
      case 'tick':
        this.#tick()
        return
      case 'clock-doubt':
        this.#hold = voidGrant(this.#hold, this.#nowS)
        this.#weighGrant('clock')
        return
      case 'end':
        if (this.#state !== 'away') this.#write({ type: 'disconnect' })
        this.#close('ended', 'ended')
        return
    }
  }

  /** A clock that goes back, stands for minutes or is no number ends what it was to measure. */
  #hearTime(nowS: number): void {
    const isSound = nowS >= this.#nowS && nowS - this.#nowS <= LONGEST_STEP_S
    if (!isSound) {
      const latestS = Number.isFinite(nowS) ? Math.max(nowS, this.#nowS) : this.#nowS
      this.#hold = voidGrant(this.#hold, latestS)
      this.#weighGrant('clock')
    }
    if (Number.isFinite(nowS)) this.#nowS = nowS
  }

  #tick(): void {
    if (this.#state === 'away' && this.#nowS >= this.#retryAtS) {
      this.#state = 'opening'
      this.#answerByS = this.#nowS + ANSWER_S
      this.#effects.push({ kind: 'open' })
    } else if (this.#nowS >= this.#answerByS) {
      // A centre without a watermark of its own says nothing after the birth.
      if (this.#state === 'born') this.#live()
      else this.#close('no answer')
    } else if (this.#state === 'live' && this.#isQuiet()) {
      this.#write({ type: 'pingreq' })
      this.#answerByS = this.#nowS + ANSWER_S
    }
  }

  /** Nothing written, or nothing heard, for half a keep-alive, and no answer awaited yet. */
  #isQuiet(): boolean {
    const sinceS = Math.min(this.#wroteAtS, this.#heardAtS)
    const isAwaited = this.#answerByS < Number.POSITIVE_INFINITY
    return !isAwaited && this.#nowS - sinceS >= KEEP_ALIVE_S / 2
  }

  #greet(password: Uint8Array): void {
    const { device, boot } = this.#start
    this.#stream = new PacketStream(MOST_BYTES)
    this.#inFlight.clear()
    this.#backlog.rewind()
    for (const { bytes } of this.#pieces.rewind()) this.#endPiece(bytes, false)
    this.#state = 'greeting'
    this.#answerByS = this.#nowS + ANSWER_S
    this.#write({
      ...{ type: 'connect', clientId: device, keepAliveS: KEEP_ALIVE_S, clean: true },
      ...{ username: device, password },
      will: { topic: topicOf(device, 'death'), payload: encodeDeath(boot), qos: 0, retain: false },
    })
  }

  #read(bytes: Uint8Array): void {
    if (this.#state !== 'greeting' && this.#state !== 'born' && this.#state !== 'live') return
    this.#heardAtS = this.#nowS
    this.#stream.push(bytes)
    for (;;) {
      const next = this.#stream.next()
      if (next === 'more') return
      if (next === 'bad') {
        this.#close(this.#stream.flaw!)
        return
      }
      const { header, bytes: held, from, to } = this.#stream
      if (header === PUBACK && to - from === 2) {
        const id = held[from]! * 256 + held[from + 1]!
        // Nearly all packets are these: no object is made of them. A number of 0 is none.
        if (id > 0) {
          this.#hearAck(id)
          continue
        }
      }
      const read = readPacket(header, held, from, to)
      if (!read.ok) {
        this.#close(read.problem.code)
        return
      }
      if (!this.#hearPacket(read.value)) return
    }
  }

  /** False when the connection is over by it. */
  #hearPacket(packet: MqttPacket): boolean {
    switch (packet.type) {
      case 'connack':
        if (packet.code === 0 && this.#state === 'greeting') return this.#beBorn()
        this.#close(`refused ${packet.code}`)
        return false
      case 'puback':
        this.#hearAck(packet.id)
        return true
      case 'publish':
        if (packet.qos === 1) this.#write({ type: 'puback', id: packet.id })
        this.#hearMessage(packet)
        return true
      case 'pingresp':
        if (this.#state === 'live') this.#answerByS = Number.POSITIVE_INFINITY
        return true
      case 'suback':
        if (!packet.codes.includes(128)) return true
        this.#close('not allowed to read')
        return false
      default:
        this.#close(`an unexpected ${packet.type}`)
        return false
    }
  }

  #beBorn(): boolean {
    const { device, boot } = this.#start
    const wishes = (['cmd', 'adm', 'upd'] as const).map((channel) => ({
      filter: topicOf(device, channel),
      qos: 1 as const,
    }))
    this.#write({ type: 'subscribe', id: this.#nextId(), wishes })
    const birth = { ...this.#self, protocol: 1 as const, boot, epoch: this.#hold.epoch }
    const id = this.#nextId()
    this.#inFlight.set(id, 'birth')
    this.#publish('birth', id, encodeBirth({ ...birth, held: this.#backlog.held() }))
    this.#state = 'born'
    this.#answerByS = this.#nowS + ANSWER_S
    return true
  }

  #live(): void {
    this.#state = 'live'
    this.#answerByS = Number.POSITIVE_INFINITY
    this.#effects.push({ kind: 'live' })
  }

  #hearAck(id: number): void {
    const entry = this.#inFlight.get(id)
    this.#inFlight.delete(id)
    if (entry === undefined || entry === 'birth') return
    if ('tries' in entry) {
      this.#pieces.end(entry)
      this.#endPiece(entry.bytes, true)
    } else this.#backlog.acknowledge(entry)
  }

  #hearMessage({ topic, payload }: MqttPublish): void {
    const channel = downChannelOf(this.#start.device, topic)
    if (channel === 'upd') this.#effects.push({ kind: 'update', payload: payload.slice() })
    if (channel === 'adm') this.#hearAdmin(payload)
    if (channel !== 'cmd') return
    const grant = decodeSignedGrant(payload)
    if (grant.ok) this.#effects.push({ kind: 'verify', grant: grant.value })
  }

  #hearAdmin(payload: Uint8Array): void {
    const read = decodeAdmin(payload)
    if (!read.ok) return
    const admin = read.value
    if (admin.kind !== 'watermark') {
      this.#effects.push(admin)
      return
    }
    // A watermark ahead of all that was ever sent is not about this device's frames.
    const { boot, seq } = admin
    if (boot > this.#start.boot || (boot === this.#start.boot && seq > this.#nextSeq)) return
    if (this.#backlog.free(admin)) this.#effects.push({ kind: 'free', boot, seq })
    if (this.#state === 'born') this.#live()
  }

  #lose(retryS: number): void {
    if (this.#state === 'ended') return
    this.#state = 'away'
    this.#answerByS = Number.POSITIVE_INFINITY
    this.#retryAtS = this.#nowS + retryS
  }

  #keepFrames(frames: Extract<DeviceInput, { kind: 'frames' }>['frames']): void {
    const n = frames.stepsDs.length
    const firstSeq = this.#nextSeq
    if (n === 0 || firstSeq + n > HIGHEST_U32) return
    const { boot } = this.#start
    const bytes = encodeFrames(numberedFrames(frames, boot, firstSeq))
    this.#keep({ boot, firstSeq, n, channel: 't', bytes })
  }

  #keepEvent(event: Extract<DeviceInput, { kind: 'event' }>['event']): void {
    const firstSeq = this.#nextSeq
    if (firstSeq >= HIGHEST_U32) return
    const { boot } = this.#start
    const bytes = encodeEvent({ boot, seq: firstSeq, event })
    this.#keep({ boot, firstSeq, n: 1, channel: 'e', bytes })
  }

  #keep(entry: BacklogEntry): void {
    this.#nextSeq += entry.n
    const lost = this.#backlog.add(entry)
    this.#effects.push({ kind: 'keep', entry })
    if (lost !== undefined) this.#effects.push({ kind: 'lost', entry: lost })
  }

  #sendMore(): void {
    if (this.#state !== 'live') return
    while (this.#inFlight.size < MOST_IN_FLIGHT) {
      const entry = this.#backlog.send()
      if (entry === undefined) break
      const id = this.#nextId()
      this.#inFlight.set(id, entry)
      this.#publish(entry.channel, id, entry.bytes)
    }
    const piece = this.#pieces.send()
    if (piece === undefined) return
    const id = this.#nextId()
    this.#inFlight.set(id, piece)
    this.#publish('bb', id, piece.bytes)
  }

  #endPiece(bytes: Uint8Array, kept: boolean): void {
    this.#effects.push({ kind: 'piece-over', bytes, kept })
  }

  #obey({ grant, verified }: Extract<DeviceInput, { kind: 'grant' }>): void {
    const { epoch } = this.#hold
    const now = { boot: this.#start.boot, nowS: this.#nowS }
    const { hold, verdict } = takeGrant(this.#hold, grant, verified, now)
    this.#hold = hold
    if (hold.epoch > epoch) this.#effects.push({ kind: 'epoch', epoch: hold.epoch })
    this.#effects.push({ kind: 'verdict', verdict })
    this.#weighGrant('facility')
  }

  #weighGrant(cause: 'facility' | 'lease-lapsed' | 'clock' = 'lease-lapsed'): void {
    const ceiling = ceilingAt(this.#hold, this.#nowS)
    if (ceiling === this.#ceiling) return
    this.#ceiling = ceiling
    const { id, epoch } = this.#hold
    this.#effects.push({ kind: 'ceiling', ceiling, cause, grant: id, epoch })
  }

  #close(why: string, state: 'away' | 'ended' = 'away'): void {
    this.#state = state
    this.#answerByS = Number.POSITIVE_INFINITY
    // The shell answers with `closed`; until then nothing is tried.
    this.#retryAtS = Number.POSITIVE_INFINITY
    this.#effects.push({ kind: 'close', why })
  }

  #publish(channel: UpChannel, id: number, payload: Uint8Array): void {
    const topic = this.#topics[channel]
    this.#write({ type: 'publish', topic, payload, qos: 1, retain: false, dup: false, id })
  }

  #write(packet: MqttPacket): void {
    this.#wroteAtS = this.#nowS
    this.#effects.push({ kind: 'write', bytes: writePacket(packet) })
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId % 65_535) + 1
    while (this.#inFlight.has(this.#lastId))
    return this.#lastId
  }
}
