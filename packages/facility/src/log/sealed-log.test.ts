import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type DeviceId,
  decodePartitionRecord,
  encodePartitionRecord,
  type PartitionRecord,
} from '../../../core/src/fleet/index.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { StorePort } from '../store/store-port.ts'
import type { LogPort } from './log-port.ts'
import { sealedLog } from './sealed-log.ts'
import { SealingKeys } from './sealing-keys.ts'
import { openSegmentLog } from './segment-log.ts'

let folder = ''
let store: StorePort
let keys: SealingKeys
let log: LogPort

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-sealed-'))
  store = await openSqliteStore(join(folder, 'store.sqlite'))
  keys = await SealingKeys.open(store)
  log = sealedLog(await openSegmentLog(join(folder, 'log')), keys)
})

afterEach(async () => {
  await log.close()
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

const ADA = 'bed-ada' as DeviceId
const BEN = 'bed-ben' as DeviceId
const RECORDS: readonly PartitionRecord[] = [
  { kind: 'enrolled', atMs: 1, device: ADA, publicKey: 'ab'.repeat(32) },
  { kind: 'gone', atMs: 2, device: ADA, boot: 7, how: 'silent' },
  { kind: 'tick', atMs: 3 },
  { kind: 'gone', atMs: 4, device: BEN, boot: 9, how: 'closed' },
  { kind: 'staff', atMs: 5, device: ADA, isStaff: true },
]

async function read(from: LogPort): Promise<PartitionRecord[]> {
  const records: PartitionRecord[] = []
  for await (const { entry } of from.read(new Map([[3, 0]]))) {
    const record = decodePartitionRecord(entry)
    if (!record.ok) throw new Error(record.problem.code)
    records.push(record.value)
  }
  return records
}

describe('a sealed log', () => {
  it('gives back what was put, together and one by one, also when it is opened again', async () => {
    await log.append(3, RECORDS.map(encodePartitionRecord))
    await log.append(3, [encodePartitionRecord(RECORDS[1]!)])
    const all = [...RECORDS, RECORDS[1]!]
    expect(await read(log)).toEqual(all)
    await log.close()
    log = sealedLog(await openSegmentLog(join(folder, 'log')), await SealingKeys.open(store))
    expect(await read(log)).toEqual(all)
  })

  it('holds no word of a device in the open, its name among them', async () => {
    await log.append(3, RECORDS.map(encodePartitionRecord))
    const bytes = await readFile(join(folder, 'log', '00000000.log'))
    expect([ADA, BEN, 'isStaff'].map((word) => bytes.includes(word))).toEqual([false, false, false])
    expect(bytes.includes(Buffer.from('ab'.repeat(32), 'hex'))).toBe(false)
  })

  it('has nothing of a device whose key was destroyed, and all else at its place', async () => {
    await log.append(3, RECORDS.map(encodePartitionRecord))
    await keys.destroy(ADA)
    const kinds = (await read(log)).map((record) =>
      'device' in record ? `${record.kind} ${record.device}` : record.kind,
    )
    expect(kinds).toEqual([
      ...['erased erased', 'erased erased', 'tick', 'gone bed-ben', 'erased erased'],
    ])
    // Only that it was erased stays in the open.
    await log.append(3, [encodePartitionRecord({ kind: 'erased', atMs: 9, device: ADA })])
    expect((await read(log)).at(-1)).toMatchObject({ kind: 'erased', device: ADA })
    // The same name again is somebody else.
    await log.append(3, [encodePartitionRecord(RECORDS[0]!)])
    expect((await read(log)).at(-1)).toEqual(RECORDS[0])
    expect((await read(log)).at(0)).toMatchObject({ device: 'erased' })
  })
})
