import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeProblem } from '@nocturne/core/math'
import { type Channel, writeEdf } from '@nocturne/core/signal'
import { syntheticSleeper } from '@nocturne/core/sleep'
import { afterAll, describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { openSource } from './open-source.ts'
import { playedSource } from './playback.ts'
import type { SampleLattice, SourceChunk, SourceNotice, SourceOptions } from './source.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-source-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function opened(spec: string, options: SourceOptions = {}) {
  const source = await openSource(spec, { speed: 0, ...options })
  if (!source.ok) throw new Error(describeProblem(source.problem))
  return source.value
}

async function played(spec: string, options: SourceOptions = {}) {
  const source = await opened(spec, options)
  const notices: SourceNotice[] = []
  source.onNotice((notice) => notices.push(notice))
  const chunks: SourceChunk[] = []
  for await (const chunk of source.chunks()) chunks.push(chunk)
  await source.close()
  return { description: source.description, chunks, notices }
}

/** One column over the whole night, NaN where nothing came. */
function column(chunks: readonly SourceChunk[], k: number): Float32Array {
  const last = chunks.at(-1)!
  const out = new Float32Array(last.first + last.columns[0]!.length).fill(Number.NaN)
  for (const chunk of chunks) out.set(chunk.columns[k]!, chunk.first)
  return out
}

function sine(label: string, rateHz: number, seconds: number, unit = 'uV'): Channel {
  const samples = Float32Array.from(
    { length: rateHz * seconds },
    (_, i) => 80 * Math.sin(2 * Math.PI * 1.1 * (i / rateHz)),
  )
  return { label, unit, rateHz, samples }
}

function edfFile(name: string, channels: readonly Channel[], durationS: number): string {
  const path = join(folder, name)
  const startTime = '2026-03-02T22:15:00'
  writeFileSync(path, writeEdf({ startTime, durationS, channels, annotations: [] }))
  return path
}

