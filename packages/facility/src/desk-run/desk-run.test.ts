import { describe, expect, it, vi } from 'vitest'
import { birthOf, numbersOf } from '#test/desk-rig.ts'
import {
  DESK_PARTITION,
  type DeviceId,
  decodePartitionRecord,
  encodeDeskRecord,
  encodeFrames,
  encodePartitionRecord,
  type NewRecord,
  partitionOf,
  writeDesk,
} from '../../../core/src/fleet/index.ts'
import { type Dropped, LogError, type Logged, type LogPort } from '../log/log-port.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Between } from './between.ts'
import { CentreClock } from './centre-clock.ts'
import { DeskRun } from './desk-run.ts'
import { RowBook } from './row-book.ts'
import type { Snapshot, SnapshotPort } from './snapshots.ts'

/** A log in memory; what is fenced is refused. */
class MemoryLog implements LogPort {
  readonly entries = new Map<number, Uint8Array[]>()
  readonly fenced = new Set<number>()

  async append(partition: number, entries: readonly Uint8Array[]): Promise<number> {
    await new Promise((later) => setImmediate(later))
    if (this.fenced.has(partition)) throw new LogError('LOG_FENCED', 'another owner')
    const held = this.entries.get(partition) ?? []
    this.entries.set(partition, held)
    return held.push(...entries) - entries.length
  }
  async *read(from: ReadonlyMap<number, number>): AsyncIterable<Logged> {
    for (const [partition, first] of from) {
      const held = this.entries.get(partition) ?? []
      for (let offset = first; offset < held.length; offset++) {
        yield { partition, offset, atMs: 0, entry: held[offset]! }
      }
    }
  }
  length = (partition: number): number => this.entries.get(partition)?.length ?? 0
  start = async (): Promise<number> => 0
  drop = async (): Promise<Dropped> => ({ records: 0, bytes: 0 })
  close = async (): Promise<void> => undefined
}

class MemorySnapshots implements SnapshotPort {
  readonly kept = new Map<number, Snapshot>()
  read = async (partition: number): Promise<Snapshot | undefined> => this.kept.get(partition)
  write = async (partition: number, snapshot: Snapshot): Promise<void> => {
    this.kept.set(partition, snapshot)
  }
}

type Ward = { run: DeskRun; said: string[]; fenced: number[] }

async function runOver(
  log: LogPort,
  snapshots: SnapshotPort = new MemorySnapshots(),
  between?: Between,
  clock: CentreClock = new CentreClock(),
): Promise<Ward> {
  const [said, fenced]: [string[], number[]] = [[], []]
  const run = new DeskRun({
    ...{ log, snapshots, handshakesPerS: 100, clock },
    rows: await RowBook.open(await openSqliteStore(':memory:')),
    hands: {
      grant: (device, { ceiling }) => said.push(`${device} ${ceiling}`),
      send: (device, channel) => said.push(`${device} ${channel}`),
      drop: (device) => said.push(`${device} drop`),
      follower: () => undefined,
      broken: (partition, _, error) => said.push(`broken ${partition} ${error.message}`),
      page: () => undefined,
      note: () => undefined,
    },
    ...(between && { between }),
    fenced: (partition) => fenced.push(partition),
  })
  return { run, said, fenced }
}

const BED = 'bed-one' as DeviceId
const HOME = partitionOf(BED)

async function bedIn({ run }: Ward): Promise<void> {
  await run.wish({ kind: 'enrolled', device: BED, publicKey: '0a'.repeat(32) })
  const birth: NewRecord = { kind: 'birth', device: BED, birth: birthOf() }
  await run.take(BED, [birth])
}

function frame(seq: number): NewRecord {
  const bytes = encodeFrames({
    ...{ boot: 1, firstSeq: seq, startS: seq + 1, mode: 'natural', consent: 'control' },
    ...{ wallOffsetS: Math.floor(Date.now() / 1000), release: 1, asleep: true },
    ...{ stepsDs: Uint16Array.of(0), values: Int16Array.from(numbersOf({ stage: 2 })) },
  })
  return { kind: 'frames', device: BED, bytes }
}

