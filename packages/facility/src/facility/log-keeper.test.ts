import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Meters } from '../api/meters.ts'
import { CentreClock } from '../desk-run/centre-clock.ts'
import { RowBook } from '../desk-run/row-book.ts'
import { openSnapshots } from '../desk-run/snapshots.ts'
import { openSegmentLog } from '../log/segment-log.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { LogKeeper, type LogKeeperOptions } from './log-keeper.ts'

const DAY_MS = 86_400_000
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A log of a hundred days, a record a day and a segment for each, and who keeps thirty of them. */
async function keptFor(days: number, more: Partial<LogKeeperOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-keeper-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  let day = 0
  const own = await openSegmentLog(join(folder, 'log'), {
    ...{ segmentBytes: 100, now: () => day * DAY_MS },
  })
  const meters = new Meters()
  closing.push(() => meters.close())
  const log = meters.around(own)
  closing.push(() => log.close())
  for (; day < 100; day++) await log.append(7, [new Uint8Array(200)])
  const clock = new CentreClock(
    () => day * DAY_MS,
    () => 0,
  )
  const snapshots = await openSnapshots(join(folder, 'snapshots'))
  const incidents: { status: string; openedMs: number }[] = []
  const said: string[] = []
  const keeper = new LogKeeper({
    ...{ folder, keepDays: days, log, snapshots, clock, meters },
    store: await openSqliteStore(':memory:'),
    run: { held: [7], desk: { book: { incidents } } } as never,
    journal: (level, what, facts) => said.push(`${level} ${what} ${JSON.stringify(facts)}`),
    ...more,
  })
  closing.push(() => keeper.close())
  return { folder, log, snapshots, incidents, said, keeper, meters }
}

describe('who keeps the log', () => {
  it('drops what is older than thirty days and in a state that was written, and says so (F99)', async () => {
    const { log, snapshots, keeper, said, meters } = await keptFor(30)
    expect((await keeper.look()).records).toBe(0)
    await snapshots.write(7, { offset: 20, text: '' })
    expect((await keeper.look()).records).toBe(20)
    await snapshots.write(7, { offset: 100, text: '' })
    // The record of a day is in a segment that is over when the next day's begins.
    expect((await keeper.look()).records).toBe(49)
    expect(await log.start(7)).toBe(69)
    expect(meters.droppedRecords).toBe(69)
    expect(meters.droppedBytes).toBeGreaterThan(69 * 200)
    expect(said.at(-1)).toMatch(/^info old records of the log were dropped \{"records":49,/)
    expect(meters.disk!.sizeBytes).toBeGreaterThan(meters.disk!.freeBytes)
  })

  it('keeps what an open incident may need, from a day before it was opened (F99)', async () => {
    const { log, snapshots, keeper, incidents } = await keptFor(30)
    await snapshots.write(7, { offset: 100, text: '' })
    incidents.push({ status: 'mitigating', openedMs: 50 * DAY_MS })
    incidents.push({ status: 'closed', openedMs: 3 * DAY_MS })
    await keeper.look()
    expect(await log.start(7)).toBe(48)
    incidents[0]!.status = 'closed'
    await keeper.look()
    expect(await log.start(7)).toBe(69)
  })

  it('asks the store for open incidents where the desk is on another machine (F99)', async () => {
    const store = await openSqliteStore(':memory:')
    const rows = await RowBook.open(store)
    const row = (name: string, status: string, days: number): void => {
      const words = 'it said "status":"closed"'
      const value = { status, openedMs: days * DAY_MS, timeline: [{ words }] } as never
      rows.put({ table: 'incident', key: name, value })
    }
    row('i-1', 'closed', 3)
    row('i-2', 'open', 41)
    await rows.written()
    const { log, snapshots, keeper } = await keptFor(30, {
      ...{ store, run: { held: [7], desk: undefined } as never },
    })
    await snapshots.write(7, { offset: 100, text: '' })
    await keeper.look()
    expect(await log.start(7)).toBe(39)
  })

  it('does not believe a state that is broken on its disk', async () => {
    const { folder, log, snapshots, keeper } = await keptFor(30)
    await snapshots.write(7, { offset: 100, text: 'a state' })
    await writeFile(join(folder, 'snapshots', '007.snapshot'), '100 0000\nanother')
    await keeper.look()
    expect(await log.start(7)).toBe(0)
  })

  it('drops nothing while a copy is made', async () => {
    const { log, snapshots, keeper } = await keptFor(30)
    await snapshots.write(7, { offset: 100, text: '' })
    let looked: Promise<unknown> | undefined
    await keeper.resting(async () => {
      looked = keeper.look()
      await new Promise((later) => setTimeout(later, 50))
      expect(await log.start(7)).toBe(0)
    })
    await looked
    expect(await log.start(7)).toBe(69)
  })

  it('says once a day that the disk is nearly full, before it is', async () => {
    let bavail = 30
    const { keeper, said, meters } = await keptFor(30, {
      statfs: async () => ({ bsize: 4096, blocks: 100, bavail }),
    })
    await keeper.look()
    expect(said).toEqual([])
    bavail = 7
    await keeper.look()
    await keeper.look()
    expect(said.length).toBe(1)
    expect(said[0]).toMatch(/^warn the disk is nearly full.*"freePercent":7}$/)
    expect(meters.disk).toEqual({ freeBytes: 7 * 4096, sizeBytes: 100 * 4096 })
  })
})
