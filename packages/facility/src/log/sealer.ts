import { type Cipher, createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'
import type { SealingKey, SealingKeys } from './sealing-keys.ts'

/** First byte of what is sealed; those of records are lower. */
const SEALED = 0xe1
/** Mark, id of the key, nonce, number of the first block of the stream. */
const HEAD = 1 + 8 + 12 + 4
const NONCE = 9
const COUNTER = 21
const BLOCK = 16
/** Blocks that one nonce is good for: its number has 32 bits. */
const MOST_BLOCKS = 4_294_967_295

/** A device's stream: one nonce, and how many of its blocks are used. */
type Stream = {
  readonly of: SealingKey
  readonly cipher: Cipher
  /** Mark, id and nonce as everything sealed begins with them. */
  readonly head: Uint8Array
  used: number
}

/** Streams that go on from one sealing to the next; the oldest is begun anew when there are more. */
const MOST_STREAMS = 10_000

/** Whether bytes are sealed. */
export function isSealed(bytes: Uint8Array): boolean {
  return bytes[0] === SEALED
}

/**
 * Seals what concerns a device under its key (AES-256 in counter mode; whoever keeps it finds
 * damage by checks of their own), and opens it. No block of any stream is used twice.
 */
export class Sealer {
  readonly #keys: SealingKeys
  readonly #streams = new Map<string, Stream>()

  constructor(keys: SealingKeys) {
    this.#keys = keys
    keys.whenForgotten((device) => this.#streams.delete(device))
  }

  /** Seals pieces of one device; undefined when it has no key. Each can be opened alone. */
  seal(device: string, pieces: readonly Uint8Array[]): Uint8Array[] | undefined {
    const key = this.#keys.of(device)
    return key && this.#seal(pieces, device, key)
  }

  /** Opens what was sealed; undefined when its key was destroyed. Throws `SealingKeyError`. */
  open(sealed: Uint8Array): Uint8Array | undefined {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)
    const key = this.#keys.byId(bytes.toString('hex', 1, NONCE))
    if (key === undefined) return undefined
    // Nonce and counter stand as the cipher takes them.
    const iv = bytes.subarray(NONCE, HEAD)
    return createDecipheriv('aes-256-ctr', key.key, iv).update(bytes.subarray(HEAD))
  }

  #seal(pieces: readonly Uint8Array[], device: string, key: SealingKey): Uint8Array[] {
    let [blocks, length] = [0, 0]
    for (const piece of pieces) {
      blocks += Math.ceil(piece.length / BLOCK)
      length += HEAD + piece.length
    }
    const stream = this.#stream(device, key, blocks)
    // Each piece begins with a block of the stream, so that it can be read alone.
    const plain = Buffer.alloc(BLOCK * blocks)
    let block = 0
    for (const piece of pieces) {
      plain.set(piece, BLOCK * block)
      block += Math.ceil(piece.length / BLOCK)
    }
    const hidden = stream.cipher.update(plain)
    const all = Buffer.allocUnsafe(length)
    const out: Uint8Array[] = []
    let at = 0
    block = 0
    for (const piece of pieces) {
      const from = at
      all.set(stream.head, at)
      all.writeUInt32BE(stream.used + block, at + COUNTER)
      at += HEAD
      hidden.copy(all, at, BLOCK * block, BLOCK * block + piece.length)
      at += piece.length
      block += Math.ceil(piece.length / BLOCK)
      out.push(all.subarray(from, at))
    }
    stream.used += blocks
    return out
  }

  #stream(device: string, key: SealingKey, blocks: number): Stream {
    const held = this.#streams.get(device)
    if (held?.of === key && held.used + blocks <= MOST_BLOCKS) return held
    const [oldest] = this.#streams.keys()
    if (oldest !== undefined && this.#streams.size >= MOST_STREAMS) this.#streams.delete(oldest)
    const iv = Buffer.alloc(BLOCK)
    randomFillSync(iv, 0, COUNTER - NONCE)
    const cipher = createCipheriv('aes-256-ctr', key.key, iv)
    const nonce = iv.subarray(0, COUNTER - NONCE)
    const head = Buffer.concat([Uint8Array.of(SEALED), Buffer.from(key.id, 'hex'), nonce])
    const begun = { of: key, cipher, head, used: 0 }
    this.#streams.set(device, begun)
    return begun
  }
}