describe('the run of the reducers', () => {
  it('gives no grant before the desk has said anything, and then at the first frame', async () => {
    const ward = await runOver(new MemoryLog())
    await ward.run.takeOnDesk()
    await ward.run.takeOn([HOME])
    await bedIn(ward)
    await ward.run.take(BED, [frame(0)])
    await ward.run.settled(HOME)
    expect(ward.said).not.toContain('bed-one control')
    await ward.run.file(false)
    await ward.run.settled(HOME)
    await ward.run.take(BED, [frame(1)])
    await ward.run.settled(HOME)
    expect(ward.said).toContain('bed-one control')
    await ward.run.close()
  })

  it('ends an erasure whose key was not destroyed yet when the centre was killed (F80)', async () => {
    const log = new MemoryLog()
    const first = await runOver(log)
    await first.run.takeOn([HOME])
    await bedIn(first)
    await first.run.settled(HOME)
    // Durable, and then the end.
    await log.append(HOME, [encodePartitionRecord({ kind: 'erased', atMs: 1, device: BED })])
    const second = await runOver(log)
    await second.run.takeOn([HOME])
    expect(second.said).toContain('bed-one drop')
    // Who came again since is somebody else, and stays.
    await second.run.wish({ kind: 'enrolled', device: BED, publicKey: '0b'.repeat(32) })
    const third = await runOver(log)
    await third.run.takeOn([HOME])
    expect(third.said).not.toContain('bed-one drop')
    expect(third.run.device(BED)).toMatchObject({ publicKey: '0b'.repeat(32) })
    for (const { run } of [first, second, third]) await run.close()
  })

  it('gives no grant once its desk stands still: nobody could pull the switch', async () => {
    const ward = await runOver(new MemoryLog())
    await ward.run.takeOnDesk()
    await ward.run.takeOn([HOME])
    await ward.run.file(false)
    const unread = { kind: 'sums' } as never
    const told = { partition: HOME, offset: 1, index: 0, tell: unread, atMs: Date.now() }
    await ward.run.receive(DESK_PARTITION, [encodeDeskRecord({ kind: 'tell', ...told })])
    await vi.waitFor(() => expect(ward.run.broken).toEqual([DESK_PARTITION]))
    await bedIn(ward)
    await ward.run.take(BED, [frame(0)])
    await ward.run.settled(HOME)
    expect(ward.said).toContain('bed-one adm')
    expect(ward.said).not.toContain('bed-one control')
    for (const partition of ward.run.held) ward.run.letGo(partition)
    ward.run.letGoDesk()
  })

  it('is the same from a snapshot and the rest of the log as from the log alone, and says nothing again', async () => {
    const [log, snapshots] = [new MemoryLog(), new MemorySnapshots()]
    const first = await runOver(log, snapshots)
    await first.run.takeOnDesk()
    await first.run.file(false)
    await first.run.takeOn([HOME])
    await bedIn(first)
    for (let seq = 0; seq < 5; seq++) await first.run.take(BED, [frame(seq)])
    await first.run.settled(HOME)
    await first.run.snapshot()
    await first.run.take(BED, [frame(5)])
    await first.run.order('ann', { what: 'report', metric: 'odd' })
    await first.run.settled(HOME)
    const states: string[] = []
    for (const kept of [snapshots, new MemorySnapshots()]) {
      const again = await runOver(log, kept)
      await again.run.takeOnDesk()
      states.push(writeDesk(again.run.desk!))
      await again.run.takeOn([HOME])
      expect(again.run.device(BED)).toMatchObject({ boot: 1, isOnline: true })
      await again.run.settled(HOME)
      expect(again.said.filter((word) => !word.endsWith('adm'))).toEqual([])
    }
    expect(states[0]).toBe(states[1])
    expect(states[0]).toBe(writeDesk(first.run.desk!))
  })

  it('holds some partitions, takes one on while it runs, and lets it go to another', async () => {
    const log = new MemoryLog()
    const elsewhere: number[] = []
    const ward = await runOver(log, new MemorySnapshots(), {
      send: async (partition) => void elsewhere.push(partition),
    })
    await ward.run.takeOnDesk()
    await expect(ward.run.take(BED, [frame(0)])).rejects.toThrow('LOG_FENCED')
    await ward.run.wish({ kind: 'staff', device: BED, isStaff: true })
    expect(elsewhere).toEqual([HOME])
    await ward.run.takeOn([HOME])
    await bedIn(ward)
    await ward.run.settled(HOME)
    const other = await runOver(log)
    await other.run.takeOn([HOME])
    expect(other.run.device(BED)?.boot).toBe(1)
    log.fenced.add(HOME)
    await expect(ward.run.take(BED, [frame(0)])).rejects.toThrow('LOG_FENCED')
    expect([ward.fenced, ward.run.held, ward.run.device(BED)]).toEqual([[HOME], [], undefined])
  })

  it('says every 25 s that there is a desk, each partition by itself, and what is new at once (F29)', async () => {
    let nowMs = 1e12
    const clocks = [0, 1].map(() => {
      return new CentreClock(
        () => nowMs,
        () => nowMs,
      )
    })
    const log = new MemoryLog()
    const owner = await runOver(log, new MemorySnapshots(), undefined, clocks[0])
    await owner.run.takeOn([HOME])
    await bedIn(owner)
    const lost = (HOME + 1) % DESK_PARTITION
    const away = new Promise<void>(() => undefined)
    const between: Between = {
      send: async (partition, entries) => {
        if (partition === lost) await away
        if (partition === HOME) await owner.run.receive(partition, entries)
      },
    }
    const desk = await runOver(new MemoryLog(), new MemorySnapshots(), between, clocks[1])
    const heard = (): string[] =>
      log.entries.get(HOME)!.flatMap((entry) => {
        const read = decodePartitionRecord(entry)
        return read.ok && /^stand/.test(read.value.kind) ? [read.value.kind] : []
      })
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      await desk.run.takeOnDesk()
      desk.run.start()
      for (let second = 0; second < 61; second++) {
        nowMs += 1000
        vi.advanceTimersByTime(1000)
        for (let k = 0; k < 8; k++) await new Promise((later) => setImmediate(later))
      }
      expect(heard()).toEqual(['standing', 'stands', 'stands'])
      const pull = { kind: 'pull', from: 'app', why: 'x' } as const
      await desk.run.order('kaya', { what: 'failsafe', do: pull })
      for (let k = 0; k < 8; k++) await new Promise((later) => setImmediate(later))
      expect(heard().at(-1)).toBe('standing')
      expect(owner.run.deaf).toEqual([])
      nowMs += 61_000
      expect([owner.run.deaf, desk.run.deaf]).toEqual([[HOME], []])
    } finally {
      vi.useRealTimers()
      for (const { run } of [owner, desk]) {
        run.letGoDesk()
        for (const partition of run.held) run.letGo(partition)
      }
    }
  })

  it('takes what another machine sends for a partition that it holds, and no other', async () => {
    const log = new MemoryLog()
    const owner = await runOver(log)
    await owner.run.takeOn([HOME])
    await bedIn(owner)
    const sender = await runOver(new MemoryLog(), new MemorySnapshots(), {
      send: (partition, entries) => owner.run.receive(partition, entries),
    })
    await sender.run.wish({ kind: 'revoke', device: BED, isRevoked: true })
    await owner.run.settled(HOME)
    expect([owner.run.device(BED), owner.run.isRevoked(BED)]).toEqual([undefined, true])
    expect(owner.said).toContain('bed-one drop')
    await expect(owner.run.receive(DESK_PARTITION, [])).rejects.toThrow('LOG_FENCED')
    await expect(owner.run.receive(HOME, [Uint8Array.of(9)])).rejects.toThrow('no record')
  })
})

it('writes a state down within an hour, also of a partition where little happens', async () => {
  const log = new MemoryLog()
  const snapshots = new MemorySnapshots()
  let minute = 0
  const clock = new CentreClock(
    () => 60_000 * minute,
    () => 60_000 * minute,
  )
  const ward = await runOver(log, snapshots, undefined, clock)
  await ward.run.takeOnDesk()
  await ward.run.takeOn([HOME])
  await bedIn(ward)
  await ward.run.settled(HOME)
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    ward.run.start()
    for (minute = 1; minute <= 61 && snapshots.kept.size === 0; minute++) {
      vi.advanceTimersByTime(5000)
      for (let k = 0; k < 20; k++) await new Promise((later) => setImmediate(later))
    }
    expect([...snapshots.kept.keys()]).toEqual([HOME])
    expect(minute).toBeLessThanOrEqual(61)
  } finally {
    vi.useRealTimers()
  }
})
