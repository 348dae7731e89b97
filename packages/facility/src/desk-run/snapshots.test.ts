import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSnapshots, type Snapshot } from './snapshots.ts'
import { StateKeeper } from './state-keeper.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-snapshots-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Nobody hears what fails. */
const UNWATCHED = { nowMs: () => 0, failed: () => undefined }

/** A text long enough to be written in several pieces. */
const long = (letter: string): string => letter.repeat(3_000_000)

describe('snapshots in a folder', () => {
  it('are whole when two of a partition are written at once, and leave nothing beside them', async () => {
    const snapshots = await openSnapshots(folder)
    const texts = ['a', 'b', 'c', 'd'].map(long)
    await Promise.all(texts.map((text, k) => snapshots.write(7, { offset: k + 1, text })))
    const kept = await snapshots.read(7)
    expect(kept && texts[kept.offset - 1] === kept.text).toBe(true)
    expect(await readdir(folder)).toEqual(['007.snapshot'])
  })

  it('take away what a process that was killed left half written', async () => {
    await (await openSnapshots(folder)).write(7, { offset: 3, text: 'whole' })
    await writeFile(join(folder, '007.snapshot.0011aabb.part'), 'hal')
    expect(await (await openSnapshots(folder)).read(7)).toEqual({ offset: 3, text: 'whole' })
    expect(await readdir(folder)).toEqual(['007.snapshot'])
  })
})

describe('a keeper of states', () => {
  it('writes one after the other, so that an older state never comes last', async () => {
    const written: number[] = []
    let offset = 0
    let isSlow = true
    const keeper = new StateKeeper({
      ...{ partition: 7, written: 0, arrived: async () => true, ...UNWATCHED },
      state: (): Snapshot => ({ offset: ++offset, text: '' }),
      snapshots: {
        read: async () => undefined,
        write: async (_, snapshot) => {
          const ms = isSlow ? 30 : 0
          isSlow = false
          await new Promise((later) => setTimeout(later, ms))
          written.push(snapshot.offset)
        },
      },
    })
    await Promise.all([keeper.write(), keeper.write(), keeper.write()])
    expect(written).toEqual([1, 2, 3])
    expect([keeper.written, keeper.isWriting]).toEqual([3, false])
  })

  it('takes for written only what is: a writing that failed is told, and done again', async () => {
    let [fails, nowMs] = [2, 1000]
    const told: unknown[] = []
    const keeper = new StateKeeper({
      ...{ partition: 7, written: 4, arrived: async () => true, nowMs: () => nowMs },
      failed: ({ message }, isFirst) => told.push(message, isFirst),
      state: (): Snapshot => ({ offset: 9, text: '' }),
      snapshots: {
        read: async () => undefined,
        write: async () => {
          if (fails-- > 0) throw new Error('no space')
        },
      },
    })
    await expect(keeper.write()).rejects.toThrow('no space')
    nowMs = 2000
    await expect(keeper.write()).rejects.toThrow('no space')
    expect([keeper.written, keeper.failingSinceMs]).toEqual([4, 1000])
    expect(told).toEqual(['no space', true, 'no space', false])
    await keeper.write()
    expect([keeper.written, keeper.failingSinceMs]).toEqual([9, undefined])
  })
})
