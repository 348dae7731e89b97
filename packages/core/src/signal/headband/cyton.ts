/** Samples a second of an OpenBCI Cyton without a daisy board. */
export const CYTON_RATE_HZ = 250
/** Electrodes of a Cyton. */
export const CYTON_CHANNELS = 8
/** uV of a step: the reference of 4.5 V over a gain of 24 and 2^23 - 1 steps. */
export const CYTON_STEP_UV: number = 4.5e6 / 24 / 8388607
/** g of a step of the acceleration, at a range of 4 g. */
export const CYTON_STEP_G = 0.000125
/** Packet numbers run from 0 to 255 and begin again. */
export const CYTON_NUMBERS = 256

/** One packet of a Cyton: one sample of every electrode. */
export type CytonPacket = {
  /** 0 to 255. */
  readonly number: number
  /** uV of the eight electrodes at the board's usual gain of 24. */
  readonly uv: Float32Array
  /** Acceleration along x, y and z, g; only in packets that carry it, about 25 a second. */
  readonly accelerationG: readonly [number, number, number] | undefined
}

/** Takes the bytes of a Cyton however they are cut. */
export type CytonReader = {
  /** The packets that the bytes complete. */
  push(bytes: Uint8Array): CytonPacket[]
  /** Bytes that belonged to no packet so far: greetings, noise, broken packets. */
  skipped(): number
}

const PACKET_BYTES = 33
const HEAD = 0xa0
/** The last byte is 0xC0 to 0xCF; 0xC0 says that the six bytes before it are accelerations. */
const TAIL = 0xc0

/**
 * Finds the 33-byte packets of an OpenBCI Cyton (head A0, number, eight 24-bit and three 16-bit
 * big-endian integers, tail C0 to CF) in a stream of bytes. What is no packet is passed over byte
 * by byte, so that it finds its feet again after noise; a packet that does not follow the one
 * before, by place and number, is taken when the head of the next one follows it.
 * An electrode at the end of its range is missing (NaN): the amplifier is saturated. Source:
 * OpenBCI's documentation of the Cyton data format.
 */
export function cytonReader(): CytonReader {
  let rest = new Uint8Array(0)
  let skipped = 0
  let [inStep, expected] = [true, -1]
  return {
    push: (bytes) => {
      const all = new Uint8Array(rest.length + bytes.length)
      all.set(rest)
      all.set(bytes, rest.length)
      const packets: CytonPacket[] = []
      let at = 0
      while (at + PACKET_BYTES <= all.length) {
        const follows = inStep && (expected < 0 || all[at + 1] === expected)
        const next = follows ? HEAD : all[at + PACKET_BYTES]
        if (isPacket(all, at) && next === undefined) break
        inStep = isPacket(all, at) && next === HEAD
        if (inStep) {
          packets.push(packetAt(all, at))
          expected = (all[at + 1]! + 1) % CYTON_NUMBERS
          at += PACKET_BYTES
        } else {
          at++
          skipped++
        }
      }
      // No more than a packet's bytes are kept.
      rest = all.slice(at)
      return packets
    },
    skipped: () => skipped,
  }
}

function isPacket(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === HEAD && (bytes[at + PACKET_BYTES - 1]! & 0xf0) === TAIL
}

function packetAt(bytes: Uint8Array, at: number): CytonPacket {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, PACKET_BYTES)
  const uv = new Float32Array(CYTON_CHANNELS)
  for (let k = 0; k < CYTON_CHANNELS; k++) {
    const byte = 2 + 3 * k
    const count = view.getInt16(byte) * 256 + view.getUint8(byte + 2)
    const saturated = count >= 8388607 || count <= -8388608
    uv[k] = saturated ? Number.NaN : count * CYTON_STEP_UV
  }
  const [x, y, z] = [view.getInt16(26), view.getInt16(28), view.getInt16(30)]
  // Packets between two readings of the accelerometer hold zeros.
  const carries = view.getUint8(PACKET_BYTES - 1) === TAIL && (x !== 0 || y !== 0 || z !== 0)
  return {
    number: view.getUint8(1),
    uv,
    accelerationG: carries ? [x * CYTON_STEP_G, y * CYTON_STEP_G, z * CYTON_STEP_G] : undefined,
  }
}
