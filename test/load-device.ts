import { connect, type Socket } from 'node:net'
import {
  encodeFrames,
  readDeviceId,
  topicOf,
  writePacket,
} from '../packages/core/src/fleet/index.ts'
import { type DeviceKey, signedCredential } from '../packages/edge/src/uplink/index.ts'

/** Frames that may be under way. */
const WINDOW = 64

/**
 * A device that sends frames as fast as they are acknowledged, in plain MQTT, and remembers each
 * number that was. When it is cut off it sends what was not acknowledged again.
 */
export class LoadDevice {
  readonly name: string
  readonly key: DeviceKey
  /** Numbers that the centre acknowledged. */
  readonly acknowledged = new Set<number>()
  #next = 0
  /** Packet number to frame number. */
  readonly #underWay = new Map<number, number>()
  #again: number[] = []
  #packet = 0
  #socket: Socket | undefined
  #bytes: Buffer = Buffer.alloc(0)
  #isEnding = false

  constructor(name: string, key: DeviceKey) {
    this.name = name
    this.key = key
  }

  /** Frames that were sent at least once. */
  get sent(): number {
    return this.#next
  }

  /** Comes and begins to send; resolves when the connection is over. */
  async run(port: number): Promise<void> {
    const device = named(this.name)
    const password = await signedCredential(this.key, device, 1, Date.now() / 1000)
    const socket = connect(port, '127.0.0.1')
    this.#socket = socket
    this.#bytes = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes: Buffer) => this.#hear(bytes))
    socket.write(
      writePacket({
        ...{ type: 'connect', clientId: device, keepAliveS: 60, clean: true },
        ...{ username: device, password },
      }),
    )
    await new Promise<void>((over) => socket.once('close', () => over()))
    this.#again.push(...this.#underWay.values())
    this.#again.sort((a, b) => a - b)
    this.#underWay.clear()
  }

  /** Sends nothing new from now on; the next connection ends when all is acknowledged. */
  end(): void {
    this.#isEnding = true
  }

  /** Whether all that was sent was acknowledged. */
  get isDone(): boolean {
    return this.acknowledged.size === this.#next
  }

  #hear(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    while (this.#bytes.length >= 2 && this.#bytes.length >= 2 + this.#bytes[1]!) {
      const packet = this.#bytes.subarray(0, 2 + this.#bytes[1]!)
      this.#bytes = this.#bytes.subarray(packet.length)
      if (packet[0] !== 0x40) continue
      const id = packet.readUInt16BE(2)
      this.acknowledged.add(this.#underWay.get(id)!)
      this.#underWay.delete(id)
    }
    this.#send()
  }

  #send(): void {
    if (this.#isEnding && this.isDone) this.#socket?.end()
    const device = named(this.name)
    const out: Uint8Array[] = []
    while (this.#underWay.size < WINDOW) {
      const seq = this.#again.shift() ?? (this.#isEnding ? undefined : this.#next++)
      if (seq === undefined) break
      this.#packet = (this.#packet % 65_535) + 1
      this.#underWay.set(this.#packet, seq)
      out.push(
        writePacket({
          ...{ type: 'publish', topic: topicOf(device, 't'), payload: blockOf(seq) },
          ...{ qos: 1, id: this.#packet, retain: false, dup: false },
        }),
      )
    }
    if (out.length > 0) this.#socket?.write(Buffer.concat(out))
  }
}

function blockOf(seq: number): Uint8Array {
  return encodeFrames({
    ...{ boot: 1, firstSeq: seq, startS: seq * 30, wallOffsetS: 0, mode: 'natural' },
    ...{ consent: 'natural', release: 0, asleep: true },
    ...{ stepsDs: new Uint16Array(1), values: new Int16Array(12) },
  })
}

function named(name: string) {
  const read = readDeviceId(name)
  if (!read.ok) throw new Error(name)
  return read.value
}
