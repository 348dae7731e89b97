import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { MadeUpDevice, until } from '#test/made-up-device.ts'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import {
  type DeviceId,
  decodeFrames,
  decodePartitionRecord,
  partitionOf,
} from '../../../core/src/fleet/index.ts'
import { CentreClock } from '../desk-run/centre-clock.ts'
import { openSegmentLog } from '../log/segment-log.ts'
import type { Facility } from './facility-options.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nocturne-facility-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function opened(folder: string, more: Parameters<typeof openTestFacility>[1] = {}) {
  const facility = await openTestFacility(folder, more)
  closing.push(() => facility.close())
  return { facility, as: await Caller.admin(facility) }
}

async function device(facility: Facility, name: string, options = {}): Promise<MadeUpDevice> {
  const made = await MadeUpDevice.at(facility.url, name, options)
  closing.push(() => made.link.close())
  return made
}

describe('a facility', () => {
  it('takes two devices in, shows them living, and gives each its grant within seconds', async () => {
    const { facility, as } = await opened(await folderOf())
    const beds = [await device(facility, 'bed-one'), await device(facility, 'bed-two')]
    await until(() => beds.every(({ link }) => link.session.isLive), 'both live')
    for (const bed of beds) bed.frame()
    await until(() => beds.every(({ ceiling }) => ceiling === 'control'), 'both granted control')
    await until(async () => (await as.get('/v1/devices?online=true')).devices.length === 2, 'shown')
    await until(async () => (await as.get('/v1/devices/bed-one')).asleep, 'seen asleep')
    const row = await as.get('/v1/devices/bed-one')
    expect(row).toMatchObject({ online: true, asleep: true, numbers: { stage: 2, heartRate: 58 } })
    const text = await (await fetch(`${facility.url}/metrics`)).text()
    expect(text).toMatch(/nocturne_door_connections 2\n/)
    const { received, durable, pending } = facility.centre.door.counts()
    expect([received, pending]).toEqual([durable, 0])
  })

  it('lets devices in by the wall clock at once after that was set right (F17)', async () => {
    const { facility } = await opened(await folderOf())
    const now = Date.now.bind(Date)
    const set = vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000)
    closing.push(() => set.mockRestore())
    const bed = await device(facility, 'bed-one')
    await until(() => bed.link.session.isLive, 'live')
  })

  it('is the same after it was closed and opened: nothing is enrolled, heard or said twice', async () => {
    const folder = await folderOf()
    const first = await opened(folder)
    const bed = await device(first.facility, 'bed-one')
    await until(() => bed.link.session.isLive, 'live')
    for (let k = 0; k < 5; k++) bed.frame()
    await until(() => bed.ceiling === 'control', 'granted')
    await first.facility.close()
    const second = await opened(folder)
    expect(second.facility.invitation).toBeUndefined()
    const state = second.facility.centre.run.device('bed-one' as never)
    expect(state).toMatchObject({ publicKey: bed.key.publicKey, boot: 1 })
    const row = await second.as.get('/v1/devices/bed-one')
    expect(row).toMatchObject({ device: 'bed-one', numbers: { stage: 2 } })
  })

  it('lets no second process into its folder', async () => {
    const folder = await folderOf()
    await opened(folder)
    await expect(openTestFacility(folder)).rejects.toThrow('another facility holds')
  })

  it('makes everybody natural by a file in its folder alone, and keeps it so without it (F64)', async () => {
    const folder = await folderOf()
    const { facility, as } = await opened(folder)
    const bed = await device(facility, 'bed-one')
    await until(() => bed.link.session.isLive, 'live')
    bed.frame()
    await until(() => bed.ceiling === 'control', 'granted')
    await writeFile(join(folder, 'failsafe'), '')
    await until(() => bed.ceiling === 'natural', 'natural')
    await until(async () => (await as.get('/v1/failsafe')).failsafe.filePresent, 'the file is seen')
    const { failsafe } = await as.get('/v1/failsafe')
    expect(failsafe).toMatchObject({ granting: false, epoch: 2 })
    expect((await as.post('/v1/failsafe', { do: 'lift', why: 'all is well' })).status).toBe(409)
    await rm(join(folder, 'failsafe'))
    await until(async () => !(await as.get('/v1/failsafe')).failsafe.filePresent, 'file gone')
    expect((await as.get('/v1/failsafe')).failsafe.granting).toBe(false)
  })

  it('is pulled by one person and lifted by two, and gives guidance then (F65, F86)', async () => {
    const { facility, as } = await opened(await folderOf())
    const other = await as.second('mira')
    const bed = await device(facility, 'bed-one')
    await until(() => bed.link.session.isLive, 'live')
    bed.frame()
    await until(() => bed.ceiling === 'control', 'granted')
    const pulled = await as.post('/v1/failsafe', { do: 'pull', why: 'a drill' })
    expect(pulled).toMatchObject({ status: 200, value: { failsafe: { granting: false } } })
    await until(() => bed.ceiling === 'natural', 'natural')
    expect((await as.post('/v1/failsafe', { do: 'lift', why: 'it was a drill' })).status).toBe(200)
    const again = await as.post('/v1/failsafe', { do: 'lift', why: 'once more' })
    expect(again).toMatchObject({ status: 409, value: { refused: 'SAME_PERSON' } })
    const lifted = await other.post('/v1/failsafe', { do: 'lift', why: 'I agree' })
    expect(lifted.value.failsafe).toMatchObject({ granting: true, ceiling: 'guidance' })
    bed.frame()
    await until(() => bed.ceiling === 'guidance', 'guidance')
    const { lines, isWhole } = await as.get('/v1/audit')
    expect(isWhole).toBe(true)
    expect(lines.map(({ did }: { did: string }) => did)).toContain('lift-failsafe')
  })

  it('starts from a backup natural, and is lifted above every epoch that devices know (F66)', async () => {
    const folder = await folderOf()
    const first = await opened(folder)
    const bed = await device(first.facility, 'bed-one')
    await until(() => bed.link.session.isLive, 'live')
    bed.frame()
    await until(() => bed.ceiling === 'control', 'granted')
    const backups = join(folder, 'backups')
    for (let day = 10; day < 30; day++) {
      await mkdir(join(backups, `2020-01-${day}T00-00-00-000Z`), { recursive: true })
    }
    const made = await first.as.post('/v1/backups', {})
    expect(made.status).toBe(201)
    // The newest are kept.
    const dated = (await readdir(backups)).filter((name) => /^\d{4}-/.test(name))
    expect(dated.length).toBe(14)
    expect(existsSync(made.value.folder)).toBe(true)
    if (process.platform !== 'win32') expect((await stat(made.value.folder)).mode & 0o077).toBe(0)
    // The device hears of later epochs than the copy knows.
    const mira = await first.as.second('mira')
    for (let k = 0; k < 2; k++) {
      await first.as.post('/v1/failsafe', { do: 'pull', why: 'x' })
      await first.as.post('/v1/failsafe', { do: 'lift', why: 'x' })
      await mira.post('/v1/failsafe', { do: 'lift', why: 'x' })
      bed.frame()
    }
    await until(() => bed.epoch === 5 && bed.ceiling === 'guidance', 'epoch 5')
    await first.facility.close()
    await bed.link.close()
    // Time goes 20 times as fast here: sums are told every 30 s.
    const begun = Date.now()
    const fast = new CentreClock(
      () => begun + 20 * (Date.now() - begun),
      () => 20 * performance.now(),
    )
    const second = await opened(made.value.folder, { clock: fast })
    expect((await second.as.get('/v1/failsafe')).failsafe).toMatchObject({
      granting: false,
      epoch: 2,
    })
    const back = await device(second.facility, 'bed-one', { key: bed.key, boot: 2, epoch: 5 })
    await until(() => back.link.session.isLive, 'live again')
    const other = await second.as.second('kaya')
    await until(async () => (await second.as.get('/v1/fleet')).status.epoch === 5, 'epoch heard')
    await second.as.post('/v1/failsafe', { do: 'lift', why: 'restored' })
    const lifted = await other.post('/v1/failsafe', { do: 'lift', why: 'restored' })
    expect(lifted.value.failsafe).toMatchObject({ epoch: 6, ceiling: 'guidance' })
    back.frame()
    await until(() => back.ceiling === 'guidance', 'heard again')
  }, 60_000)

  it('takes nothing while its disk is full, says so, and all of it afterwards (F14)', async () => {
    const disk = { isFull: false }
    const openFull = async (...args: Parameters<typeof open>) => {
      const file = await open(...args)
      const write = file.write as (...rest: unknown[]) => Promise<unknown>
      file.write = ((...rest: unknown[]) =>
        disk.isFull
          ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
          : write.apply(file, rest)) as never
      return file
    }
    const { facility } = await opened(await folderOf(), {
      openLog: (folder) => openSegmentLog(folder, { open: openFull }),
    })
    const bed = await device(facility, 'bed-one')
    await until(() => bed.link.session.isLive, 'live')
    bed.frame()
    await until(() => bed.ceiling === 'control', 'granted')
    disk.isFull = true
    for (let k = 0; k < 4; k++) bed.frame()
    const counts = () => facility.centre.door.counts()
    await until(() => counts().rejected['log-busy'] > 0, 'refused')
    const statusOf = async (): Promise<number> => (await fetch(`${facility.url}/healthz`)).status
    await until(async () => (await statusOf()) === 503, 'it says so')
    expect(await (await fetch(`${facility.url}/metrics`)).text()).toMatch(
      /log_failures_total\{code="LOG_FULL"\} [1-9]/,
    )
    disk.isFull = false
    await until(async () => (await statusOf()) === 200, 'it works again')
    await until(() => bed.link.session.isLive, 'it came back')
    await until(async () => (await framesOf(facility, 'bed-one')) === 5, 'all five are there')
    const { received, durable, pending, rejected } = counts()
    expect(received).toBe(durable + pending + rejected['log-busy'])
    // It also ends in order while nothing can be written.
    disk.isFull = true
    await facility.close()
  })
})

/** Frames of a device in the log, each once. */
async function framesOf({ centre }: Facility, name: string): Promise<number> {
  const seqs = new Set<number>()
  const partition = partitionOf(name as DeviceId)
  for await (const { entry } of centre.log.read(new Map([[partition, 0]]))) {
    const record = decodePartitionRecord(entry)
    if (!record.ok || record.value.kind !== 'frames') continue
    const block = decodeFrames(record.value.bytes)
    if (block.ok) seqs.add(block.value.firstSeq)
  }
  return seqs.size
}
