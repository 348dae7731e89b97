import { join } from 'node:path'
import {
  type DeviceId,
  encodeFrames,
  PARTITIONS,
  partitionOf,
} from '../packages/core/src/fleet/index.ts'
import {
  CentreClock,
  DeskRun,
  type LogPort,
  openSegmentLog,
  openSnapshots,
  openSqliteStore,
  RowBook,
} from '../packages/facility/src/index.ts'
import { birthOf, numbersOf } from './desk-rig.ts'

/** Small segments, so that some can be dropped many times a second. */
const SEGMENT_BYTES = 4000
const BEDS = ['bed-1001', 'bed-1002', 'bed-1003'] as DeviceId[]

/** Partitions of which {@link dropAsItGoes} writes. */
export const DROPPED_PARTITIONS: readonly number[] = [...new Set(BEDS.map(partitionOf))]

/** The two logs of a folder: the one of which records are dropped, and one that keeps all. */
export async function logsOf(folder: string): Promise<{ log: LogPort; all: LogPort }> {
  const log = await openSegmentLog(join(folder, 'log'), { segmentBytes: SEGMENT_BYTES })
  const all = await openSegmentLog(join(folder, 'all'))
  // What was only in the first when it was killed.
  for (const seat of [...DROPPED_PARTITIONS, PARTITIONS]) {
    for await (const { entry } of log.read(new Map([[seat, all.length(seat)]]))) {
      await all.append(seat, [entry])
    }
  }
  return { log, all }
}

/**
 * A run that takes frames, writes its states down and drops what they cover of its log, over and
 * over until it is killed; every record goes into a log that keeps all as well.
 */
export async function dropAsItGoes(folder: string): Promise<never> {
  const { log, all } = await logsOf(folder)
  const keeping = new Set<Promise<unknown>>()
  const both: LogPort = {
    append: async (partition, entries) => {
      const offset = await log.append(partition, entries)
      const kept = all.append(partition, entries)
      keeping.add(kept)
      kept.then(() => keeping.delete(kept))
      return offset
    },
    read: (from) => log.read(from),
    length: (partition) => log.length(partition),
    start: (partition) => log.start(partition),
    drop: (past) => log.drop(past),
    close: () => log.close(),
  }
  const snapshots = await openSnapshots(join(folder, 'snapshots'))
  const run = new DeskRun({
    ...{ log: both, snapshots, clock: new CentreClock(), handshakesPerS: 100 },
    rows: await RowBook.open(await openSqliteStore(':memory:')),
    hands: {
      ...{ grant: () => undefined, send: () => undefined, drop: () => undefined },
      ...{ follower: () => undefined, page: () => undefined, note: () => undefined },
      broken: (partition, _, error) => {
        throw new Error(`partition ${partition}: ${error.message}`)
      },
    },
  })
  await run.takeOnDesk()
  await run.takeOn(Array.from({ length: PARTITIONS }, (_, partition) => partition))
  await run.file(false)
  const boot = Date.now() % 1_000_000
  for (const device of BEDS) {
    await run.wish({ kind: 'enrolled', device, publicKey: '0a'.repeat(32) })
    await run.take(device, [{ kind: 'birth', device, birth: birthOf({ boot }) }])
  }
  run.start()
  process.stdout.write('begun\n')
  for (let seq = 0; ; seq++) {
    await Promise.all(BEDS.map((device) => run.take(device, [frame(device, boot, seq)])))
    if (seq % 10 > 0) continue
    await run.snapshot()
    const before = new Map<number, number>()
    for (const seat of [...DROPPED_PARTITIONS, PARTITIONS]) {
      before.set(seat, (await snapshots.read(seat))?.offset ?? 0)
    }
    await Promise.all(keeping)
    const { records } = await log.drop({ before, beforeMs: Date.now() })
    process.stdout.write(`${records}\n`)
  }
}

function frame(device: DeviceId, boot: number, seq: number) {
  const bytes = encodeFrames({
    ...{ boot, firstSeq: seq, startS: seq + 1, mode: 'natural', consent: 'control' },
    ...{ wallOffsetS: Math.floor(Date.now() / 1000), release: 1, asleep: seq % 7 > 0 },
    ...{ stepsDs: Uint16Array.of(0) },
    values: Int16Array.from(numbersOf({ stage: 2, heartRate: 50 + (seq % 9) })),
  })
  return { kind: 'frames', device, bytes } as const
}
