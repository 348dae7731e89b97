import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { CODE_MS, OneTimeCodes } from './one-time-codes.ts'

const key = new Uint8Array(32).fill(7)

async function pathOf(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'nocturne-codes-')), 'store.sqlite')
}

describe('codes that are good once (F85)', () => {
  it('are good for ten minutes, in large and small letters, for their purpose alone, and once', async () => {
    const store = await openSqliteStore(await pathOf())
    const pair = await OneTimeCodes.open(store, key, 'pair')
    const signIn = await OneTimeCodes.open(store, key, 'sign-in')
    const { code, untilMs } = await pair.make('mira', 0)
    expect([untilMs, code]).toEqual([CODE_MS, expect.stringMatching(/^[B-Z]{8}$/)])
    expect(await signIn.spend(code, 1)).toBeUndefined()
    expect(await pair.spend(code.toLowerCase(), CODE_MS - 1)).toBe('mira')
    expect(await pair.spend(code, 1)).toBeUndefined()
    const late = await pair.make('mira', 0)
    expect(await pair.spend(late.code, CODE_MS)).toBeUndefined()
    expect(await pair.spend(late.code, 1)).toBeUndefined()
    await store.close()
  })

  it('outlive the process with their end, and are good at another machine with the same key', async () => {
    const path = await pathOf()
    const first = await openSqliteStore(path)
    const { code } = await (await OneTimeCodes.open(first, key, 'pair')).make('mira', 0)
    await first.close()
    const again = await openSqliteStore(path)
    const other = await OneTimeCodes.open(again, new Uint8Array(32), 'pair')
    expect(await other.spend(code, 1)).toBeUndefined()
    expect(await (await OneTimeCodes.open(again, key, 'pair')).spend(code, CODE_MS - 1)).toBe(
      'mira',
    )
    await again.close()
  })

  it('are not in the store, neither as they are nor as a hash that trying all would find', async () => {
    const path = await pathOf()
    const store = await openSqliteStore(path)
    const { code } = await (await OneTimeCodes.open(store, key, 'pair')).make('mira', 0)
    const [row] = await store.all('SELECT hash FROM one_time_code')
    await store.close()
    expect((await readFile(path)).includes(code)).toBe(false)
    const { createHash } = await import('node:crypto')
    for (const said of [code, `pair ${code}`]) {
      expect(row!.hash).not.toBe(createHash('sha256').update(said).digest('hex'))
    }
  })

  it('are a thousand of a purpose: the oldest goes', async () => {
    const store = await openSqliteStore(await pathOf())
    const pair = await OneTimeCodes.open(store, key, 'pair')
    const signIn = await OneTimeCodes.open(store, key, 'sign-in')
    const invited = await signIn.make('ren', 0)
    const first = await pair.make('mira', 0)
    const second = await pair.make('mira', 1)
    await store.transaction(async (within) => {
      const put = 'INSERT INTO one_time_code (hash, purpose, means, until_ms) VALUES (?, ?, ?, ?)'
      for (let k = 2; k < 1000; k++) await within.run(put, [`${k}`, 'pair', 'x', CODE_MS + k])
    })
    expect(await pair.spend((await pair.make('mira', 1000)).code, 1000)).toBe('mira')
    await pair.make('mira', 1001)
    expect(await pair.spend(first.code, 1001)).toBeUndefined()
    expect(await pair.spend(second.code, 1001)).toBe('mira')
    expect(await signIn.spend(invited.code, 1001)).toBe('ren')
    await store.close()
  })
})
