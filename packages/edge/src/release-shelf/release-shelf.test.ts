import { webcrypto } from 'node:crypto'
import { documentBytes, nightDigest, type UpdateBundle } from '@nocturne/core/fleet'
import { sha256 } from '@nocturne/core/math'
import { readRelease } from '@nocturne/core/night'
import { bytesSource } from '@nocturne/core/signal'
import { beforeAll, describe, expect, it } from 'vitest'
import { boxOf, toyRecords } from '#test/made-up-box.ts'
import {
  bundleOf,
  deviceTrust,
  fileOf,
  goodPlot,
  NOW_MS,
  type Plot,
  rootSigned,
  signedWith,
} from '#test/made-up-releases.ts'
import { toyHeader, toyInputs, toyLoop } from '#test/toy-loop.ts'
import {
  type ReleaseFetch,
  ReleaseShelf,
  type ShelfFiles,
  type ShelfOutcome,
} from './release-shelf.ts'

const NIGHT = boxOf(toyRecords(toyHeader(), toyInputs(20)))[0]!
const DEVICE = { device: 'bed-1', hardware: 'box-1', code: '0.1.0' }

/** A disk whose writes can end. */
class Disk implements ShelfFiles {
  readonly held = new Map<string, Uint8Array<ArrayBuffer>>()
  left = Number.POSITIVE_INFINITY

  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return Promise.resolve(this.held.get(name))
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    if (this.left-- <= 0) return Promise.reject(new Error('the power went'))
    this.held.set(name, Uint8Array.from(bytes))
    return Promise.resolve()
  }
}

function parametersOf(release: number): string {
  const parameters = { least30sDeltaUv: 7 + release }
  return JSON.stringify({ name: 'next', version: `${release}`, parameters })
}

async function plotOf(release: number): Promise<Plot> {
  const text = parametersOf(release)
  const read = readRelease(text)
  if (!read.ok) throw new Error('no release')
  const digest = await nightDigest([bytesSource(NIGHT)], { loop: toyLoop, release: read.value })
  if (!digest.ok) throw new Error('no digest')
  const plot = goodPlot()
  const { bytes, target } = fileOf(text, release)
  const golden = { night: sha256(NIGHT), digest: digest.value }
  const path = `${release}/parameters`
  plot.targets = { [path]: { ...target, custom: { ...target.custom, golden } } }
  plot.files = new Map([[path, bytes]])
  plot.release = release
  plot.versions = {
    root: 1,
    targets: release,
    snapshot: release,
    timestamp: release,
    director: release,
  }
  return plot
}

/** A centre that serves one bundle; what it is asked for is noted. */
class Centre {
  readonly asked: string[] = []
  readonly served = new Map<string, Uint8Array>()

  static async with(change: (plot: Plot) => void, release = 1, night = NIGHT): Promise<Centre> {
    const plot = await plotOf(release)
    change(plot)
    const bundle: UpdateBundle = await bundleOf(plot)
    const centre = new Centre()
    for (const role of ['timestamp', 'snapshot', 'targets', 'director'] as const) {
      centre.served.set(`${role}.json`, bundle[role])
    }
    for (const [path, bytes] of bundle.files) centre.served.set(`files/${path}`, bytes)
    centre.served.set(`files/golden/${sha256(NIGHT)}`, night)
    return centre
  }

  readonly fetch: ReleaseFetch = async function* (this: Centre, path: string) {
    this.asked.push(path)
    const bytes = this.served.get(path)
    if (bytes === undefined) throw new Error('404')
    yield bytes.subarray(0, 100)
    yield bytes.subarray(100)
  }.bind(this)
}

let root = new Uint8Array()
let nowMs = 0

async function shelfOn(disk: Disk): Promise<ReleaseShelf<ReturnType<typeof toyLoop.start>>> {
  const parts = { files: disk, subtle: webcrypto.subtle, loop: toyLoop, nowMs: () => nowMs }
  const shelf = await ReleaseShelf.open(parts, DEVICE, root)
  if (!shelf.ok) throw new Error(JSON.stringify(shelf.problem))
  return shelf.value
}

const nothing = (): void => undefined

