import type { DeviceId } from '@nocturne/core/fleet'
import { expect, it } from 'vitest'
import { SealingKeys } from '../log/sealing-keys.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { handsIn, type Living } from './hands-in.ts'

const ADA = 'bed-ada' as DeviceId

it('an erasure that is done again leaves the key of a device that came back meanwhile (F80)', async () => {
  const store = await openSqliteStore(':memory:')
  const keys = await SealingKeys.open(store)
  const rows = { written: async () => undefined, trouble: undefined as Error | undefined }
  const living = { keys, rows, alarms: {}, journal: () => undefined }
  const hands = handsIn(living as unknown as Living)
  for (const failing of ['rows', 'keys'] as const) {
    const old = await keys.made(ADA)
    if (failing === 'rows') rows.trouble = new Error('full')
    const { transaction } = store
    if (failing === 'keys') store.transaction = () => Promise.reject(new Error('full'))
    hands.drop(ADA)
    await expect(hands.dropped!()).rejects.toThrow('full')
    rows.trouble = undefined
    store.transaction = transaction
    // The one that could not be destroyed is in the way until it is.
    if (failing === 'keys') await expect(keys.made(ADA)).rejects.toThrow('another key')
    else await keys.made(ADA)
    const there = keys.of(ADA)?.id
    await hands.dropped!()
    expect(keys.of(ADA)?.id).toBe(there)
    expect((await keys.made(ADA)).id).not.toBe(old.id)
    expect(keys.byId(old.id)).toBeUndefined()
  }
})
