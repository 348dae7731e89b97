import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { seededRandom } from '../../../core/src/math/random.ts'
import type { LogError } from './log-port.ts'
import { openSegmentLog, type SegmentLog } from './segment-log.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nocturne-log-'))
  folders.push(folder)
  return folder
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

async function textsOf(log: SegmentLog, partition: number, from = 0): Promise<string[]> {
  const texts: string[] = []
  for await (const { offset, entry } of log.read(new Map([[partition, from]]))) {
    texts.push(`${offset} ${new TextDecoder().decode(entry)}`)
  }
  return texts
}

test('what was appended is read again in its order, partition by partition, from any offset', async () => {
  const folder = newFolder()
  const log = await openSegmentLog(folder, { segmentBytes: 400 })
  for (let k = 0; k < 40; k++) {
    expect(await log.append(k % 3, [bytesOf(`a${k}`), bytesOf(`b${k}`)])).toBe(
      2 * Math.floor(k / 3),
    )
  }
  await log.close()
  expect(readdirSync(folder).length).toBeGreaterThan(3)
  const again = await openSegmentLog(folder)
  expect(again.length(0)).toBe(28)
  expect((await textsOf(again, 1, 22)).join()).toBe('22 a34,23 b34,24 a37,25 b37')
  expect((await textsOf(again, 2)).length).toBe(26)
  await again.close()
})

test('a tail torn at any byte is cut away, and nothing that was acknowledged goes with it', async () => {
  const random = seededRandom(12)
  const folder = newFolder()
  const log = await openSegmentLog(folder)
  const ends: number[] = []
  const path = join(folder, '00000000.log')
  for (let k = 0; k < 30; k++) {
    await log.append(k % 2, [bytesOf(`entry ${k} `.repeat(1 + random.integer(9)))])
    ends.push(readFileSync(path).length)
  }
  await log.close()
  const whole = readFileSync(path)
  for (let trial = 0; trial < 60; trial++) {
    const cut = ends[0]! + random.integer(whole.length - ends[0]!)
    writeFileSync(path, whole)
    truncateSync(path, cut)
    const again = await openSegmentLog(folder)
    const kept = ends.filter((end) => end <= cut).length
    expect(again.length(0) + again.length(1)).toBe(kept)
    expect(again.tornBytes).toBe(cut - ends[kept - 1]!)
    expect(await again.append(0, [bytesOf('more')])).toBe(Math.ceil(kept / 2))
    await again.close()
  }
})

test('a broken byte with whole blocks behind it is damage, told by its place, never cut away', async () => {
  const folder = newFolder()
  const log = await openSegmentLog(folder)
  for (let k = 0; k < 5; k++) await log.append(0, [bytesOf(`entry ${k}`)])
  await log.close()
  const path = join(folder, '00000000.log')
  const bytes = readFileSync(path)
  bytes[80]! ^= 4
  writeFileSync(path, bytes)
  await expect(openSegmentLog(folder)).rejects.toThrow(/byte \d+: got broken bytes/)
})

test('the same record of many partitions is on the disk once, and is a record of each', async () => {
  const folder = newFolder()
  const log = await openSegmentLog(folder, { segmentBytes: 300 })
  const each = Array.from({ length: 257 }, (_, k) => k).filter((k) => k % 3 > 0)
  await log.append(4, [bytesOf('before')])
  for (let k = 0; k < 20; k++) {
    const ticks = each.map((partition) => log.append(partition, [bytesOf(`tick ${k}`)]))
    // A partition that comes again begins anew, and what is between keeps its place.
    const own = [4, 4, 4, 4].map((partition) => log.append(partition, [bytesOf(`tick ${k}`)]))
    const other = log.append(4, [bytesOf(`own ${k}`)])
    expect((await Promise.all(ticks))[each.indexOf(4)]).toBe(1 + 6 * k)
    expect([...(await Promise.all(own)), await other]).toEqual(
      [2, 3, 4, 5, 6].map((n) => n + 6 * k),
    )
  }
  await log.close()
  const bytes = readdirSync(folder).reduce(
    (sum, name) => sum + readFileSync(join(folder, name)).length,
    0,
  )
  // Each on its own: 20 x 171 x 13 bytes, and heads of 1.7 kB.
  expect(bytes - 1750 * readdirSync(folder).length).toBeLessThan(20 * 200)
  const again = await openSegmentLog(folder)
  expect([0, 1, 4, 256].map((partition) => again.length(partition))).toEqual([0, 20, 121, 20])
  expect((await textsOf(again, 256)).slice(0, 2)).toEqual(['0 tick 0', '1 tick 1'])
  expect((await textsOf(again, 4, 114)).join()).toBe(
    '114 own 18,115 tick 19,116 tick 19,117 tick 19,118 tick 19,119 tick 19,120 own 19',
  )
  await again.close()
})

