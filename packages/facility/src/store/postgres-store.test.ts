import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, POSTGRES_MISSING, type Postgres, startPostgres } from '#test/postgres.ts'
import { openPostgresStore } from './postgres-store.ts'
import type { StorePort } from './store-port.ts'

describe.skipIf(!hasPostgres)(`PostgreSQL${hasPostgres ? '' : `, ${POSTGRES_MISSING}`}`, () => {
  let server: Postgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  /** Counts in three ways without a pause; gives how often each resolved. */
  async function load(store: StorePort, who: string, isOver: () => boolean): Promise<number[]> {
    const done = [0, 0, 0]
    while (!isOver()) {
      await store.run('UPDATE bed SET nights = nights + 1 WHERE name = ?', [who])
      done[0]!++
      await store.run('INSERT INTO night (bed, ordinal) VALUES (?, ?)', [who, done[1]!])
      done[1]!++
      await store.transaction(async (within) => {
        const [row] = await within.all('SELECT rests FROM bed WHERE name = ?', ['shared'])
        await within.run('UPDATE bed SET rests = ? WHERE name = ?', [
          Number(row!.rests) + 1,
          'shared',
        ])
      })
      done[2]!++
      await store.all('SELECT nights FROM bed')
    }
    return done
  }

  it('is killed and shut down under load, and every change that resolved was done once', async () => {
    const url = server.database()
    const stores = await Promise.all([openPostgresStore(url), openPostgresStore(url)])
    await stores[0].run('CREATE TABLE bed (name TEXT PRIMARY KEY, nights BIGINT, rests BIGINT)')
    await stores[0].run('CREATE TABLE night (bed TEXT, ordinal BIGINT)')
    for (const name of ['0', '1', 'shared']) {
      await stores[0].run('INSERT INTO bed (name, nights, rests) VALUES (?, 0, 0)', [name])
    }
    let isOver = false
    const loads = stores.map((store, who) => load(store, String(who), () => isOver))
    for (const end of [server.kill, server.shut, server.kill]) {
      await pause(400)
      await end()
      await server.start()
    }
    await pause(400)
    isOver = true
    const done = await Promise.all(loads)
    const rows = await stores[0].all('SELECT name, nights, rests FROM bed ORDER BY name')
    expect(rows.map(({ nights }) => nights)).toEqual([done[0]![0], done[1]![0], 0])
    expect(rows[2]!.rests).toBe(done[0]![2]! + done[1]![2]!)
    for (const who of [0, 1]) {
      const sql = 'SELECT COUNT(*) AS n, COUNT(DISTINCT ordinal) AS each FROM night WHERE bed = ?'
      const [row] = await stores[0].all(sql, [String(who)])
      expect(row).toEqual({ n: done[who]![1], each: done[who]![1] })
      expect(done[who]![0]).toBeGreaterThan(10)
    }
    await Promise.all(stores.map((store) => store.close()))
  })

  it('away for longer than its patience, it says so, and is there again afterwards', async () => {
    const store = await openPostgresStore(server.database(), { patienceMs: 300 })
    await store.run('CREATE TABLE bed (name TEXT PRIMARY KEY)')
    await server.kill()
    await expect(store.run("INSERT INTO bed (name) VALUES ('a')")).rejects.toThrow()
    await expect(store.all('SELECT name FROM bed')).rejects.toThrow()
    await server.start()
    expect(await store.run("INSERT INTO bed (name) VALUES ('b')")).toBe(1)
    expect(await store.all('SELECT name FROM bed')).toEqual([{ name: 'b' }])
    await store.close()
  })

  it('several machines may open it at once', async () => {
    const url = server.database()
    const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgresStore(url)))
    const make = 'CREATE TABLE IF NOT EXISTS bed (name TEXT PRIMARY KEY, key BLOB)'
    await Promise.all(stores.map((store) => store.run(make)))
    await Promise.all(stores.map((store) => store.close()))
  })

  it('a transaction in which a statement failed is not done, also when nobody minded', async () => {
    const store = await openPostgresStore(server.database())
    await store.run('CREATE TABLE bed (name TEXT PRIMARY KEY)')
    const done = store.transaction(async (within) => {
      await within.run("INSERT INTO bed (name) VALUES ('a')")
      await within.run("INSERT INTO bed (name) VALUES ('a')").catch(() => 0)
    })
    await expect(done).rejects.toThrow(/failed within/)
    expect(await store.all('SELECT name FROM bed')).toEqual([])
    await store.close()
  })
})
