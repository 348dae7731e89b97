import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'
import { type DeviceId, decodePartitionRecord, encodeRecord } from '@nocturne/core/fleet'
import type { Logged, LogPort } from './log-port.ts'
import type { SealingKey, SealingKeys } from './sealing-keys.ts'

/** First byte of a sealed entry; those of records are lower. */
const SEALED = 0xe1
/** Mark, id of the key, nonce, number of the first block of the stream. */
const HEAD = 1 + 8 + 12 + 4
const NONCE = 9
const COUNTER = 21
const BLOCK = 16

/** Where a device's own record has its name; first bytes of these records are below. */
const NAME = 9
const OWN_KINDS = 64

/** What is read in the place of a record of which the key was destroyed: it is nobody's. */
const NOBODY = 'erased' as DeviceId

/**
 * A log in which what concerns a device is sealed under the device's own key (AES-256 in counter
 * mode; the log's own checks find damage). Entries of a device whose key was destroyed are read as
 * the record of nobody, so that offsets stay what they were.
 */
export function sealedLog(log: LogPort, keys: SealingKeys): LogPort {
  return {
    append: async (partition, entries) => {
      const devices = entries.map(deviceOfEntry)
      for (const device of new Set(devices)) {
        if (device !== undefined && keys.of(device) === undefined) await keys.made(device)
      }
      return log.append(partition, sealed(entries, devices, keys))
    },
    read: (from) => unsealed(log.read(from), keys),
    length: (partition) => log.length(partition),
    close: () => log.close(),
  }
}

/** Seals entries; those of one device in a row share one nonce and go on in one stream. */
function sealed(
  entries: readonly Uint8Array[],
  devices: readonly (string | undefined)[],
  keys: SealingKeys,
): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let from = 0; from < entries.length; ) {
    const device = devices[from]
    let to = from + 1
    while (to < entries.length && devices[to] === device) to++
    const key = device === undefined ? undefined : keys.of(device)
    const run = entries.slice(from, to)
    if (key === undefined) out.push(...run)
    else sealRun(run, key, out)
    from = to
  }
  return out
}

function sealRun(run: readonly Uint8Array[], { id, key }: SealingKey, out: Uint8Array[]): void {
  const iv = Buffer.alloc(BLOCK)
  randomFillSync(iv, 0, COUNTER - NONCE)
  const blocks = run.map((entry) => Math.ceil(entry.length / BLOCK))
  // Each entry begins with a block of the stream, so that it can be read alone.
  const plain = Buffer.alloc(BLOCK * blocks.reduce((sum, each) => sum + each, 0))
  let block = 0
  for (const [i, entry] of run.entries()) {
    plain.set(entry, BLOCK * block)
    block += blocks[i]!
  }
  const stream = createCipheriv('aes-256-ctr', key, iv).update(plain)
  const all = Buffer.allocUnsafe(run.reduce((sum, entry) => sum + HEAD + entry.length, 0))
  let at = 0
  block = 0
  for (const [i, { length }] of run.entries()) {
    const from = at
    all[at] = SEALED
    all.write(id, at + 1, 'hex')
    iv.copy(all, at + NONCE, 0, COUNTER - NONCE)
    all.writeUInt32BE(block, at + COUNTER)
    at += HEAD
    stream.copy(all, at, BLOCK * block, BLOCK * block + length)
    at += length
    block += blocks[i]!
    out.push(all.subarray(from, at))
  }
}

async function* unsealed(entries: AsyncIterable<Logged>, keys: SealingKeys): AsyncIterable<Logged> {
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

/** Whom an entry is about; undefined for one that is about nobody. */
function deviceOfEntry(entry: Uint8Array): string | undefined {
  if (entry[0]! < OWN_KINDS) {
    const length = entry[NAME]!
    return Buffer.from(entry.buffer, entry.byteOffset + NAME + 1, length).toString('latin1')
  }
  const record = decodePartitionRecord(entry)
  return record.ok && 'device' in record.value ? record.value.device : undefined
}
