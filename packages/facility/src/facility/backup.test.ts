import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Caller, openTestFacility } from '#test/test-facility.ts'
import type { Facility } from './facility-options.ts'
import { LOCK_FILE } from './kept-backups.ts'
import { KEYS_FILE } from './key-shelf.ts'

let outer = ''
let backups = ''
let facility: Facility | undefined
beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'nocturne-backup-'))
  backups = join(outer, 'backups')
})
afterEach(async () => {
  await facility?.close()
  facility = undefined
  await rm(outer, { recursive: true, force: true })
})

const moment = (day: number): string => `2020-01-${day}T00-00-00-000Z`

async function backedUp(folder: string): Promise<number> {
  facility = await openTestFacility(folder, { backups: { folder: backups } })
  return (await (await Caller.admin(facility)).post('/v1/backups', {})).status
}

describe('a backup', () => {
  it('takes away none of those before in which a centre lives, this or another', async () => {
    for (let day = 10; day < 30; day++) await mkdir(join(backups, moment(day)), { recursive: true })
    await writeFile(join(backups, moment(12), LOCK_FILE), '')
    const folder = join(backups, moment(11), 'data')
    expect(await backedUp(folder)).toBe(201)
    const left = [10, 11, 12, 13].filter((day) => existsSync(join(backups, moment(day))))
    expect(left).toEqual([11, 12])
    expect(existsSync(join(folder, 'grant-key'))).toBe(true)
  })

  it('is no place to start from beside the others: it would be taken for one of them', async () => {
    const folder = join(backups, moment(10))
    await mkdir(folder, { recursive: true })
    const starting = openTestFacility(folder, { backups: { folder: backups } })
    await expect(starting).rejects.toThrow('got a folder among its own backups')
    expect(await readdir(folder)).toEqual([])
  })

  it('is none without the key that grants are signed with or the log, and leaves nothing then', async () => {
    for (const missing of ['grant-key', 'log']) {
      const folder = join(outer, missing)
      facility = await openTestFacility(folder, { backups: { folder: backups } })
      await rm(join(folder, missing), { recursive: true })
      const caller = await Caller.admin(facility)
      expect((await caller.post('/v1/backups', {})).status).toBe(500)
      await facility.close()
      expect(await readdir(backups)).toEqual([])
    }
  })

  it('takes away what one before it left half made', async () => {
    await mkdir(join(backups, `${moment(10)}.part`, 'log'), { recursive: true })
    await mkdir(join(backups, 'mine.part'))
    expect(await backedUp(join(outer, 'data'))).toBe(201)
    const parts = (await readdir(backups)).filter((name) => name.endsWith('.part'))
    expect(parts).toEqual(['mine.part'])
  })

  it.skipIf(process.platform === 'win32')(
    'and what it is made of are for their owner alone, also in a folder that others may read',
    async () => {
      const folder = join(outer, 'data')
      for (const each of [folder, backups]) {
        await mkdir(each)
        await chmod(each, 0o755)
      }
      // As a version before left it.
      await writeFile(join(folder, KEYS_FILE), '', { mode: 0o644 })
      expect(await backedUp(folder)).toBe(201)
      const [made = ''] = (await readdir(backups)).filter((name) => /^\d{4}-/.test(name))
      const names = (await readdir(folder)).filter((name) => /^store|^sealing/.test(name))
      expect(names).toContain('store.sqlite-wal')
      const paths = [
        ...names.map((name) => join(folder, name)),
        ...[join(backups, KEYS_FILE), join(backups, made, 'store.sqlite')],
      ]
      for (const path of paths) expect([path, (await stat(path)).mode & 0o077]).toEqual([path, 0])
    },
  )
})
