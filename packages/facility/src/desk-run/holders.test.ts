import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeviceId, partitionOf } from '@nocturne/core/fleet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogError, type LogPort } from '../log/log-port.ts'
import { SealingKeys } from '../log/sealing-keys.ts'
import { openSegmentLog } from '../log/segment-log.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Between } from './between.ts'
import { CentreClock } from './centre-clock.ts'
import { DeskRun } from './desk-run.ts'
import { Holders } from './holders.ts'
import { RowBook } from './row-book.ts'

const BED = 'bed-one' as DeviceId
const HOME = partitionOf(BED)
const KEY = '0a'.repeat(32)
const OTHER_KEY = '0b'.repeat(32)

let folder = ''
let log: LogPort
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nocturne-holders-'))
  log = await openSegmentLog(folder)
})
afterEach(async () => {
  await log.close()
  rmSync(folder, { recursive: true })
})

type Machine = { readonly run: DeskRun; readonly holders: Holders }

/** A machine whose log can be another's; what it asks goes to `elsewhere`, where there is one. */
async function machine(
  elsewhere?: Machine,
  between?: Between,
  own: LogPort = log,
): Promise<Machine> {
  const store = await openSqliteStore(':memory:')
  const rows = await RowBook.open(store)
  const nothing = (): undefined => undefined
  const run = new DeskRun({
    ...{ log: own, rows, clock: new CentreClock(), handshakesPerS: 100 },
    snapshots: { read: async () => undefined, write: async () => undefined },
    hands: {
      ...{ grant: nothing, send: nothing, drop: nothing, follower: nothing, broken: nothing },
      ...{ page: nothing, note: nothing },
    },
    ...(between && { between }),
  })
  const keys = await SealingKeys.open(store)
  const asked = elsewhere && { ask: (_: number, about: unknown) => over(elsewhere, about) }
  return { run, holders: new Holders({ run, keys, rows, ...asked }) }
}

/** A question and its answer as a bus carries them. */
async function over({ holders }: Machine, question: unknown): Promise<unknown> {
  const answer = await holders.answer(JSON.parse(JSON.stringify(question)))
  return JSON.parse(JSON.stringify(answer ?? null))
}

describe('what is asked of whoever holds a device (F95)', () => {
  it('is answered by the machine that holds it, and known on the one that was asked', async () => {
    const holder = await machine()
    await holder.run.takeOn([HOME])
    const asked = await machine(holder)
    expect(await asked.holders.known(BED)).toBeUndefined()
    expect(await asked.holders.enrol(BED, KEY)).toBe(true)
    expect(await asked.holders.known(BED)).toEqual({ publicKey: KEY })
    expect(await asked.holders.follow(BED)).toBeUndefined()
    await asked.holders.do({ kind: 'revoke', device: BED, isRevoked: true })
    expect(await asked.holders.known(BED)).toBe('revoked')
    await asked.holders.do({ kind: 'erased', device: BED })
    expect(await asked.holders.known(BED)).toBeUndefined()
  })

  it('gives a name to one of two who come at the same moment through two machines', async () => {
    const holder = await machine()
    await holder.run.takeOn([HOME])
    const asked = await machine(holder)
    const came = await Promise.all([
      holder.holders.enrol(BED, KEY),
      asked.holders.enrol(BED, OTHER_KEY),
    ])
    expect(came.filter((isTaken) => isTaken)).toHaveLength(1)
    const { publicKey } = holder.run.device(BED)!
    expect(publicKey).toBe(came[0] ? KEY : OTHER_KEY)
  })

  it('waits for no desk: what is done is in the state, whoever hears of it later', async () => {
    const holder = await machine(undefined, { send: () => new Promise(() => undefined) })
    await holder.run.takeOn([HOME])
    expect(await holder.holders.enrol(BED, KEY)).toBe(true)
    expect(await holder.holders.known(BED)).toEqual({ publicKey: KEY })
  })

  it('goes to the next holder when one finds out by its log that it is none any more', async () => {
    const next = await machine()
    await next.run.takeOn([HOME])
    expect(await next.holders.enrol(BED, KEY)).toBe(true)
    const fenced: LogPort = {
      ...{ read: (from) => log.read(from), length: (partition) => log.length(partition) },
      ...{ start: (partition) => log.start(partition), close: async () => undefined },
      drop: async () => ({ records: 0, bytes: 0 }),
      append: async () => Promise.reject(new LogError('LOG_FENCED', 'another writes it')),
    }
    const before = await machine(next, { send: async () => undefined }, fenced)
    await before.run.takeOn([HOME])
    await before.holders.do({ kind: 'revoke', device: BED, isRevoked: true })
    expect(next.run.isRevoked(BED)).toBe(true)
    expect(await before.holders.known(BED)).toBe('revoked')
  })
})