test('a segment that is missing between two others is damage', async () => {
  const folder = newFolder()
  const log = await openSegmentLog(folder, { segmentBytes: 100 })
  for (let k = 0; k < 5; k++) await log.append(0, [bytesOf(`entry ${k} `.repeat(20))])
  await log.close()
  rmSync(join(folder, '00000002.log'))
  await expect(openSegmentLog(folder)).rejects.toThrow('got segment 3, expected 2')
})

test('nothing is dropped while somebody reads', async () => {
  const log = await openSegmentLog(newFolder(), { segmentBytes: 100 })
  for (let k = 0; k < 9; k++) await log.append(0, [bytesOf(`entry ${k} `.repeat(20))])
  const past = { before: new Map([[0, 9]]), beforeMs: Number.POSITIVE_INFINITY }
  const reading = log.read(new Map([[0, 0]]))[Symbol.asyncIterator]()
  await reading.next()
  expect((await log.drop(past)).records).toBe(0)
  await reading.return?.()
  expect((await log.drop(past)).records).toBe(8)
  await log.close()
})

test('a segment that cannot be dropped is dropped later, and before every younger one', async () => {
  const folder = newFolder()
  const log = await openSegmentLog(folder, { segmentBytes: 100 })
  for (let k = 0; k < 9; k++) await log.append(0, [bytesOf(`entry ${k} `.repeat(20))])
  const past = { before: new Map([[0, 9]]), beforeMs: Number.POSITIVE_INFINITY }
  const oldest = join(folder, '00000000.log')
  renameSync(oldest, `${oldest}.aside`)
  mkdirSync(oldest)
  for (let k = 0; k < 2; k++) await expect(log.drop(past)).rejects.toThrow()
  rmdirSync(oldest)
  renameSync(`${oldest}.aside`, oldest)
  expect(await log.start(0)).toBe(0)
  expect((await textsOf(log, 0)).length).toBe(9)
  expect((await log.drop(past)).records).toBe(8)
  await log.close()
  const again = await openSegmentLog(folder)
  expect([await again.start(0), again.length(0)]).toEqual([8, 9])
  await again.close()
})

test('a full disk refuses with its reason, and takes records again when there is room', async () => {
  const folder = newFolder()
  let room = Number.POSITIVE_INFINITY
  const fullOpen: typeof open = async (...words) => {
    const file = await open(...words)
    const write = file.write as (...words: unknown[]) => Promise<unknown>
    file.write = ((bytes: Buffer, at: number, length: number, position: number) => {
      if (position + length <= room) return write.call(file, bytes, at, length, position)
      const part = Math.max(0, room - position)
      if (part > 0) return write.call(file, bytes, at, part, position)
      return Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
    }) as never
    return file
  }
  const log = await openSegmentLog(folder, { open: fullOpen })
  await log.append(7, [bytesOf('kept')])
  room = readFileSync(join(folder, '00000000.log')).length + 11
  const refused = await Promise.allSettled([
    log.append(7, [bytesOf('lost to a full disk')]),
    log.append(8, [bytesOf('as is this')]),
  ])
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(((refused[0] as PromiseRejectedResult).reason as LogError).code).toBe('LOG_FULL')
  room = Number.POSITIVE_INFINITY
  expect(await log.append(7, [bytesOf('after')])).toBe(1)
  await log.close()
  const again = await openSegmentLog(folder)
  expect(await textsOf(again, 7)).toEqual(['0 kept', '1 after'])
  expect(again.length(8)).toBe(0)
  await again.close()
})
