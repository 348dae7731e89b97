import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StorePort } from '../store/store-port.ts'
import { OperatorRegister } from './operator-register.ts'
import { OperatorTokens, TOKEN_MS } from './operator-tokens.ts'

async function register(): Promise<{ of: OperatorRegister; store: StorePort; path: string }> {
  const path = join(await mkdtemp(join(tmpdir(), 'nocturne-register-')), 'store.sqlite')
  const store = await openSqliteStore(path)
  return { of: await OperatorRegister.open(store), store, path }
}

const mira = { name: 'mira', role: 'safety-officer' } as const

describe('the register of operators', () => {
  it('knows who has which role, and nobody else', async () => {
    const { of } = await register()
    await of.name(mira, 0)
    await of.name({ name: 'ren', role: 'viewer' }, 0)
    await of.name({ name: 'ren', role: 'operator' }, 1)
    expect(await of.everybody()).toEqual([mira, { name: 'ren', role: 'operator' }])
    expect(await of.named('kaya')).toBeUndefined()
  })

  it('gives no person for a role that it does not know', async () => {
    const { of, store } = await register()
    await store.run("INSERT INTO operator (name, role, since_ms) VALUES ('x', 'owner', 0)")
    expect([await of.named('x'), await of.everybody()]).toEqual([undefined, []])
  })

  it('takes passkeys with the role', async () => {
    const { of } = await register()
    await of.name(mira, 0)
    const key = { id: 'k', operator: 'mira', publicKey: Uint8Array.of(1, 2), counter: 3 }
    await of.keepPasskey(key)
    await of.keepPasskey({ ...key, counter: 4 })
    expect(await of.passkey('k')).toEqual({ ...key, counter: 4 })
    expect([await of.remove('mira', 5), await of.remove('mira', 6)]).toEqual([true, false])
    expect(await of.passkey('k')).toBeUndefined()
  })

  it('knows of no key of whose only token has run out, so that a new invitation can be made', async () => {
    const { of, store } = await register()
    await of.name(mira, 0)
    expect(await of.hasKey('mira', 0)).toBe(false)
    await (await OperatorTokens.open(store)).make('mira', 0)
    expect(await of.hasKey('mira', TOKEN_MS - 1)).toBe(true)
    expect(await of.hasKey('mira', TOKEN_MS)).toBe(false)
    await of.keepPasskey({ id: 'k', operator: 'mira', publicKey: Uint8Array.of(1), counter: 0 })
    expect(await of.hasKey('mira', TOKEN_MS)).toBe(true)
  })
})
