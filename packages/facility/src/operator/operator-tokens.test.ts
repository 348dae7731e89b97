import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StorePort } from '../store/store-port.ts'
import { OperatorRegister } from './operator-register.ts'
import { MOST_TOKENS, OperatorTokens, TOKEN_MS } from './operator-tokens.ts'
import { hashOf } from './sign-ins.ts'

type Kept = { of: OperatorTokens; register: OperatorRegister; store: StorePort; path: string }

const mira = { name: 'mira', role: 'safety-officer' } as const
const ren = { name: 'ren', role: 'viewer' } as const

async function kept(): Promise<Kept> {
  const path = join(await mkdtemp(join(tmpdir(), 'nocturne-tokens-')), 'store.sqlite')
  const store = await openSqliteStore(path)
  const register = await OperatorRegister.open(store)
  for (const person of [mira, ren]) await register.name(person, 0)
  return { of: await OperatorTokens.open(store), register, store, path }
}

describe('tokens of the command line (F90)', () => {
  it('are believed for ninety days, and only their hashes are kept', async () => {
    const { of, store, path } = await kept()
    const token = (await of.make('mira', 0))!
    expect(await of.of(token, TOKEN_MS - 1)).toEqual(mira)
    expect(await of.of(token, TOKEN_MS)).toBeUndefined()
    expect(await of.of(`${token}x`, 0)).toBeUndefined()
    await store.backup(`${path}.copy`)
    expect((await readFile(`${path}.copy`)).includes(token)).toBe(false)
    await expect(of.make('kaya', 0)).rejects.toThrow(/FOREIGN KEY/)
  })

  it('are listed with whose they are, when made and last used, and their last four letters', async () => {
    const { of } = await kept()
    const [first, second] = [(await of.make('mira', 1000))!, (await of.make('ren', 2000))!]
    await of.of(first, 5000)
    await of.of(first, 6000)
    await of.of(first, 65_000)
    const [one, two, ...more] = await of.list(70_000)
    expect(one).toEqual({
      ...{ id: hashOf(first).slice(0, 12), operator: 'mira', role: 'safety-officer' },
      ...{ lastFour: first.slice(-4), madeMs: 1000, usedMs: 65_000, untilMs: 1000 + TOKEN_MS },
    })
    expect(two).toEqual({
      ...{ id: hashOf(second).slice(0, 12), operator: 'ren', role: 'viewer' },
      ...{ lastFour: second.slice(-4), madeMs: 2000, untilMs: 2000 + TOKEN_MS },
    })
    expect(more).toEqual([])
    expect((await of.list(0, 'ren')).map(({ operator }) => operator)).toEqual(['ren'])
    expect(await of.list(2000 + TOKEN_MS)).toEqual([])
  })

  it('end one by one: that of another person is not ended by its id alone', async () => {
    const { of } = await kept()
    const [first, second] = [(await of.make('mira', 0))!, (await of.make('mira', 1))!]
    const id = hashOf(first).slice(0, 12)
    expect([await of.revoke('ren', id), await of.revoke('mira', id)]).toEqual([false, true])
    expect(await of.revoke('mira', id)).toBe(false)
    expect([await of.of(first, 2), await of.of(second, 2)]).toEqual([undefined, mira])
  })

  it('end with the role, are twenty for a person, and those of before are listed too', async () => {
    const { of, register, store } = await kept()
    for (let k = 0; k < MOST_TOKENS; k++) expect(await of.make('ren', 0)).toBeTypeOf('string')
    expect(await of.make('ren', 1)).toBeUndefined()
    expect(await of.make('ren', TOKEN_MS)).toBeTypeOf('string')
    await register.remove('ren', 2)
    expect(await of.list(0)).toEqual([])
    await store.run('INSERT INTO operator_token (hash, operator, until_ms) VALUES (?, ?, ?)', [
      ...[hashOf('old'), 'mira', 9],
    ])
    expect(await of.list(0)).toEqual([
      { id: hashOf('old').slice(0, 12), operator: 'mira', role: 'safety-officer', untilMs: 9 },
    ])
    expect(await of.of('old', 0)).toEqual(mira)
  })
})
