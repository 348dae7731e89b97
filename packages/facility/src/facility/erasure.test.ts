import { cp, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { MadeUpDevice, until } from '#test/made-up-device.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import { type DeviceId, decodePartitionRecord, partitionOf } from '../../../core/src/fleet/index.ts'
import type { Facility } from './facility-options.ts'
import { KEYS_FILE } from './key-shelf.ts'

const ADA = 'bed-ada' as DeviceId
const BEN = 'bed-ben' as DeviceId

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-erasure-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function opened(folder: string): Promise<{ facility: Facility; as: Caller }> {
  const facility = await openTestFacility(folder)
  closing.push(() => facility.close())
  return { facility, as: await Caller.admin(facility) }
}

async function living(facility: Facility, name: string): Promise<MadeUpDevice> {
  const bed = await MadeUpDevice.at(facility.url, name)
  closing.push(() => bed.link.close())
  await until(() => bed.link.session.isLive, 'live')
  for (let k = 0; k < 3; k++) bed.frame()
  await until(async () => (await kindsOf(facility, name as DeviceId)).frames === 3, 'kept')
  return bed
}

/** What a centre can read of a device in its log, by kind. */
async function kindsOf({ centre }: Facility, device: DeviceId): Promise<Record<string, number>> {
  const kinds: Record<string, number> = {}
  for await (const { entry } of centre.log.read(new Map([[partitionOf(device), 0]]))) {
    const record = decodePartitionRecord(entry)
    if (!record.ok || !('device' in record.value) || record.value.device !== device) continue
    kinds[record.value.kind] = (kinds[record.value.kind] ?? 0) + 1
  }
  return kinds
}

/** Files below a folder that hold some bytes. */
async function filesWith(folder: string, bytes: Buffer | string): Promise<string[]> {
  const found: string[] = []
  for (const each of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!each.isFile()) continue
    const path = join(each.parentPath, each.name)
    if ((await readFile(path)).includes(bytes)) found.push(path.slice(folder.length + 1))
  }
  return found
}

describe('who was erased', () => {
  it('is in no backup any more, made before or after, while the others are whole in all (F81, F97)', async () => {
    const folder = await folderOf()
    const { facility, as } = await opened(folder)
    const ada = await living(facility, ADA)
    await living(facility, BEN)
    const secret = Buffer.from(facility.centre.keys.of(ADA)!.key)
    const before = (await as.post('/v1/backups', {})).value.folder
    const backups = join(folder, 'backups')
    expect(await filesWith(backups, secret)).toEqual([KEYS_FILE])
    // A copy that was carried off, without the keys.
    const away = join(await folderOf(), 'copy')
    await cp(before, away, { recursive: true })
    expect((await as.post(`/v1/devices/${ADA}`, { do: 'erase' })).status).toBe(200)
    await until(() => !facility.centre.door.has(ADA), 'it is out')
    const after = (await as.post('/v1/backups', {})).value.folder
    await ada.link.close()
    await facility.close()
    expect(await filesWith(folder, secret)).toEqual([])
    // Its name is in the audit, and where the desk counts who runs which release; nothing of what
    // it said is anywhere.
    const named = await filesWith(before, ADA)
    const open = /^(audit\.jsonl|log[/\\]\d+\.log|snapshots[/\\]256\.snapshot)$/
    expect(named.filter((path) => !open.test(path))).toEqual([])
    expect(await filesWith(before, ada.key.publicKey)).toEqual([])
    await cp(join(backups, KEYS_FILE), join(away, KEYS_FILE))
    for (const copy of [before, after, away]) {
      const restored = await openTestFacility(copy)
      // What is looked up is as the states are from the first call on.
      expect(restored.centre.rows.waiting).toBe(0)
      expect(restored.centre.run.device(ADA)).toBeUndefined()
      expect((await kindsOf(restored, ADA)).frames).toBeUndefined()
      expect(restored.centre.run.device(BEN)).toMatchObject({ boot: 1 })
      expect((await kindsOf(restored, BEN)).frames).toBe(3)
      const { devices } = await (await Caller.admin(restored)).get('/v1/devices')
      expect(devices.map(({ device }: { device: string }) => device)).toEqual([BEN])
      await restored.close()
    }
  }, 60_000)

  it('is refused what comes late, counted as erased, and has no key again (F80)', async () => {
    const { facility, as } = await opened(await folderOf())
    const { centre } = facility
    await living(facility, ADA)
    expect((await as.post(`/v1/devices/${ADA}`, { do: 'erase' })).status).toBe(200)
    const gone = { kind: 'gone', device: ADA, boot: 1, how: 'silent' } as const
    await expect(centre.run.take(ADA, [gone])).rejects.toMatchObject({ code: 'LOG_ERASED' })
    // What others say of it, such as a desk that asks, is nothing and not said again.
    const entries = centre.log.length(partitionOf(ADA))
    await centre.run.wish({ kind: 'staff', device: ADA, isStaff: true })
    expect(centre.keys.of(ADA)).toBeUndefined()
    const later: string[] = []
    for await (const { entry } of centre.log.read(new Map([[partitionOf(ADA), entries]]))) {
      const record = decodePartitionRecord(entry)
      if (record.ok) later.push(record.value.kind)
    }
    expect(later.filter((kind) => kind !== 'tick' && kind !== 'standing')).toEqual([])
    // The same name with another key is somebody else.
    const next = await living(facility, ADA)
    expect(centre.run.device(ADA)).toMatchObject({ publicKey: next.key.publicKey })
  }, 30_000)
})

describe('a centre whose keys are away', () => {
  it('does not start and says what to do, and has lost nothing once they are back (F98)', async () => {
    const folder = await folderOf()
    const first = await opened(folder)
    await living(first.facility, ADA)
    await first.facility.close()
    await rename(join(folder, KEYS_FILE), join(folder, 'elsewhere'))
    await expect(openTestFacility(folder)).rejects.toThrow(
      /sealing key [0-9a-f]{16}: got none, expected .* put the newest copy of the keys back/,
    )
    await rename(join(folder, 'elsewhere'), join(folder, KEYS_FILE))
    const { facility } = await opened(folder)
    expect((await kindsOf(facility, ADA)).frames).toBe(3)
    expect(facility.centre.run.device(ADA)).toMatchObject({ boot: 1 })
  }, 30_000)

  it('is not started from a backup without them (F97)', async () => {
    const folder = await folderOf()
    const { facility, as } = await opened(folder)
    await living(facility, ADA)
    const { value } = await as.post('/v1/backups', {})
    const away = join(await folderOf(), 'copy')
    await cp(value.folder, away, { recursive: true })
    await expect(openTestFacility(away)).rejects.toThrow(
      'got none, expected the keys: put sealing-keys.sqlite of the live centre',
    )
  }, 30_000)
})
