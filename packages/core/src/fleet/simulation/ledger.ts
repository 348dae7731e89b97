import { KeySet } from './key-set.ts'
import type { SimDevice } from './sim-device.ts'

/** Packets as MQTT 3.1.1 has them: PUBLISH at QoS 1, PUBACK. */
const PUBLISH = 0x30
const PUBACK = 0x40
const AT_LEAST_ONCE = 0x02
const LETTER_T = 0x74
const SLASH = 0x2f
const ZERO = 0x30
/** What the message of an event begins with. */
const BEGIN = '{"boot":'
/** A key (boot, number) as one number: boots are below 2^20. */
const BOOT = 4294967296

/** What was received, and what became of it; counts of records. */
export type LedgerCounts = {
  received: number
  durable: number
  rejected: number
  /** Under way when the centre died, and not on its disk after it. */
  lost: number
  acknowledged: number
}

/**
 * Who knows which keys are on the centre's disk, by having watched the disk, and which were
 * acknowledged, by having read the wires: neither the sessions nor the reducers are asked.
 */
export class Ledger {
  readonly counts: LedgerCounts = {
    ...{ received: 0, durable: 0, rejected: 0, lost: 0, acknowledged: 0 },
  }
  readonly #durable: KeySet

  constructor(devices: number) {
    this.#durable = new KeySet(devices)
  }

  /** Numbers of a boot are on the disk. */
  keep(device: number, boot: number, fromSeq: number, n: number): void {
    for (let k = 0; k < n; k++) this.#durable.add(device, boot, fromSeq + k)
  }

  isDurable(device: number, boot: number, seq: number): boolean {
    return this.#durable.has(device, boot, seq)
  }

  /** The first entry on a device's disk below a mark that the centre's disk does not have. */
  forgotten(device: SimDevice, boot: number, seq: number): string | undefined {
    for (const { boot: of, firstSeq, n } of device.disk.kept) {
      if (of > boot || (of === boot && firstSeq + n > seq)) return undefined
      if (!this.#durable.has(device.index, of, firstSeq)) return `${of}/${firstSeq}`
    }
    return undefined
  }

  /** Entries on a device's disk that the centre does not have. */
  undelivered({ disk, index }: SimDevice): number {
    let count = 0
    for (const { boot, firstSeq } of disk.kept) {
      if (!this.#durable.has(index, boot, firstSeq)) count++
    }
    return count
  }

  /** One connection's packets are read from now on. */
  tap(device: number): WireTap {
    return new WireTap(this, device)
  }
}

/**
 * Reads what passes on one connection: which key each packet number stood for, and which came back.
 */
export class WireTap {
  readonly #ledger: Ledger
  readonly #device: number
  readonly #inFlight = new Map<number, number>()

  constructor(ledger: Ledger, device: number) {
    this.#ledger = ledger
    this.#device = device
  }

  /** One whole packet of the device. Blocks of frames carry boot and number at fixed places. */
  sent(packet: Uint8Array): void {
    if ((packet[0]! & 0xf0) !== PUBLISH || (packet[0]! & AT_LEAST_ONCE) === 0) return
    let at = 1
    while (packet[at]! >= 128) at++
    const topicEnd = at + 3 + packet[at + 1]! * 256 + packet[at + 2]!
    const id = packet[topicEnd]! * 256 + packet[topicEnd + 1]!
    const payload = topicEnd + 2
    const isOfChannel = packet[topicEnd - 2] === SLASH
    if (!isOfChannel) return
    if (packet[topicEnd - 1] === LETTER_T) {
      this.#inFlight.set(id, u32(packet, payload + 4) * BOOT + u32(packet, payload + 8))
    } else {
      const key = keyOfEvent(packet, payload)
      if (key !== undefined) this.#inFlight.set(id, key)
    }
  }

  /** Bytes of the centre: the first key that is acknowledged and not durable, if there is one. */
  acknowledged(bytes: Uint8Array): string | undefined {
    if (bytes[0] !== PUBACK) return undefined
    for (let at = 0; at + 4 <= bytes.length && bytes[at] === PUBACK; at += 4) {
      const id = bytes[at + 2]! * 256 + bytes[at + 3]!
      const key = this.#inFlight.get(id)
      if (key === undefined) continue
      this.#inFlight.delete(id)
      this.#ledger.counts.acknowledged++
      const boot = Math.floor(key / BOOT)
      const seq = key - boot * BOOT
      if (!this.#ledger.isDurable(this.#device, boot, seq)) return `${boot}/${seq}`
    }
    return undefined
  }
}

/** The key of an event, whose message begins with its boot and ends with its number. */
function keyOfEvent(packet: Uint8Array, from: number): number | undefined {
  for (let i = 0; i < BEGIN.length; i++) {
    if (packet[from + i] !== BEGIN.charCodeAt(i)) return undefined
  }
  let boot = 0
  for (let at = from + BEGIN.length; isDigit(packet[at]); at++)
    boot = 10 * boot + packet[at]! - ZERO
  let seq = 0
  let unit = 1
  for (let at = packet.length - 2; isDigit(packet[at]); at--, unit *= 10) {
    seq += unit * (packet[at]! - ZERO)
  }
  return boot * BOOT + seq
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte < ZERO + 10
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  )
}
