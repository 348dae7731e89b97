import { webcrypto } from 'node:crypto'
import { describe, expect, it } from 'vitest'
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
import { gatherAtMost, readDocuments, type UpdateBundle } from './bundle.ts'
import { asciiBytes } from './document.ts'
import { type Document, MOST_BYTES } from './metadata.ts'
import type { DeviceTrust } from './trust.ts'
import { type AcceptedUpdate, checkUpdate, verifyUpdate } from './update.ts'

const { subtle } = webcrypto

/** What a device says to a plot: `taken`, or the code and the place of its refusal. */
async function said(
  change: (plot: Plot) => void,
  device: Partial<DeviceTrust> = {},
  wallMs: number | undefined = NOW_MS,
): Promise<string> {
  const plot = goodPlot()
  change(plot)
  return saidTo(await bundleOf(plot), device, wallMs)
}

async function saidTo(
  bundle: UpdateBundle,
  device: Partial<DeviceTrust> = {},
  wallMs: number | undefined = NOW_MS,
): Promise<string> {
  const result = await verifyUpdate(subtle, await deviceTrust(device), bundle, wallMs)
  return result.ok ? 'taken' : `${result.problem.code} ${result.problem.where}`
}

async function taken(
  plot = goodPlot(),
  device: Partial<DeviceTrust> = {},
): Promise<AcceptedUpdate> {
  const bundle = await bundleOf(plot)
  const result = await verifyUpdate(subtle, await deviceTrust(device), bundle, NOW_MS)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

describe('an update that is as it should be', () => {
  it('is taken, and what was seen of it is kept (F30)', async () => {
    const { release, isSetBack, trust } = await taken()
    expect([release, isSetBack]).toEqual([2, false])
    expect(trust.seen).toEqual({ targets: 7, snapshot: 7, timestamp: 30, director: 5 })
    expect(await saidTo(await bundleOf(goodPlot()), trust)).toBe('taken')
  })
})

describe('ten attacks, each refused (target U1)', () => {
  it('1 rollback: a release older than the one that runs (F39)', async () => {
    const older = (plot: Plot): void => {
      plot.release = 1
      plot.files = new Map([['1/parameters.json', fileOf('one', 1).bytes]])
    }
    expect(await said(older, { running: 2, other: 0 })).toBe('UPDATE_RELEASE director.json')
    // The one in the other slot may be gone back to, needs no file, and not below the floor.
    const back = (plot: Plot): void => {
      older(plot)
      plot.files = new Map()
    }
    expect(await said(back, { running: 2, other: 1 })).toBe('taken')
    const floor = (plot: Plot): void => {
      back(plot)
      plot.floor = 2
    }
    expect(await said(floor, { running: 2, other: 1 })).toBe('UPDATE_RELEASE director.json')
  })

  it('1 rollback: documents older than those seen (F31)', async () => {
    for (const role of ['timestamp', 'snapshot', 'targets', 'director'] as const) {
      const { trust } = await taken()
      const before = { ...trust, seen: { ...trust.seen, [role]: trust.seen[role] + 1 } }
      expect(await said(() => undefined, before)).toBe(`UPDATE_VERSION ${role}.json`)
    }
  })

  it('2 freeze: yesterday kept for ever, until its timestamp expires (F32)', async () => {
    const days = 86_400_000
    expect(await said(() => undefined, {}, NOW_MS + 6 * days)).toBe('taken')
    expect(await said(() => undefined, {}, NOW_MS + 8 * days)).toBe('UPDATE_EXPIRED timestamp.json')
  })

  it('3 mix-and-match: documents that were never published together (F34)', async () => {
    const newer = goodPlot()
    newer.versions.targets = 8
    const { targets, snapshot } = await bundleOf(newer)
    expect(await said((plot) => (plot.swapped = { targets }))).toBe('UPDATE_MIX targets.json')
    expect(await said((plot) => (plot.swapped = { snapshot }))).toBe('UPDATE_MIX snapshot.json')
    // And files of two releases in one.
    const mixed = (plot: Plot): void => {
      const { length, hashes } = plot.targets['1/parameters.json']!
      plot.directed = { '1/parameters.json': { length, hashes } }
    }
    expect(await said(mixed)).toBe('UPDATE_DISAGREE 1/parameters.json')
  })

  it('4 endless data: nothing is read beyond what is pinned (F33)', async () => {
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 1000
        yield new Uint8Array(1000)
      }
    }
    const gathered = await gatherAtMost(endless(), MOST_BYTES.timestamp, 'timestamp.json')
    expect(gathered).toMatchObject({ ok: false, problem: { code: 'UPDATE_ENDLESS' } })
    expect(sent).toBe(MOST_BYTES.timestamp + 1000)
    const long = asciiBytes(' '.repeat(MOST_BYTES.timestamp + 1))
    expect(await said((plot) => (plot.swapped = { timestamp: long }))).toBe(
      'UPDATE_ENDLESS timestamp.json',
    )
    const more = (plot: Plot): void =>
      void plot.files.set('2/code.js', asciiBytes('program, and more'))
    expect(await said(more)).toBe('UPDATE_ENDLESS 2/code.js')
    async function* short(): AsyncGenerator<Uint8Array> {
      yield asciiBytes('ab')
      yield asciiBytes('c')
    }
    expect(await gatherAtMost(short(), 3, 'x')).toEqual({ ok: true, value: asciiBytes('abc') })
  })

  it('5 wrong hardware: a release or a part that was made for another device (F34)', async () => {
    expect(await said(() => undefined, { hardware: 'box-2' })).toBe('UPDATE_HARDWARE targets.json')
    const foreign = (plot: Plot): void => {
      const { length, hashes } = plot.targets['2/watch.json']!
      const own = ['2/parameters.json', '2/code.js'].map((path) => {
        const target = plot.targets[path]!
        return [path, { length: target.length, hashes: target.hashes }] as const
      })
      plot.directed = { ...Object.fromEntries(own), '2/watch.json': { length, hashes } }
    }
    expect(await said(foreign)).toBe('UPDATE_HARDWARE 2/watch.json')
  })

  it('6 expired: any document past its date, or a device that does not know the time (F32)', async () => {
    for (const role of ['targets', 'snapshot', 'timestamp', 'director'] as const) {
      const late = (plot: Plot): void => {
        plot.expires[role] = '2026-11-26T23:59:59Z'
      }
      expect(await said(late)).toBe(`UPDATE_EXPIRED ${role}.json`)
    }
    const bundle = await bundleOf(goodPlot())
    const result = await verifyUpdate(subtle, await deviceTrust(), bundle, undefined)
    expect(result).toMatchObject({ ok: false, problem: { code: 'UPDATE_CLOCK' } })
    expect(await saidTo(bundle, {}, Number.NaN)).toMatch('UPDATE_EXPIRED')
  })

  it('7 one of two signatures, a signature twice, a stranger’s, or one by another role (F35)', async () => {
    const signed = await rootSigned(1, { targets: ['targets', 'root-3'] }, { root: 2, targets: 2 })
    const two = { root: await signedWith<'root'>(signed, ['root-1', 'root-2']) }
    const by =
      (...names: string[]) =>
      (plot: Plot): void => {
        plot.signedBy.targets = names
      }
    expect(await said(by('targets'), two)).toBe('UPDATE_SIGNATURES targets.json')
    expect(await said(by('targets', 'thief'), two)).toBe('UPDATE_SIGNATURES targets.json')
    expect(await said(by('targets', 'root-3'), two)).toBe('taken')
    const once = await bundleOf(goodPlot())
    const text = String.fromCharCode(...once.targets)
    const twice = asciiBytes(text.replace(/"signatures":\[(.*?)\]/, '"signatures":[$1,$1]'))
    expect(await saidTo({ ...once, targets: twice }, two)).toBe('UPDATE_SHAPE targets.json')
    for (const role of ['targets', 'snapshot', 'timestamp', 'director'] as const) {
      for (const by of ['thief', 'root-1', role === 'snapshot' ? 'timestamp' : 'snapshot']) {
        const signed = (plot: Plot): void => {
          plot.signedBy[role] = [by]
        }
        expect(await said(signed)).toBe(`UPDATE_SIGNATURES ${role}.json`)
      }
      expect(await said((plot) => (plot.signedBy[role] = []))).toBe(
        `UPDATE_SIGNATURES ${role}.json`,
      )
    }
  })

  it('8 replayed manifest: an order of yesterday, another device’s, a second one of a number (F31)', async () => {
    const { trust } = await taken()
    const old = (plot: Plot): void => {
      plot.versions.director = 4
    }
    expect(await said(old, trust)).toBe('UPDATE_VERSION director.json')
    expect(await said((plot) => void plot.devices.splice(0, 1))).toBe('UPDATE_DEVICE director.json')
    const second = (plot: Plot): void => {
      plot.devices = ['bed-1']
    }
    expect(await said(second, trust)).toBe('UPDATE_VERSION director.json')
  })

  it('9 a director that was taken over: it can only choose among what was signed offline (F30)', async () => {
    const own = fileOf('malware', 2)
    const { length, hashes } = own.target
    const pin = { length, hashes }
    for (const path of ['2/parameters.json', '2/evil.js']) {
      const evil = (plot: Plot): void => {
        plot.directed = { [path]: pin }
        plot.files = new Map([[path, own.bytes]])
      }
      expect(await said(evil)).toBe(`UPDATE_DISAGREE ${path}`)
    }
    const extra = (plot: Plot): void => void plot.files.set('2/evil.js', own.bytes)
    expect(await said(extra)).toBe('UPDATE_DISAGREE 2/evil.js')
    // With all online keys it still lacks those of the targets.
    const all = (plot: Plot): void => {
      plot.targets['2/parameters.json'] = own.target
      plot.signedBy.targets = ['director', 'snapshot', 'timestamp']
      plot.files.set('2/parameters.json', own.bytes)
    }
    expect(await said(all)).toBe('UPDATE_SIGNATURES targets.json')
  })

  it('10 partial bundle: a part left out by the director, or a file that did not come (F34)', async () => {
    const part = (plot: Plot): void => {
      const { length, hashes } = plot.targets['2/parameters.json']!
      plot.directed = { '2/parameters.json': { length, hashes } }
      plot.files.delete('2/code.js')
    }
    expect(await said(part)).toBe('UPDATE_PARTIAL 2/code.js')
    const file = (plot: Plot): void => void plot.files.delete('2/code.js')
    expect(await said(file)).toBe('UPDATE_PARTIAL 2/code.js')
    const short = (plot: Plot): void => void plot.files.set('2/code.js', asciiBytes('progra'))
    expect(await said(short)).toBe('UPDATE_CONTENT 2/code.js')
    const other = (plot: Plot): void => void plot.files.set('2/code.js', asciiBytes('PROGRAM'))
    expect(await said(other)).toBe('UPDATE_CONTENT 2/code.js')
  })
})

