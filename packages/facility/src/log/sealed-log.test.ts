import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
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
let raw: LogPort

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-sealed-'))
  store = await openSqliteStore(join(folder, 'store.sqlite'))
  keys = await SealingKeys.open(store)
  raw = await openSegmentLog(join(folder, 'log'))
  log = sealedLog(raw, keys)
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
  { kind: 'enrolled', atMs: 1, device: BEN, publicKey: 'cd'.repeat(32) },
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
    await log.append(3, [encodePartitionRecord(RECORDS[2]!)])
    const all = [...RECORDS, RECORDS[2]!]
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
      ...['erased erased', 'enrolled bed-ben', 'erased erased', 'tick', 'gone bed-ben'],
      'erased erased',
    ])
    // Only that it was erased stays in the open.
    await log.append(3, [encodePartitionRecord({ kind: 'erased', atMs: 9, device: ADA })])
    expect((await read(log)).at(-1)).toMatchObject({ kind: 'erased', device: ADA })
    // What comes late is refused and not sealed anew, whatever comes with it.
    const late = log.append(3, [RECORDS[4]!, RECORDS[2]!].map(encodePartitionRecord))
    await expect(late).rejects.toMatchObject({ code: 'LOG_ERASED' })
    expect([keys.of(ADA), log.length(3)]).toEqual([undefined, 7])
    // The same name again is somebody else.
    await log.append(3, [encodePartitionRecord(RECORDS[0]!)])
    expect((await read(log)).at(-1)).toEqual(RECORDS[0])
    expect((await read(log)).at(0)).toMatchObject({ device: 'erased' })
  })

  it('tells who was erased from whose key is missing or damaged, which is an error (F98)', async () => {
    await log.append(3, RECORDS.map(encodePartitionRecord))
    await keys.destroy(ADA)
    const ids = [keys.of(BEN)!.id]
    const again = async (): Promise<PartitionRecord[]> => {
      const own = await SealingKeys.open(store)
      return read(sealedLog({ ...log, read: (from) => raw.read(from) }, own))
    }
    expect((await again()).map(({ kind }) => kind)).toContain('gone')
    await store.run("UPDATE sealing_key SET secret = ? WHERE device = 'bed-ben'", [
      new Uint8Array(32),
    ])
    await expect(again()).rejects.toThrow(`sealing key ${ids[0]}: got one that is damaged`)
    await store.run("DELETE FROM sealing_key WHERE device = 'bed-ben'")
    await expect(again()).rejects.toThrow(`sealing key ${ids[0]}: got none`)
  })

  it('makes no second key while the first is being destroyed', async () => {
    const first = await keys.made(ADA)
    const [second] = await Promise.all([
      keys.destroy(ADA).then(() => keys.made(ADA)),
      keys.found(ADA),
    ])
    expect(second.id).not.toBe(first.id)
    const destroying = keys.destroy(ADA)
    const third = await keys.made(ADA)
    await destroying
    expect([third.id === second.id, keys.of(ADA)?.id]).toEqual([false, third.id])
  })

  it('has its keys copied anew with each erasure, and later where that failed (F97)', async () => {
    const failed: string[] = []
    const copyFailed = (path: string): unknown => failed.push(path)
    const own = await SealingKeys.open(store, { copyFailed })
    await Promise.all([own.made(ADA), own.made(BEN)])
    const secrets = [ADA, BEN].map((device) => Buffer.from(own.of(device)!.key))
    const place = join(folder, 'usb', 'keys.sqlite')
    await mkdir(join(folder, 'usb'))
    await own.copyTo(place)
    const holds = async (): Promise<boolean[]> => {
      const bytes = await readFile(place)
      return secrets.map((secret) => bytes.includes(secret))
    }
    expect(await holds()).toEqual([true, true])
    await own.destroy(ADA)
    expect(await holds()).toEqual([false, true])
    await rename(join(folder, 'usb'), join(folder, 'unplugged'))
    await own.destroy(BEN)
    expect(failed).toEqual([place])
    await rename(join(folder, 'unplugged'), join(folder, 'usb'))
    expect(await holds()).toEqual([false, true])
    await SealingKeys.open(store, { copyFailed })
    expect(await holds()).toEqual([false, false])
  })

  it('never has its keys put over a newer copy, as of a centre that lives on elsewhere (F97)', async () => {
    const place = join(folder, 'keys.sqlite')
    await keys.made(ADA)
    await keys.copyTo(place)
    await copyFile(place, join(folder, 'restored.sqlite'))
    await keys.made(BEN)
    await keys.copyTo(place)
    const failed: string[] = []
    const restored = await openSqliteStore(join(folder, 'restored.sqlite'), true)
    const older = await SealingKeys.open(restored, { copyFailed: (path) => failed.push(path) })
    await expect(older.copyTo(place)).rejects.toThrow('got 1 keys that are not here')
    await older.destroy(ADA)
    expect(failed).toEqual([place])
    await restored.close()
    await keys.destroy(ADA)
    const copied = await openSqliteStore(place, true)
    const left = await copied.all('SELECT device FROM sealing_key')
    expect(left).toEqual([{ device: BEN }])
    await copied.close()
  })

  it('never has its keys put over a copy in which somebody was erased since (F97)', async () => {
    const place = join(folder, 'keys.sqlite')
    await keys.made(ADA)
    await keys.copyTo(place)
    await copyFile(place, join(folder, 'restored.sqlite'))
    await keys.destroy(ADA)
    const restored = await openSqliteStore(join(folder, 'restored.sqlite'), true)
    const older = await SealingKeys.open(restored)
    await expect(older.copyTo(place)).rejects.toThrow('got 1 keys that are not here')
    await restored.close()
    const copied = await openSqliteStore(place, true)
    expect(await copied.all('SELECT device FROM sealing_key')).toEqual([])
    await copied.close()
  })

  it('that was restored leaves the copies of the living centre alone (F97)', async () => {
    const place = join(folder, 'keys.sqlite')
    for (const device of [ADA, BEN]) await keys.made(device)
    await keys.copyTo(place)
    // The newest copy knows of the place itself.
    await keys.copyTo(place)
    await copyFile(place, join(folder, 'restored.sqlite'))
    const restored = await openSqliteStore(join(folder, 'restored.sqlite'), true)
    const drill = await SealingKeys.open(restored, { isRestored: true })
    await drill.destroy(ADA)
    await restored.close()
    const copied = await openSqliteStore(place, true)
    expect(await copied.all('SELECT device FROM sealing_key')).toHaveLength(2)
    await copied.close()
  })

  it('destroys the key of that time, not the one that its device has since (F80)', async () => {
    const first = await keys.made(ADA)
    await keys.destroy(ADA)
    const second = await keys.made(ADA)
    await keys.destroy(ADA, first.id)
    expect(keys.of(ADA)?.id).toBe(second.id)
    await keys.destroy(ADA, second.id)
    expect(keys.of(ADA)).toBeUndefined()
    expect(keys.byId(second.id)).toBeUndefined()
  })
})
