import { mkdir, mkdtemp, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OneTimeCodes } from '../operator/one-time-codes.ts'
import { OperatorRegister } from '../operator/operator-register.ts'
import { OperatorTokens, TOKEN_MS } from '../operator/operator-tokens.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { firstOperator } from './first-operator.ts'

const ADMIN = { name: 'admin', role: 'safety-officer' } as const

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-first-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function people() {
  const store = await openSqliteStore(join(folder, 'store.sqlite'))
  const register = await OperatorRegister.open(store)
  const tokens = await OperatorTokens.open(store)
  const invitations = await OneTimeCodes.open(store, Uint8Array.of(1), 'sign-in')
  const file = join(folder, 'admin-token')
  return {
    ...{ register, tokens, file },
    start: (atMs: number) => firstOperator({ register, tokens, invitations }, file, atMs),
    whose: async (atMs: number) => tokens.of((await readFile(file, 'utf8')).trim(), atMs),
  }
}

describe('the first operator', () => {
  it('is made once, with a token that its owner alone can read', async () => {
    const { start, whose, file } = await people()
    expect(await start(0)).toMatch(/^[A-Z]{8}$/)
    expect([await whose(1), (await stat(file)).mode & 0o777]).toEqual([ADMIN, 0o600])
    expect(await start(1)).toBeUndefined()
  })

  it('can come in wherever the first start was cut short', async () => {
    const { start, whose, register, file } = await people()
    await register.name(ADMIN, 0)
    // The disk does not take the token.
    await mkdir(file)
    await expect(start(1)).rejects.toThrow()
    await rmdir(file)
    expect(await start(2)).toMatch(/^[A-Z]{8}$/)
    expect(await whose(3)).toEqual(ADMIN)
  })

  it('is let in again when every key has run out, and not while somebody has one', async () => {
    const { start, whose, register, tokens } = await people()
    await start(0)
    const mira = { name: 'mira', role: 'safety-officer' } as const
    await register.name(mira, 0)
    await tokens.make('mira', 1000)
    expect(await start(TOKEN_MS + 999)).toBeUndefined()
    expect(await start(TOKEN_MS + 1000)).toMatch(/^[A-Z]{8}$/)
    expect(await whose(TOKEN_MS + 1000)).toEqual(ADMIN)
  })

  it('is not there again once it was removed', async () => {
    const { start, register } = await people()
    await start(0)
    await register.name({ name: 'mira', role: 'safety-officer' }, 0)
    await register.remove('admin', 1)
    expect(await start(2)).toBeUndefined()
  })
})
