import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CREDENTIAL_S, type DeviceId } from '@nocturne/core/fleet'
import { describe, expect, it } from 'vitest'
import { SealingKeys } from '../log/sealing-keys.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { LastCredentials } from './last-credentials.ts'

const bed = 'bed-one' as DeviceId

async function kept() {
  const path = join(await mkdtemp(join(tmpdir(), 'nocturne-credentials-')), 'keys.sqlite')
  const store = await openSqliteStore(path)
  const keys = await SealingKeys.open(store)
  await keys.made(bed)
  return { path, store, keys, of: await LastCredentials.open(store) }
}

describe('the credential of a device (F93)', () => {
  it('is good once: what is not newer than the last of its start is played again', async () => {
    const { of, store } = await kept()
    expect(await of.spend(bed, 3, 1000)).toBe(true)
    expect(await of.spend(bed, 3, 1000)).toBe(false)
    expect(await of.spend(bed, 3, 999)).toBe(false)
    expect(await of.spend(bed, 2, 2000)).toBe(false)
    expect(await of.spend(bed, 3, 1001)).toBe(true)
    // A start of its own begins anew, though its clock was set back.
    expect(await of.spend(bed, 4, 400)).toBe(true)
    expect(await of.spend('bed-two' as DeviceId, 1, 1000)).toBe(true)
    await of.close()
    await store.close()
  })

  it('is good once also for two who bring it at the same moment', async () => {
    const { of, store } = await kept()
    const answers = await Promise.all(Array.from({ length: 8 }, () => of.spend(bed, 1, 1000)))
    expect(answers.filter(Boolean).length).toBe(1)
    await of.close()
    await store.close()
  })

  it('stays used over a restart, and at another machine that serves the device then', async () => {
    const { of, store, path } = await kept()
    await of.spend(bed, 1, 1000)
    await of.close()
    const there = await LastCredentials.open(store)
    expect(await there.spend(bed, 1, 1000)).toBe(false)
    expect(await there.spend(bed, 1, 1010)).toBe(true)
    await there.close()
    // It comes back here.
    of.forgetThose((device) => device === bed)
    expect(await of.spend(bed, 1, 1005)).toBe(false)
    await store.close()
    const again = await openSqliteStore(path)
    expect(await (await LastCredentials.open(again)).spend(bed, 1, 1010)).toBe(false)
    await again.close()
  })

  it('stays used though the machine that served the device before writes later', async () => {
    const { of, store } = await kept()
    const there = await LastCredentials.open(store)
    await there.spend(bed, 2, 1010)
    await of.spend(bed, 2, 1000)
    await there.close()
    await of.close()
    const again = async (boot: number, atS: number): Promise<boolean> =>
      (await LastCredentials.open(store)).spend(bed, boot, atS)
    expect(await again(2, 1010)).toBe(false)
    const third = await LastCredentials.open(store)
    await third.spend(bed, 3, 400)
    await third.close()
    expect(await again(2, 1020)).toBe(false)
    await store.close()
  })

  it('is forgotten with the device, and when nobody is let in by it any more', async () => {
    const { of, store, keys } = await kept()
    const other = 'bed-two' as DeviceId
    await keys.made(other)
    await of.spend(bed, 1, 1000)
    await of.spend(other, 1, 1000)
    await of.close()
    await keys.destroy(bed)
    of.forget(bed)
    const rows = (): Promise<readonly unknown[]> =>
      store.all('SELECT device FROM last_credential ORDER BY device')
    expect(await rows()).toEqual([{ device: other }])
    // Whoever is erased while it was on its way leaves nothing either.
    await of.spend(bed, 1, 1000)
    await of.close()
    expect(await rows()).toEqual([{ device: other }])
    of.sweep(1000 + 2 * CREDENTIAL_S)
    expect(await rows()).toEqual([{ device: other }])
    of.sweep(1000 + 2 * CREDENTIAL_S + 61)
    expect(await rows()).toEqual([])
    await store.close()
  })
})
