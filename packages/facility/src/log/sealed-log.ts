import { type Cipher, createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'
import {
  DESK_PARTITION,
  type DeviceId,
  decodePartitionRecord,
  encodeRecord,
} from '@nocturne/core/fleet'
import type { Logged, LogPort } from './log-port.ts'
import type { SealingKey, SealingKeys } from './sealing-keys.ts'

/** First byte of a sealed entry; those of records are lower. */
const SEALED = 0xe1
/** Mark, id of the key, nonce, number of the first block of the stream. */
const HEAD = 1 + 8 + 12 + 4
const NONCE = 9
const COUNTER = 21
const BLOCK = 16
/** Blocks that one nonce is good for: its number has 32 bits. */
const MOST_BLOCKS = 4_294_967_295

/** What is read in the place of a record of which the key was destroyed: it is nobody's. */
const NOBODY = 'erased' as DeviceId

/** Where a device's own record has its name; first bytes of these records are below. */
const NAME = 9
const OWN_KINDS = 64
/** The kind of the record that says that a device was erased. */
const ERASED = encodeRecord({ kind: 'erased', device: NOBODY, atMs: 0 })[0]!

/**
 * A log in which what concerns a device is sealed under the device's own key (AES-256 in counter
 * mode; the log's own checks find damage). Entries of a device whose key was destroyed are read as
 * the record of nobody, so that offsets stay what they were.
 */
export function sealedLog(log: LogPort, keys: SealingKeys): LogPort {
  const sealer = new Sealer(keys)
  return {
    append: async (partition, entries) => {
      if (partition === DESK_PARTITION) return log.append(partition, entries)
      const devices = entries.map(deviceOfEntry)
      for (const device of new Set(devices)) {
        if (device !== undefined && keys.of(device) === undefined) await keys.made(device)
      }
      return log.append(partition, sealer.seal(entries, devices))
    },
    read: (from) => unsealed(log.read(from), keys),
    length: (partition) => log.length(partition),
    close: () => log.close(),
  }
}

/** A device's stream: one nonce, and how many of its blocks are used. */
type Stream = {
  readonly of: SealingKey
  readonly cipher: Cipher
  /** Mark, id and nonce as every entry begins with them. */
  readonly head: Uint8Array
  used: number
}

/** Streams that go on from one append to the next; the oldest is begun anew when there are more. */
const MOST_STREAMS = 10_000

/** Seals what concerns a device; no block of any stream is used twice. */
class Sealer {
  readonly #keys: SealingKeys
  readonly #streams = new Map<string, Stream>()

  constructor(keys: SealingKeys) {
    this.#keys = keys
  }

  seal(entries: readonly Uint8Array[], devices: readonly (string | undefined)[]): Uint8Array[] {
    const out: Uint8Array[] = []
    for (let from = 0; from < entries.length; ) {
      const device = devices[from]
      let to = from + 1
      while (to < entries.length && devices[to] === device) to++
      const run = from === 0 && to === entries.length ? entries : entries.slice(from, to)
      const key = device === undefined ? undefined : this.#keys.of(device)
      if (device === undefined || key === undefined) out.push(...run)
      else this.#sealRun(run, device, key, out)
      from = to
    }
    return out
  }

  #sealRun(run: readonly Uint8Array[], device: string, key: SealingKey, out: Uint8Array[]): void {
    let [blocks, length] = [0, 0]
    for (const entry of run) {
      blocks += Math.ceil(entry.length / BLOCK)
      length += HEAD + entry.length
    }
    const stream = this.#stream(device, key, blocks)
    // Each entry begins with a block of the stream, so that it can be read alone.
    const plain = Buffer.alloc(BLOCK * blocks)
    let block = 0
    for (const entry of run) {
      plain.set(entry, BLOCK * block)
      block += Math.ceil(entry.length / BLOCK)
    }
    const hidden = stream.cipher.update(plain)
    const all = Buffer.allocUnsafe(length)
    let at = 0
    block = 0
    for (const entry of run) {
      const from = at
      all.set(stream.head, at)
      all.writeUInt32BE(stream.used + block, at + COUNTER)
      at += HEAD
      hidden.copy(all, at, BLOCK * block, BLOCK * block + entry.length)
      at += entry.length
      block += Math.ceil(entry.length / BLOCK)
      out.push(all.subarray(from, at))
    }
    stream.used += blocks
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

async function* unsealed(entries: AsyncIterable<Logged>, keys: SealingKeys): AsyncIterable<Logged> {
  await keys.refresh()
  for await (const logged of entries) {
    const { entry, atMs } = logged
    if (entry[0] !== SEALED) {
      yield logged
      continue
    }
    const bytes = Buffer.from(entry.buffer, entry.byteOffset, entry.length)
    const key = keys.byId(bytes.toString('hex', 1, NONCE))
    if (key === undefined) {
      yield { ...logged, entry: encodeRecord({ kind: 'erased', device: NOBODY, atMs }) }
      continue
    }
    // Nonce and counter stand as the cipher takes them.
    const iv = bytes.subarray(NONCE, HEAD)
    const plain = createDecipheriv('aes-256-ctr', key.key, iv).update(bytes.subarray(HEAD))
    yield { ...logged, entry: plain }
  }
}

/** Whom a sealed entry is about; undefined for one that is about nobody, and for an erasure. */
function deviceOfEntry(entry: Uint8Array): string | undefined {
  // It has to be read when the key is destroyed.
  if (entry[0] === ERASED) return undefined
  if (entry[0]! < OWN_KINDS) {
    const length = entry[NAME]!
    return Buffer.from(entry.buffer, entry.byteOffset + NAME + 1, length).toString('latin1')
  }
  const record = decodePartitionRecord(entry)
  return record.ok && 'device' in record.value ? record.value.device : undefined
}