async function taken(
  disk: Disk,
  release: number,
  change = nothing as (plot: Plot) => void,
): Promise<ShelfOutcome> {
  const centre = await Centre.with(change, release)
  return (await shelfOn(disk)).take(centre.fetch, NOW_MS)
}

beforeAll(async () => {
  root = documentBytes((await deviceTrust()).root)
})

describe('the releases of a device', () => {
  it('are taken, tried on their golden night, and run from then on, over restarts too (F37)', async () => {
    const disk = new Disk()
    expect((await shelfOn(disk)).running).toBe(0)
    expect(await taken(disk, 1)).toEqual({ release: 1, outcome: 'running', natural: false })
    const shelf = await shelfOn(disk)
    expect(shelf.running).toBe(1)
    expect((await shelf.parameters())?.parameters.least30sDeltaUv).toBe(8)
    expect((await taken(disk, 2)).outcome).toBe('running')
    expect((await (await shelfOn(disk)).parameters())?.version).toBe('2')
  })

  it('come again without harm, and need no file then', async () => {
    const disk = new Disk()
    await taken(disk, 1)
    const centre = await Centre.with(nothing, 1)
    const again = await (await shelfOn(disk)).take(centre.fetch, NOW_MS)
    expect(again).toEqual({ release: 1, outcome: 'running', natural: false })
    expect(centre.asked.some((path) => path.startsWith('files/'))).toBe(false)
  })

  it('go back at once to the one before, which needs no file, and in a night that is natural (F38)', async () => {
    const disk = new Disk()
    await taken(disk, 1)
    await taken(disk, 2)
    const shelf = await shelfOn(disk)
    await shelf.night(true)
    expect(await shelf.setBack(1)).toEqual({ release: 1, outcome: 'reverted', natural: true })
    expect([shelf.running, (await shelf.parameters())?.version]).toEqual([1, '1'])
  })

  it('go to nothing below the floor that was signed, and are natural instead (F39)', async () => {
    const disk = new Disk()
    await taken(disk, 1)
    await taken(disk, 2, (plot) => {
      plot.floor = 2
    })
    const shelf = await shelfOn(disk)
    expect(await shelf.setBack(1)).toEqual({ release: 2, outcome: 'refused', natural: true })
    expect((await shelf.setBack(0)).natural).toBe(true)
    expect(shelf.running).toBe(2)
  })

  it('go back by the word of the director too (F39)', async () => {
    const disk = new Disk()
    await taken(disk, 1)
    await taken(disk, 2)
    const back = await taken(disk, 1, (plot) => {
      plot.versions = { root: 1, targets: 3, snapshot: 3, timestamp: 3, director: 3 }
    })
    expect(back).toMatchObject({ release: 1, outcome: 'reverted' })
    expect((await shelfOn(disk)).running).toBe(1)
  })

  it('are reverted when the night comes to another digest or takes too long (F37)', async () => {
    const disk = new Disk()
    await taken(disk, 1)
    const other = await taken(disk, 2, (plot) => {
      const { custom, ...pin } = plot.targets['2/parameters']!
      const golden = { ...custom.golden!, digest: sha256(NIGHT) }
      plot.targets['2/parameters'] = { ...pin, custom: { ...custom, golden } }
    })
    expect(other).toMatchObject({ release: 2, outcome: 'reverted' })
    const clock = { get: () => (nowMs += 6000) }
    const parts = { files: disk, subtle: webcrypto.subtle, loop: toyLoop, nowMs: clock.get }
    const slow = await ReleaseShelf.open(parts, DEVICE, root)
    if (!slow.ok) throw new Error('no shelf')
    const late = await slow.value.take((await Centre.with(nothing, 3)).fetch, NOW_MS)
    expect(late).toMatchObject({ release: 3, outcome: 'reverted' })
    expect((await shelfOn(disk)).running).toBe(1)
  })

  it('are refused with the reason when a check fails, a file is missing, a night is another, or nobody answers', async () => {
    const disk = new Disk()
    const code = (told: ShelfOutcome): string => `${told.outcome} ${told.problem?.code}`
    expect(code(await taken(disk, 1, (plot) => void plot.files.clear()))).toBe(
      'refused UPDATE_FETCH',
    )
    const shelf = await shelfOn(disk)
    const night = await Centre.with(nothing, 1, Uint8Array.from([1]))
    expect(code(await shelf.take(night.fetch, NOW_MS))).toBe('refused UPDATE_CONTENT')
    const good = await Centre.with(nothing, 1)
    expect(code(await shelf.take(good.fetch, undefined))).toBe('refused UPDATE_CLOCK')
    const nobody: ReleaseFetch = async function* () {
      yield* []
      throw new Error('no route')
    }
    expect(code(await shelf.take(nobody, NOW_MS))).toBe('refused UPDATE_FETCH')
    expect(shelf.running).toBe(0)
  })

  it('do not write over the one that waits for the next night', async () => {
    const disk = new Disk()
    const shelf = await shelfOn(disk)
    await shelf.night(true)
    expect((await shelf.take((await Centre.with(nothing, 1)).fetch, NOW_MS)).outcome).toBe(
      'running',
    )
    const second = await shelf.take((await Centre.with(nothing, 2)).fetch, NOW_MS)
    expect(second.problem?.code).toBe('UPDATE_RELEASE')
    await shelf.night(false)
    await shelf.night(true)
    await shelf.night(false)
    expect((await shelf.take((await Centre.with(nothing, 2)).fetch, NOW_MS)).outcome).toBe(
      'running',
    )
  })

  it('follow a new root that the old one signed (F35)', async () => {
    const disk = new Disk()
    const names = { director: ['thief'] }
    const next = await signedWith<'root'>(await rootSigned(2, names), ['root-1', 'root-2'])
    const centre = await Centre.with((plot) => {
      plot.signedBy.director = ['thief']
    })
    expect((await (await shelfOn(disk)).take(centre.fetch, NOW_MS)).outcome).toBe('refused')
    centre.served.set('2.root.json', documentBytes(next))
    expect((await (await shelfOn(disk)).take(centre.fetch, NOW_MS)).outcome).toBe('running')
  })

  it('after a power cut at any write are what they were, or the new one whole (F37)', async () => {
    const seen = new Set<number>()
    for (let cut = 0; cut < 12; cut++) {
      const disk = new Disk()
      await taken(disk, 1)
      const centre = await Centre.with(nothing, 2)
      const shelf = await shelfOn(disk)
      disk.left = cut
      const told = await shelf.take(centre.fetch, NOW_MS).catch(() => undefined)
      disk.left = Number.POSITIVE_INFINITY
      const after = await shelfOn(disk)
      seen.add(after.running)
      const release = await after.parameters()
      expect([cut, release?.version]).toEqual([cut, `${after.running}`])
      if (told) expect(after.running).toBe(2)
      expect((await after.take(centre.fetch, NOW_MS)).outcome).toBe('running')
      expect(after.running).toBe(2)
    }
    expect(seen).toEqual(new Set([1, 2]))
  })

  it('after a power cut go back to nothing that was half written over (F37, F39)', async () => {
    for (let cut = 0; cut < 8; cut++) {
      const disk = new Disk()
      await taken(disk, 1)
      await taken(disk, 2)
      const shelf = await shelfOn(disk)
      disk.left = cut
      await shelf.take((await Centre.with(nothing, 3)).fetch, NOW_MS).catch(() => undefined)
      disk.left = Number.POSITIVE_INFINITY
      const after = await shelfOn(disk)
      const back = await after.setBack(1)
      const version = (await after.parameters())?.version
      expect([cut, back.outcome, version]).toEqual([
        ...[cut, back.outcome, after.running === 0 ? undefined : `${after.running}`],
      ])
      expect(after.running).toBe(back.release)
    }
  })

  it('with a shelf that cannot be read the device is as shipped', async () => {
    for (const text of ['', '{}', 'null', '{"trust":{}}']) {
      const disk = new Disk()
      await taken(disk, 1)
      disk.held.set('shelf.json', new TextEncoder().encode(text))
      expect((await shelfOn(disk)).running).toBe(0)
    }
    const parts = { files: new Disk(), subtle: webcrypto.subtle, loop: toyLoop, nowMs: () => 0 }
    expect((await ReleaseShelf.open(parts, DEVICE, new Uint8Array(3))).ok).toBe(false)
  })
})
