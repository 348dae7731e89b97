import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestFacility } from '#test/test-facility.ts'
import type { LogPort } from '../log/log-port.ts'
import { openSegmentLog } from '../log/segment-log.ts'
import { FacilityError } from './facility-error.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-not-started-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('says in one line what a centre cannot start from: a log, a state, a store, another bus', async () => {
  const log = join(folder, 'log', '00000000.log')
  await mkdir(join(folder, 'log'))
  await writeFile(log, 'nothing of a log')
  await writeFile(join(folder, 'log', '00000001.log'), 'nor this')
  const away = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })
  const why = async (more: Parameters<typeof openTestFacility>[1]): Promise<string> => {
    const trouble = await openTestFacility(folder, more).catch((error: unknown) => error)
    expect(trouble).toBeInstanceOf(FacilityError)
    return (trouble as Error).message
  }
  expect(await why({})).toBe(`${log}: got a broken head, expected a segment's`)
  expect(await why({ openStore: () => Promise.reject(away) })).toBe(
    'store: got ECONNREFUSED, expected one that a centre can start from',
  )
  expect(await why({ openLog: () => Promise.reject(new Error('500\n  at there')) })).toBe(
    'log: got 500, expected one that a centre can start from',
  )
  await rm(join(folder, 'log'), { recursive: true })
  const openLog = async (path: string): Promise<LogPort> =>
    Object.assign(await openSegmentLog(path), {
      read: () => {
        throw new Error('a log that cannot be read')
      },
    })
  expect(await why({ openLog })).toBe(
    `${folder}: got a log that cannot be read, expected one that a centre can start from`,
  )
})