describe('the checks without cryptography', () => {
  it('are pure: signatures found good before decide alone (F35)', async () => {
    const plot = goodPlot()
    const bundle = await bundleOf(plot)
    const read = readDocuments(bundle)
    if (!read.ok) throw new Error('not read')
    const trust = await deviceTrust()
    const judged = (has: (role: string) => boolean): string => {
      const good = { has: (document: Document) => has(document.signed._type) }
      const result = checkUpdate(trust, bundle, read.value, good, NOW_MS)
      return result.ok ? 'taken' : result.problem.where
    }
    expect(judged(() => true)).toBe('taken')
    for (const role of ['timestamp', 'snapshot', 'targets', 'director']) {
      expect(judged((signed) => signed !== role)).toBe(`${role}.json`)
    }
  })
})

describe('what else is refused', () => {
  it('parameters for another program, unless they bring it (F34)', async () => {
    expect(await said(() => undefined, { code: '0.2.0' })).toBe('taken')
    const alone = (plot: Plot): void => {
      delete plot.targets['2/code.js']
      plot.files.delete('2/code.js')
    }
    expect(await said(alone)).toBe('taken')
    expect(await said(alone, { code: '0.2.0' })).toBe('UPDATE_CODE 2/parameters.json')
  })

  it('a release that names no night to be tried on (F37)', async () => {
    const untried = (plot: Plot): void => {
      const { custom, ...pin } = plot.targets['2/parameters.json']!
      const { golden: _, ...rest } = custom
      plot.targets['2/parameters.json'] = { ...pin, custom: rest }
    }
    expect(await said(untried)).toBe('UPDATE_PARTIAL 2/parameters.json')
  })

  it('a failsafe that the keys of targets signed alone, and all online keys with them (F36)', async () => {
    const failsafe = fileOf('natural', 2, 'failsafe')
    const plotted =
      (...names: string[]) =>
      (plot: Plot): void => {
        plot.targets['2/failsafe.bin'] = failsafe.target
        plot.files.set('2/failsafe.bin', failsafe.bytes)
        plot.signedBy.targets = ['targets', ...names]
      }
    const refused = 'UPDATE_FAILSAFE 2/failsafe.bin'
    expect(await said(plotted())).toBe(refused)
    expect(await said(plotted('director', 'snapshot', 'timestamp'))).toBe(refused)
    expect(await said(plotted('root-1'))).toBe(refused)
    expect(await said(plotted('root-1', 'root-3'))).toBe('taken')
  })

  it('bytes that are no document: each is told by its place, and none is an error', async () => {
    const texts = ['', '{}', '[]', 'null', '{"signed":{},"signatures":[]}', '\u00ff', '{"signed":']
    for (const text of texts) {
      for (const role of ['timestamp', 'snapshot', 'targets', 'director'] as const) {
        const swap = (plot: Plot): void => {
          plot.swapped = { [role]: asciiBytes(text) }
        }
        expect(await said(swap)).toBe(`UPDATE_SHAPE ${role}.json`)
      }
    }
  })

  it('a single changed byte anywhere in the documents', async () => {
    const bundle = await bundleOf(goodPlot())
    for (const role of ['timestamp', 'snapshot', 'targets', 'director'] as const) {
      for (let at = 0; at < bundle[role].length - 1; at += 97) {
        const bytes = Uint8Array.from(bundle[role])
        bytes[at]! ^= 1
        expect(await saidTo({ ...bundle, [role]: bytes })).not.toBe('taken')
      }
    }
  })
})
