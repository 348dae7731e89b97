import {
  DESK_PARTITION,
  type DeviceId,
  decodePartitionRecord,
  encodeRecord,
} from '@nocturne/core/fleet'
import { LogError, type Logged, type LogPort } from './log-port.ts'
import { isSealed, Sealer } from './sealer.ts'
import type { SealingKeys } from './sealing-keys.ts'

/** What is read in the place of a record of which the key was destroyed: it is nobody's. */
const NOBODY = 'erased' as DeviceId

/** Where a device's own record has its name; first bytes of these records are below. */
const NAME = 9
const OWN_KINDS = 64
/** The kinds of the records that say that a device was enrolled, and erased. */
const NO_KEY = '0'.repeat(64)
const ENROLLED = encodeRecord({
  ...{ kind: 'enrolled', device: NOBODY, atMs: 0, publicKey: NO_KEY },
})[0]!
const ERASED = encodeRecord({ kind: 'erased', device: NOBODY, atMs: 0 })[0]!

/**
 * A log in which what concerns a device is sealed under the device's own key. A device has a key
 * from its enrolment until it is erased: what comes of it later is refused (LOG_ERASED), and never
 * sealed anew. Entries of a device whose key was destroyed are read as the record of nobody, so
 * that offsets stay what they were; reading throws `SealingKeyError` where a key is missing.
 */
export function sealedLog(log: LogPort, keys: SealingKeys): LogPort {
  const sealer = new Sealer(keys)
  return {
    append: async (partition, entries) => {
      if (partition === DESK_PARTITION) return log.append(partition, entries)
      const devices = entries.map(deviceOfEntry)
      for (const [at, device] of devices.entries()) {
        if (device === undefined || keys.of(device) !== undefined) continue
        if (entries[at]![0] === ENROLLED) await keys.made(device)
        else await keys.found(device)
      }
      return log.append(partition, sealed(sealer, entries, devices))
    },
    read: (from) => opened(log.read(from), keys, sealer),
    length: (partition) => log.length(partition),
    start: (partition) => log.start(partition),
    drop: (past) => log.drop(past),
    close: () => log.close(),
  }
}

/** Runs of one device are sealed together. Throws `LogError` for a device without a key. */
function sealed(
  sealer: Sealer,
  entries: readonly Uint8Array[],
  devices: readonly (string | undefined)[],
): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let from = 0; from < entries.length; ) {
    const device = devices[from]
    let to = from + 1
    while (to < entries.length && devices[to] === device) to++
    const run = from === 0 && to === entries.length ? entries : entries.slice(from, to)
    const hidden = device === undefined ? run : sealer.seal(device, run)
    if (hidden === undefined) throw new LogError('LOG_ERASED', 'a record of an erased device')
    out.push(...hidden)
    from = to
  }
  return out
}

async function* opened(
  entries: AsyncIterable<Logged>,
  keys: SealingKeys,
  sealer: Sealer,
): AsyncIterable<Logged> {
  await keys.refresh()
  for await (const logged of entries) {
    if (!isSealed(logged.entry)) {
      yield logged
      continue
    }
    const { atMs } = logged
    const entry =
      sealer.open(logged.entry) ?? encodeRecord({ kind: 'erased', device: NOBODY, atMs })
    yield { ...logged, entry }
  }
}

/** Whom an entry is about; undefined for one that is about nobody, and for an erasure. */
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
