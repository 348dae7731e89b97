import { describe, expect, it, vi } from 'vitest'
import { SealingKeys } from '../log/sealing-keys.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StorePort } from '../store/store-port.ts'
import { RowBook } from './row-book.ts'
import { devicePage, deviceRow } from './row-views.ts'

async function book(): Promise<{ rows: RowBook; store: StorePort }> {
  const store = await openSqliteStore(':memory:')
  return { rows: await RowBook.open(store), store }
}

function bed(name: string, over: object = {}) {
  const value = { device: name, online: true, mode: 'natural', release: 1, faults: [], ...over }
  return { table: 'device', key: name, value } as const
}

describe('the book of rows', () => {
  it('writes the newest value, takes rows away, and says when what was put is there', async () => {
    const { rows, store } = await book()
    rows.put(bed('bed-one'))
    rows.put(bed('bed-one', { mode: 'guidance' }))
    rows.put({ table: 'fleet', key: 'status', value: { online: 1 } })
    await rows.written()
    expect(await deviceRow(store, 'bed-one')).toMatchObject({ mode: 'guidance' })
    rows.put({ table: 'device', key: 'bed-one', value: undefined })
    await rows.written()
    expect(await deviceRow(store, 'bed-one')).toBeUndefined()
  })

  it('takes away the row of a device that has no key: it came late from a machine that held it before (F81)', async () => {
    const { rows, store } = await book()
    const keys = await SealingKeys.open(store)
    await keys.made('bed-kept')
    for (const name of ['bed-kept', 'bed-erased']) rows.put(bed(name))
    await rows.written()
    await rows.sweep()
    expect(await devicePage(store, {}, '', 9)).toMatchObject({ devices: [{ device: 'bed-kept' }] })
  })

  it('waits to write together once, and not between the rest, while somebody waits for it', async () => {
    const { rows, store } = await book()
    const wait = vi.spyOn(globalThis, 'setTimeout')
    for (let k = 0; k < 5000; k++) rows.put(bed(`bed-${1000 + k}`))
    await rows.written()
    expect(wait).toHaveBeenCalledTimes(1)
    wait.mockRestore()
    expect(await store.all('SELECT COUNT(*) AS n FROM device_row')).toEqual([{ n: 5000 }])
  })

  it('does not wait for rows that came after, however many come', async () => {
    const { rows } = await book()
    let count = 0
    const flood = setInterval(() => rows.put(bed(`bed-${1000 + (count++ % 5000)}`)), 1)
    rows.put({ table: 'fleet', key: 'status', value: 1 })
    await rows.written()
    clearInterval(flood)
    expect(rows.after(rows.seq - 1)).toHaveLength(1)
    await rows.written()
  })

  it('finds devices by what they are, a page at a time', async () => {
    const { rows, store } = await book()
    for (let k = 0; k < 25; k++) {
      const over = { online: k % 2 === 0, release: k % 3, faults: k === 4 ? ['disk'] : [] }
      rows.put(bed(`bed-${100 + k}`, { ...over, cohort: { district: k < 10 ? 'east' : 'west' } }))
    }
    await rows.written()
    const first = await devicePage(store, { online: true }, '', 10)
    expect([first.devices.length, first.next]).toEqual([10, 'bed-118'])
    const second = await devicePage(store, { online: true }, first.next!, 10)
    expect([second.devices.length, second.next]).toEqual([3, undefined])
    const namesOf = async (filter: object): Promise<string[]> =>
      (await devicePage(store, filter, '', 50)).devices.map(
        (device) => (device as { device: string }).device,
      )
    expect(await namesOf({ faulty: true })).toEqual(['bed-104'])
    expect(await namesOf({ district: 'east', release: 2 })).toEqual([
      'bed-102',
      'bed-105',
      'bed-108',
    ])
    expect(await namesOf({ prefix: 'bed-12' })).toEqual([
      'bed-120',
      'bed-121',
      'bed-122',
      'bed-123',
      'bed-124',
    ])
  })

  it('keeps changes for those who watch, and says when some of them are gone', async () => {
    const { rows } = await book()
    const begun = rows.seq
    let told = 0
    const end = rows.watch(() => told++)
    rows.put(bed('bed-one'))
    await rows.written()
    end()
    expect(rows.after(begun)?.map(({ key }) => key)).toEqual(['bed-one'])
    expect(rows.after(rows.seq)).toEqual([])
    expect([rows.after(begun - 1), rows.after(rows.seq + 1), told]).toEqual([
      undefined,
      undefined,
      1,
    ])
  })

  it('waits with rows that the store does not take now', async () => {
    const { rows, store } = await book()
    await store.run('ALTER TABLE desk_row RENAME TO elsewhere')
    rows.put({ table: 'fleet', key: 'status', value: 1 })
    await rows.written()
    expect([rows.trouble?.message, rows.waiting]).toEqual([expect.stringContaining('desk_row'), 1])
    await store.run('ALTER TABLE elsewhere RENAME TO desk_row')
    while (rows.waiting > 0 || rows.trouble) await new Promise((later) => setTimeout(later, 20))
    expect((await store.all('SELECT name FROM desk_row LIMIT 5')).length).toBe(1)
  })
})
