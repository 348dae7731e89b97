import { type DeviceId, PacketStream, readDeviceId, readPacket } from '@nocturne/core/fleet'

/** Longest CONNECT, as the session behind the door has it, bytes. */
const MOST_BYTES = 1024

/**
 * Listens to the begin of a connection until it says which device it is. Keeps all that it heard,
 * for whoever is spoken to.
 */
export class FirstPacket {
  readonly #stream = new PacketStream(MOST_BYTES)
  #heard: Uint8Array[] = []

  /**
   * Takes the next bytes: the device's name, 'more' when they are not enough, 'none' when this is
   * no CONNECT of a device (whoever hears it next will say so).
   */
  hear(bytes: Uint8Array): DeviceId | 'more' | 'none' {
    this.#heard.push(bytes)
    this.#stream.push(bytes)
    const found = this.#stream.next()
    if (found === 'more') return 'more'
    if (found === 'bad') return 'none'
    const { header, bytes: body, from, to } = this.#stream
    const packet = readPacket(header, body, from, to)
    if (!packet.ok || packet.value.type !== 'connect') return 'none'
    const device = readDeviceId(packet.value.clientId)
    return device.ok ? device.value : 'none'
  }

  /** Keeps what came after the answer. */
  keep(bytes: Uint8Array): void {
    this.#heard.push(bytes)
  }

  /** All that was heard, once. */
  take(): readonly Uint8Array[] {
    const heard = this.#heard
    this.#heard = []
    return heard
  }
}
