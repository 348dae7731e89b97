import type { MqttCode } from './mqtt-packet.ts'

const NOTHING = new Uint8Array(0)
const INCOMPLETE = -1
const TOO_LONG = -2
const MALFORMED = -3

/**
 * What is wrong with a packet's first byte: its type, its reserved bits, or a QoS of 2. Undefined
 * when nothing is.
 */
export function flawOfHeader(header: number): MqttCode | undefined {
  const type = header >> 4
  const flags = header & 15
  if (type === 0 || type === 15) return 'MQTT_TYPE'
  if (type === 3)
    return flags & 4 ? 'MQTT_QOS' : flags & 8 && !(flags & 2) ? 'MQTT_FLAGS' : undefined
  if (type >= 5 && type <= 7) return 'MQTT_QOS'
  // Subscribe and unsubscribe have a reserved 2 here, all others 0.
  return flags === (type === 8 || type === 10 ? 2 : 0) ? undefined : 'MQTT_FLAGS'
}

/**
 * Finds packets in bytes that come in pieces. No object is made for a packet: after `next` said
 * 'packet', its first byte is `header` and its body is `bytes` from `from` to before `to`, valid
 * until the next call. After 'bad' there is no next packet. Memory held is below twice the longest
 * packet. Rule F13 of SPEC.md.
 */
export class PacketStream {
  header = 0
  bytes: Uint8Array = NOTHING
  from = 0
  to = 0
  /** Why there is no next packet. */
  flaw: MqttCode | undefined
  #most: number
  #chunk: Uint8Array = NOTHING
  #at = 0
  /** Begin of a packet whose rest is to come. */
  #held: Uint8Array = NOTHING
  #heldLength = 0

  /** `most`: longest body of a packet, bytes. */
  constructor(most: number) {
    this.#most = most
  }

  /** Allows bodies of another length from now on. */
  allow(most: number): void {
    this.#most = most
  }

  /** Whether a packet has begun and not ended. */
  get isWithin(): boolean {
    return this.#heldLength > 0
  }

  /** Gives the next piece; only after `next` asked for more. The piece is not copied. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk
    this.#at = 0
  }

  /** Takes away what came after the last packet, so that it can be given again later. */
  takeRest(): Uint8Array {
    const rest = this.#chunk.subarray(this.#at)
    this.#chunk = NOTHING
    this.#at = 0
    return rest
  }

  /** Looks for the next packet. */
  next(): 'packet' | 'more' | 'bad' {
    if (this.flaw !== undefined) return 'bad'
    if (this.#heldLength > 0) return this.#resume()
    const chunk = this.#chunk
    if (this.#at === chunk.length) return 'more'
    const total = this.#totalOf(chunk, this.#at, chunk.length)
    if (total < INCOMPLETE) return this.#bad(total)
    if (total === INCOMPLETE || this.#at + total > chunk.length) {
      this.#hold(chunk.length - this.#at, total)
      return 'more'
    }
    this.#show(chunk, this.#at, total)
    this.#at += total
    return 'packet'
  }

  #resume(): 'packet' | 'more' | 'bad' {
    for (;;) {
      const total = this.#totalOf(this.#held, 0, this.#heldLength)
      if (total < INCOMPLETE) return this.#bad(total)
      const wanted = total === INCOMPLETE ? 1 : total - this.#heldLength
      if (wanted === 0) {
        this.#show(this.#held, 0, total)
        // Whoever keeps a view of the body keeps it: the next one is held elsewhere.
        this.#held = NOTHING
        this.#heldLength = 0
        return 'packet'
      }
      const there = this.#chunk.length - this.#at
      if (there === 0) return 'more'
      this.#hold(Math.min(wanted, there), total)
    }
  }

  #hold(count: number, total: number): void {
    const length = this.#heldLength + count
    if (length > this.#held.length) {
      const room = Math.max(64, 2 * this.#held.length, length)
      const grown = new Uint8Array(total > 0 ? Math.max(length, Math.min(room, total)) : room)
      grown.set(this.#held.subarray(0, this.#heldLength))
      this.#held = grown
    }
    this.#held.set(this.#chunk.subarray(this.#at, this.#at + count), this.#heldLength)
    this.#heldLength = length
    this.#at += count
    if (this.#at === this.#chunk.length) {
      this.#chunk = NOTHING
      this.#at = 0
    }
  }

  #show(bytes: Uint8Array, at: number, total: number): void {
    let from = at + 1
    while (bytes[from]! > 127) from++
    this.header = bytes[at]!
    this.bytes = bytes
    this.from = from + 1
    this.to = at + total
  }

  /** Bytes of the packet that begins at `at`, its head counted; below 0 when that is not known. */
  #totalOf(bytes: Uint8Array, at: number, end: number): number {
    if (at < end) {
      this.flaw = flawOfHeader(bytes[at]!)
      if (this.flaw !== undefined) return MALFORMED
    }
    let length = 0
    let unit = 1
    for (let k = at + 1; k < end; k++) {
      const byte = bytes[k]!
      length += (byte & 127) * unit
      if (length > this.#most) return TOO_LONG
      if (byte < 128) return byte === 0 && unit > 1 ? MALFORMED : k + 1 - at + length
      if (unit === 2097152) return MALFORMED
      unit *= 128
    }
    return INCOMPLETE
  }

  #bad(total: number): 'bad' {
    this.flaw ??= total === TOO_LONG ? 'MQTT_TOO_LONG' : 'MQTT_LENGTH'
    this.#held = NOTHING
    this.#heldLength = 0
    return 'bad'
  }
}
