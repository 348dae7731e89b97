import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DESK_PARTITION,
  type DeviceId,
  decodeDeskRecord,
  decodePartitionRecord,
  PARTITIONS,
} from '../packages/core/src/fleet/index.ts'
import {
  CentreClock,
  DeskRun,
  openSegmentLog,
  openSnapshots,
  openSqliteStore,
  RowBook,
} from '../packages/facility/src/index.ts'
import { birthOf } from '../test/desk-rig.ts'

const DEVICES = 2000
/** The first seconds are the start's: everybody hears what the desk wants, and says who is there. */
const SETTLED_S = 65
const SECONDS = 120
const DAY_S = 86_400

/**
 * How much a centre writes while nothing happens: devices in all partitions, enrolled and born once
 * and silent since, for two minutes; by the kind of record, as megabytes a day. A record that many
 * partitions have is on the disk once, and counted for each of them.
 */
export async function benchIdleLog(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-idle-'))
  const log = await openSegmentLog(join(folder, 'log'))
  const store = await openSqliteStore(join(folder, 'store.sqlite'))
  const run = new DeskRun({
    ...{ log, clock: new CentreClock(), handshakesPerS: 1500, rows: await RowBook.open(store) },
    snapshots: await openSnapshots(join(folder, 'snapshots')),
    hands: {
      ...{ grant: () => undefined, send: () => undefined, drop: () => undefined },
      ...{ follower: () => undefined, page: () => undefined, note: () => undefined },
      broken: (partition, _, error) => console.error(`partition ${partition}: ${error.message}`),
    },
  })
  const all = Array.from({ length: PARTITIONS }, (_, partition) => partition)
  await run.takeOnDesk()
  await run.takeOn(all)
  await run.file(false)
  for (let k = 0; k < DEVICES; k++) {
    const device = `bed-${100_000 + k}` as DeviceId
    await run.wish({ kind: 'enrolled', device, publicKey: '0a'.repeat(32) })
    await run.take(device, [{ kind: 'birth', device, birth: birthOf() }])
    await run.wish({ kind: 'gone', device, boot: 1, how: 'closed' })
  }
  run.start()
  await new Promise((over) => setTimeout(over, SETTLED_S * 1000))
  const from = new Map([...all, DESK_PARTITION].map((seat) => [seat, log.length(seat)]))
  const before = await bytesOf(join(folder, 'log'))
  await new Promise((over) => setTimeout(over, SECONDS * 1000))
  const written = (await bytesOf(join(folder, 'log'))) - before
  const kinds = new Map<string, { records: number; bytes: number }>()
  for await (const { partition, entry } of log.read(from)) {
    const isDesk = partition === DESK_PARTITION
    const record = isDesk ? decodeDeskRecord(entry) : decodePartitionRecord(entry)
    const kind = `${isDesk ? 'desk' : 'partition'} ${record.ok ? record.value.kind : '?'}`
    const sum = kinds.get(kind) ?? { records: 0, bytes: 0 }
    kinds.set(kind, { records: sum.records + 1, bytes: sum.bytes + entry.length })
  }
  console.log(`idle-log: ${DEVICES} silent devices, ${run.held.length} partitions, ${SECONDS} s`)
  console.log(`  on disk  ${perDay(written)} MB a day`)
  for (const [kind, { records, bytes }] of kinds) {
    console.log(`  ${kind}  ${records} records, ${perDay(bytes)} MB a day`)
  }
  await run.close()
  await log.close()
  await store.close()
  await rm(folder, { recursive: true })
}

function perDay(bytes: number): string {
  return (((bytes / SECONDS) * DAY_S) / 1e6).toFixed(1)
}

async function bytesOf(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
