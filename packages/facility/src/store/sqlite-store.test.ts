import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from './sqlite-store.ts'
import type { StorePort } from './store-port.ts'

async function store(): Promise<{ open: StorePort; folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-store-'))
  const path = join(folder, 'store.sqlite')
  const open = await openSqliteStore(path)
  await open.run('CREATE TABLE bed (name TEXT PRIMARY KEY, nights INTEGER, key BLOB)')
  return { open, folder, path }
}

const COUNT = 'SELECT name, nights FROM bed ORDER BY name'

describe('the store in a file', () => {
  it('gives back words, whole numbers, bytes and nothing as they were put', async () => {
    const { open } = await store()
    const put = 'INSERT INTO bed (name, nights, key) VALUES (?, ?, ?)'
    expect(await open.run(put, ['a', 2 ** 52, Uint8Array.of(0, 255)])).toBe(1)
    await open.run(put, ['b', null, null])
    const [a, b] = await open.all('SELECT * FROM bed ORDER BY name LIMIT 2')
    expect([a!.name, a!.nights, [...(a!.key as Uint8Array)]]).toEqual(['a', 2 ** 52, [0, 255]])
    expect([b!.nights, b!.key]).toEqual([null, null])
    await open.close()
  })

  it('does all of a transaction or none of it, and lets no other word in between', async () => {
    const { open } = await store()
    const put = 'INSERT INTO bed (name, nights) VALUES (?, ?)'
    const failed = open.transaction(async (within) => {
      await within.run(put, ['a', 1])
      await new Promise((later) => setTimeout(later, 20))
      await within.run(put, ['a', 2])
    })
    const after = open.run(put, ['b', 3])
    await expect(failed).rejects.toThrow(/UNIQUE/)
    await after
    expect(await open.all(COUNT)).toEqual([{ name: 'b', nights: 3 }])
    await open.close()
  })

  it('keeps what resolved when it is opened again without having been closed', async () => {
    const { open, path } = await store()
    await open.run("INSERT INTO bed (name, nights) VALUES ('a', 1)")
    const again = await openSqliteStore(path)
    expect(await again.all(COUNT)).toEqual([{ name: 'a', nights: 1 }])
    await again.close()
    await open.close()
  })

  it('is copied while it is used, and the copy opens as it was', async () => {
    const { open, folder } = await store()
    await open.run("INSERT INTO bed (name, nights) VALUES ('a', 1)")
    const copy = join(folder, 'copy.sqlite')
    await open.backup(copy)
    await open.run("INSERT INTO bed (name, nights) VALUES ('b', 2)")
    const restored = await openSqliteStore(copy)
    expect(await restored.all(COUNT)).toEqual([{ name: 'a', nights: 1 }])
    expect(existsSync(`${copy}.part`)).toBe(false)
    await Promise.all([open.close(), restored.close()])
  })
})