describe('a played recording', () => {
  it('brings every rate to one, in uV, in step with each other', async () => {
    const path = edfFile('mixed.edf', [sine('Fz', 200, 30), sine('E1', 256, 30)], 30)
    const { description, chunks } = await played(path, { rateHz: 256 })
    expect(description).toMatchObject({ rateHz: 256, timeZone: 'UTC', live: false })
    expect(description.startMs).toBe(Date.UTC(2026, 2, 2, 22, 15))
    expect(description.channels.map(({ label, unit }) => [label, unit])).toEqual([
      ['Fz', 'uV'],
      ['E1', 'uV'],
    ])
    const [fz, e1] = [column(chunks, 0), column(chunks, 1)]
    expect(fz.length).toBe(30 * 256)
    for (let i = 64; i < fz.length - 64; i++) expect(Math.abs(fz[i]! - e1[i]!)).toBeLessThan(0.3)
  })

  it('gives volts and millivolts as microvolts', async () => {
    const volts = { ...sine('Fz', 128, 10, 'mV') }
    const samples = volts.samples.map((v) => v / 1000)
    const { chunks, description } = await played(edfFile('mv.edf', [{ ...volts, samples }], 10))
    expect(description.channels[0]!.unit).toBe('uV')
    expect(Math.max(...column(chunks, 0))).toBeGreaterThan(79)
  })

  it('comes with the same pieces and stamps at every speed', async () => {
    const path = edfFile('speed.edf', [sine('Fz', 128, 4)], 4)
    const fast = await played(path, { speed: 0 })
    const begun = performance.now()
    const slow = await played(path, { speed: 8 })
    expect(performance.now() - begun).toBeGreaterThan(450)
    expect(slow.chunks).toEqual(fast.chunks)
    expect(fast.chunks[0]).toMatchObject({ first: 0, atMs: 62 })
    expect(fast.chunks.at(-1)!.atMs).toBe(4000)
    expect(fast.chunks.every(({ columns }) => columns[0]!.length === 8)).toBe(true)
  })

  it('jumps over what was not recorded and says so', async () => {
    const channel = sine('Fz', 128, 60)
    channel.samples.fill(Number.NaN, 20 * 128, 45 * 128)
    const { chunks, notices } = await played(edfFile('gap.edf', [channel], 60))
    const jump = chunks.findIndex((chunk, k) => chunk.first > (chunks[k - 1]?.first ?? 0) + 8)
    expect(chunks[jump]!.first).toBe(45 * 128)
    expect(notices.map(({ kind, atMs }) => [kind, atMs])).toEqual([
      ['gap', 45_000],
      ['ended', 60_000],
    ])
    const whole = column(chunks, 0)
    expect(whole.slice(0, 20 * 128).every((v) => !Number.isNaN(v))).toBe(true)
    expect(whole.slice(20 * 128, 45 * 128).every((v) => Number.isNaN(v))).toBe(true)
  })

  it('reads the wall clock in the zone that is named', async () => {
    const path = edfFile('zone.edf', [sine('Fz', 128, 2)], 2)
    const source = await opened(path, { timeZone: 'Europe/Berlin' })
    expect(source.description.startMs).toBe(Date.UTC(2026, 2, 2, 21, 15))
    await source.close()
  })

  it('gives the channels that were asked for, in that order', async () => {
    const path = edfFile('two.edf', [sine('Fz', 128, 2), sine('Cz', 128, 2)], 2)
    const { description } = await played(path, { channels: ['Cz', 'Fz'] })
    expect(description.channels.map(({ label }) => label)).toEqual(['Cz', 'Fz'])
    const unknown = await openSource(path, { channels: ['Oz'] })
    expect(!unknown.ok && describeProblem(unknown.problem)).toContain(
      '"Oz", expected one of Fz, Cz',
    )
  })

  it('is played as long as was asked for', async () => {
    const path = edfFile('part.edf', [sine('Fz', 128, 60)], 60)
    const wish = { hours: 30.25 / 3600, piecesHz: 2 }
    const { description, chunks, notices } = await played(path, wish)
    expect(description.durationS).toBe(30.25)
    expect(chunks[0]!.columns[0]!.length).toBe(64)
    expect(column(chunks, 0).length).toBe(30.25 * 128)
    expect(chunks.at(-1)!.atMs).toBe(30_250)
    expect(notices.map(({ kind }) => kind)).toEqual(['ended'])
  })

  it('stops within a piece when it is closed', async () => {
    const source = await opened(edfFile('close.edf', [sine('Fz', 128, 20)], 20), { speed: 1 })
    let pieces = 0
    for await (const _ of source.chunks()) if (++pieces === 2) await source.close()
    expect(pieces).toBe(2)
  })
})

describe('a medium that fails', () => {
  const description = { name: 'x', channels: [], rateHz: 100, live: false }
  const options = { speed: 0, chunkSamples: 10 }

  it('is a notice and the end, after what was read', async () => {
    async function* blocks() {
      yield { first: 0, columns: [new Float32Array(20)] }
      throw new Error('EIO: the disk is gone')
    }
    const source = playedSource(description, blocks, options)
    const notices: SourceNotice[] = []
    source.onNotice((notice) => notices.push(notice))
    let pieces = 0
    for await (const _ of source.chunks()) pieces++
    expect(pieces).toBe(2)
    expect(notices).toMatchObject([
      { kind: 'lost', atMs: 200, text: 'EIO: the disk is gone' },
      { kind: 'ended', atMs: 200 },
    ])
  })
})

describe('the lattice of a channel', () => {
  /** The share of samples that are fround(n x gain + offset) for a whole n. */
  const shareOn = (samples: Float32Array, { gain, offset }: SampleLattice): number => {
    const on = samples.filter(
      (v) => Math.fround(Math.round((v - offset) / gain) * gain + offset) === v,
    )
    return on.length / samples.length
  }

  it('holds every sample of a recording played at its own rate and of a made-up sleeper', async () => {
    const path = edfFile('lattice.edf', [sine('Fz', 128, 10, 'mV'), sine('E1', 100, 10)], 10)
    const { description, chunks } = await played(path)
    const [fz, e1] = description.channels
    expect(shareOn(column(chunks, 0), fz!.lattice!)).toBe(1)
    expect(e1!.lattice).toBeUndefined()
    const synth = await played('synth:3', { hours: 0.01 })
    expect(shareOn(column(synth.chunks, 2), synth.description.channels[2]!.lattice!)).toBe(1)
  })
})

