import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres, POSTGRES_MISSING, type Postgres, startPostgres } from '#test/postgres.ts'
import { openPostgresStore } from './postgres-store.ts'
import { openSqliteStore } from './sqlite-store.ts'
import type { StorePort } from './store-port.ts'

/** One place where a store is kept, with a table `bed`; `restore` makes one from a copy. */
type Kept = {
  open(): Promise<StorePort>
  readonly copy: string
  restore(): Promise<StorePort>
}

type Engine = {
  readonly name: string
  readonly isHere: boolean
  begin(): Promise<void>
  keep(): Kept
  end(): Promise<void>
}

function folders(): { make(): string; remove(): void } {
  const made: string[] = []
  return {
    make: () => {
      made.push(mkdtempSync(join(tmpdir(), 'nocturne-store-')))
      return made.at(-1)!
    },
    remove: () => {
      for (const folder of made) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function sqlite(): Engine {
  const { make, remove } = folders()
  return {
    name: 'the store in a file',
    isHere: true,
    begin: () => Promise.resolve(),
    keep: () => {
      const folder = make()
      const copy = join(folder, 'copy')
      const open = (): Promise<StorePort> => openSqliteStore(join(folder, 'store.sqlite'))
      return { open, copy, restore: () => openSqliteStore(copy) }
    },
    end: async () => remove(),
  }
}

function postgres(): Engine {
  const { make, remove } = folders()
  let server: Postgres
  return {
    name: `the store in PostgreSQL${hasPostgres ? '' : `, ${POSTGRES_MISSING}`}`,
    isHere: hasPostgres,
    begin: async () => {
      server = await startPostgres()
    },
    keep: () => {
      const url = server.database()
      const copy = join(make(), 'copy')
      const restore = (): Promise<StorePort> => openPostgresStore(server.database(copy))
      return { open: () => openPostgresStore(url), copy, restore }
    },
    end: async () => {
      await server?.stop()
      remove()
    },
  }
}

/** Holds a file of SQLite for a moment, and says when. */
const HOLDING = `
  const own = await import('node:sqlite').catch(() => import('@photostructure/sqlite'))
  const held = new own.DatabaseSync(process.argv[1])
  held.exec('BEGIN EXCLUSIVE')
  process.stdout.write('held')
  setTimeout(() => held.close(), 300)
`

const MAKE = 'CREATE TABLE IF NOT EXISTS bed (name TEXT PRIMARY KEY, nights BIGINT, key BLOB)'
const PUT = 'INSERT INTO bed (name, nights) VALUES (?, ?)'
const COUNT = 'SELECT name, nights FROM bed ORDER BY name'

async function withTable(kept: Kept): Promise<StorePort> {
  const store = await kept.open()
  await store.run(MAKE)
  return store
}

for (const engine of [sqlite(), postgres()]) {
  describe.skipIf(!engine.isHere)(engine.name, () => {
    beforeAll(() => engine.begin())
    afterAll(() => engine.end())

    it('gives back words, whole numbers, bytes and nothing as they were put', async () => {
      const store = await withTable(engine.keep())
      const put = 'INSERT INTO bed (name, nights, key) VALUES (?, ?, ?)'
      expect(await store.run(put, ["?'a", 2 ** 52, Uint8Array.of(0, 255)])).toBe(1)
      await store.run(put, ['b', null, null])
      const [a, b] = await store.all("SELECT * FROM bed WHERE name <> '?' ORDER BY name LIMIT 2")
      expect([a!.name, a!.nights, [...(a!.key as Uint8Array)]]).toEqual(["?'a", 2 ** 52, [0, 255]])
      expect([b!.nights, b!.key]).toEqual([null, null])
      await store.close()
    })

    it('counts, sums, and says how many rows a statement changed', async () => {
      const store = await withTable(engine.keep())
      for (const name of ['a', 'b', 'c']) await store.run(PUT, [name, 5])
      const sums = 'SELECT COUNT(*) AS n, SUM(nights) AS nights, 0.5 AS half FROM bed'
      expect(await store.all(sums)).toEqual([{ n: 3, nights: 15, half: 0.5 }])
      expect(await store.run('UPDATE bed SET nights = nights + ? WHERE name <> ?', [1, 'a'])).toBe(
        2,
      )
      const again = `${PUT} ON CONFLICT (name) DO UPDATE SET nights = excluded.nights`
      expect(await store.run(again, ['a', 9])).toBe(1)
      expect(await store.run('DELETE FROM bed WHERE nights = ?', [6])).toBe(2)
      expect(await store.all(COUNT)).toEqual([{ name: 'a', nights: 9 }])
      await store.close()
    })

    it('keeps fractions and what refers to what', async () => {
      const store = await withTable(engine.keep())
      await store.run(`CREATE TABLE dream (id TEXT PRIMARY KEY, depth DOUBLE PRECISION,
        bed TEXT NOT NULL REFERENCES bed (name) ON DELETE CASCADE)`)
      const put = 'INSERT INTO dream (id, depth, bed) VALUES (?, ?, ?)'
      await expect(store.run(put, ['d', 0.1, 'a'])).rejects.toThrow(/foreign key/i)
      await store.run(PUT, ['a', 1])
      await store.run(put, ['d', 0.1, 'a'])
      expect(await store.all('SELECT depth FROM dream')).toEqual([{ depth: 0.1 }])
      await store.run('DELETE FROM bed')
      expect(await store.all('SELECT id FROM dream')).toEqual([])
      await store.close()
    })

    it('does all of a transaction or none of it, and lets no other word in between', async () => {
      const store = await withTable(engine.keep())
      const failed = store.transaction(async (within) => {
        await within.run(PUT, ['a', 1])
        await new Promise((later) => setTimeout(later, 20))
        await within.run(PUT, ['a', 2])
      })
      const after = store.run(PUT, ['b', 3])
      await expect(failed).rejects.toThrow(/unique/i)
      await after
      expect(await store.all(COUNT)).toEqual([{ name: 'b', nights: 3 }])
      await store.close()
    })

    it('lets transactions wait for each other: a hundred that count together count to a hundred', async () => {
      const kept = engine.keep()
      const store = await withTable(kept)
      await store.run(PUT, ['a', 0])
      const count = (): Promise<number> =>
        store.transaction(async (within) => {
          const [row] = await within.all('SELECT nights FROM bed')
          return within.run('UPDATE bed SET nights = ?', [Number(row!.nights) + 1])
        })
      await Promise.all(Array.from({ length: 100 }, count))
      expect(await store.all(COUNT)).toEqual([{ name: 'a', nights: 100 }])
      await store.close()
    })

    it('keeps what resolved when it is opened again without having been closed', async () => {
      const kept = engine.keep()
      const store = await withTable(kept)
      await store.run(PUT, ['a', 1])
      const again = await withTable(kept)
      expect(await again.all(COUNT)).toEqual([{ name: 'a', nights: 1 }])
      await again.close()
      await store.close()
    })

    it('is copied without the rows of tables that stay behind, also in its free pages', async () => {
      const kept = engine.keep()
      const store = await withTable(kept)
      const secret = 'a key that nobody else has'
      await store.run('CREATE TABLE secret (name TEXT PRIMARY KEY)')
      for (let k = 0; k < 500; k++) await store.run('INSERT INTO secret VALUES (?)', [secret + k])
      await store.run(PUT, ['a', 1])
      await store.backup(kept.copy, ['secret', 'nowhere'])
      expect((await readFile(kept.copy)).includes(secret)).toBe(false)
      const restored = await kept.restore()
      expect(await restored.all(COUNT)).toEqual([{ name: 'a', nights: 1 }])
      expect(await restored.all('SELECT * FROM secret')).toEqual([])
      expect((await store.all('SELECT * FROM secret')).length).toBe(500)
      await Promise.all([store.close(), restored.close()])
    })

    it('is copied while it is used, and the copy opens as it was', async () => {
      const kept = engine.keep()
      const store = await withTable(kept)
      await store.run(PUT, ['a', 1])
      await store.backup(kept.copy)
      await store.run(PUT, ['b', 2])
      const restored = await kept.restore()
      expect(await restored.all(COUNT)).toEqual([{ name: 'a', nights: 1 }])
      expect(existsSync(`${kept.copy}.part`)).toBe(false)
      await Promise.all([store.close(), restored.close()])
    })
  })
}

describe('the store in a file', () => {
  it('waits for a process that still holds it, as one that is just ending does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nocturne-store-'))
    const path = join(folder, 'store.sqlite')
    await (await openSqliteStore(path, true)).close()
    const holding = spawn(process.execPath, ['--input-type=module', '-e', HOLDING, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((held) => holding.stdout.once('data', held))
    const store = await openSqliteStore(path, true)
    expect(await store.run('CREATE TABLE bed (name TEXT)')).toBe(0)
    await store.close()
    rmSync(folder, { recursive: true })
  })
})