describe.skipIf(!hasShared('data/edf'))(`files of other programs (${SHARED_MISSING})`, () => {
  it('the gaps of an EDF+D file are jumps of whole seconds', async () => {
    const path = sharedPath('data/edf/edfreader_r/inst/extdata/edfPlusD.edf')
    const { chunks, notices } = await played(path)
    expect(notices.filter(({ kind }) => kind === 'gap').map(({ text }) => text)).toEqual(
      [1, 1, 2, 2, 3].map((s) => `${s}.000 s were not recorded`),
    )
    for (const [k, chunk] of chunks.entries()) {
      const before = chunks[k - 1]
      if (before)
        expect(chunk.first).toBeGreaterThanOrEqual(before.first + before.columns[0]!.length)
    }
  })
})

describe('the made-up sleeper', () => {
  it('is the same night at any size of piece', async () => {
    const a = await played('synth:7', { hours: 0.02, chunkSamples: 8 })
    const b = await played('synth:7', { hours: 0.02, chunkSamples: 500 })
    const sleeper = syntheticSleeper({ seed: 7, hours: 0.02, rateHz: 256 })
    const step = 0.1
    const truth = sleeper.next(72).map((row) => row.map((uv) => Math.round(uv / step) * step))
    for (const k of truth.keys()) {
      expect(column(a.chunks, k)).toEqual(truth[k])
      expect(column(b.chunks, k)).toEqual(truth[k])
    }
    expect(a.description.channels.map(({ label }) => label)).toEqual(sleeper.labels)
  })
})

describe('a name that means nothing', () => {
  it.each([
    ['cyton', 'FILE.edf, FILE.xdf, synth:SEED, lsl:NAME or serial:PATH (SOURCE_SPEC)'],
    ['', 'got "", expected'],
    ['synth:x', 'synth:SEED: got "x", expected a whole number, as in synth:7 (SOURCE_SPEC)'],
    ['synth:', 'got ""'],
    ['nowhere.edf', 'nowhere.edf: got no such file, expected a readable file (SOURCE_FILE)'],
  ])('"%s" is told in one line', async (spec, line) => {
    const source = await openSource(spec)
    expect(source.ok).toBe(false)
    if (source.ok) return
    expect(describeProblem(source.problem)).toContain(line)
    expect(describeProblem(source.problem)).not.toContain('\n')
  })

  it.each([
    [{ rateHz: 2000 }, 'rate: got 2000 Hz, expected a whole number from 50 to 1024'],
    [{ rateHz: 128.5 }, 'rate: got 128.5 Hz'],
    [{ chunkSamples: 0 }, 'samples of a piece: got 0'],
    [{ speed: -1 }, 'speed: got -1, expected a number from 0'],
    [{ timeZone: 'Mars/Olympus' }, 'time zone: got "Mars/Olympus"'],
    [{ hours: 0 }, 'hours: got 0, expected a number above 0'],
    [{ hours: 25 }, 'hours: got 25, expected more than 0 and up to 24'],
    [{ channels: ['Oz'] }, 'synth: got "Oz", expected out of EEG Fpz-Cz'],
  ])('options %j of a made-up sleeper are told in one line', async (options, line) => {
    const source = await openSource('synth:1', options)
    expect(!source.ok && describeProblem(source.problem)).toContain(line)
  })

  it('a folder named like a recording is none', async () => {
    const path = join(folder, 'folder.edf')
    mkdirSync(path)
    const source = await openSource(path)
    expect(!source.ok && source.problem.got).toBe('a folder or device')
  })

  it('a file that is no recording is told with its reason', async () => {
    const path = join(folder, 'text.edf')
    writeFileSync(path, 'x'.repeat(3000))
    const source = await openSource(path)
    expect(!source.ok && source.problem.code).toBe('SOURCE_FILE')
  })
})
