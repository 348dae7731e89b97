import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callNocturne, nocturneText, runNocturne } from '#test/nocturne.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'

let folder: string
let night: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nocturne-cli-'))
  night = join(folder, 'night.edf')
  await nocturneText('synth', '--hours', '2', '--seed', '5', '--out', night)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const MODELS = hasShared('models')
const title = MODELS ? 'a model of one’s own' : `a model of one’s own (${SHARED_MISSING})`

describe.skipIf(!MODELS)(title, () => {
  it('is added, listed, explained, used by its name and taken away again', async () => {
    const file = sharedPath('models/yasa/clf_eeg_lgb_0.5.0.joblib')
    const at = { NOCTURNE_HOME: join(folder, 'home') }
    const run = (...words: string[]) => callNocturne(words, at)
    expect((await run('model', 'add', file, '--name', 'mine')).code).toBe(0)
    expect((await run('model', 'add', file, '--name', 'mine')).code).toBe(2)
    expect((await run('model', 'list')).out).toContain('mine')
    expect((await run('model', 'info', 'mine')).out).toContain('BSD-3-Clause')
    const nap = join(folder, 'nap.edf')
    await run('synth', '--hours', '0.25', '--seed', '5', '--out', nap)
    const read = await run('night', nap, '--model', 'mine', '--json')
    expect(JSON.parse(read.out).model.name).toMatch(/YASA/)
    expect((await run('model', 'remove', 'mine')).code).toBe(0)
    expect((await run('night', nap, '--model', 'mine')).code).toBe(2)
  })

  it('says what it misses: a stager of eyes and chin without eyes and chin', async () => {
    const file = sharedPath('models/yasa/clf_eeg+eog+emg_lgb_0.5.0.joblib')
    const { code, err } = await callNocturne(['night', night, '--model', file, '--eog', 'none'])
    expect([code, err]).toEqual([2, expect.stringContaining('EOG')])
  })
})

describe('nocturne', () => {
  it('lists its commands, and explains each with an example', async () => {
    const { out: list } = await callNocturne([])
    for (const name of ['night', 'read', 'synth', 'agree', 'model', 'doctor', 'up']) {
      expect(list).toContain(`  ${name} `)
      const { code, out: help } = await callNocturne([name, '--help'])
      expect(code).toBe(0)
      expect(help).toContain('Example')
      expect(help).toContain(`nocturne ${name}`)
    }
    expect(await nocturneText()).toBe(list)
  })

  it('answers bad usage in one line on stderr, nothing on stdout, and exit code 2', async () => {
    const calls = [
      ['dream-on'],
      ['night'],
      ['night', join(folder, 'nowhere.edf')],
      ['night', night, '--eeg', 'Oz'],
      ['night', night, '--model', 'nobody'],
      ['night', night, '--frobnicate'],
      ['night', folder],
      ['night', night, '--hypnogram', join(folder, 'nowhere.txt')],
      ['synth', '--hours', '-3', '--out', join(folder, 'x.edf')],
      ['model', 'info', 'nobody'],
      ['up', '--port', 'night'],
    ]
    for (const call of calls) {
      const { code, out, err } = await callNocturne(call)
      expect([call, code, out]).toEqual([call, 2, ''])
      expect(err.trim().split('\n')).toHaveLength(1)
      expect(err).toMatch(/got|expected|Unknown/)
    }
    expect(await runNocturne(calls[0]!)).toEqual(await callNocturne(calls[0]!))
  })

  it('reads a night into the document that other programs rely on', async () => {
    const document = JSON.parse(await nocturneText('night', night, '--hypnogram', night, '--json'))
    expect(document.recording).toMatchObject({ file: 'night.edf', durationS: 7200 })
    expect(document.recording.channels[0]).toEqual({
      label: expect.any(String),
      unit: 'uV',
      rateHz: 128,
      nSamples: 128 * 7200,
    })
    expect(document.recording.used.eeg).toMatch(/^EEG/)
    expect(document.model).toEqual({
      name: 'starter',
      version: expect.any(String),
      hash: expect.stringMatching(/^[0-9a-f]{8,64}$/),
    })
    expect(document.stages).toHaveLength(240)
    expect(document.probabilities).toHaveLength(240)
    for (const row of document.probabilities) {
      expect(row.reduce((sum: number, p: number) => sum + p, 0)).toBeCloseTo(1, 4)
    }
    expect(document.spindles.length).toBeGreaterThan(50)
    expect(Object.keys(document.spindles[0])).toEqual(
      'startS durationS frequencyHz amplitudeUv'.split(' '),
    )
    expect(Object.keys(document.slowWaves[0])).toEqual('startS durationS negPeakS ptpUv'.split(' '))
    expect(document.rems).toBeInstanceOf(Array)
    expect(Object.keys(document.statistics)).toEqual(
      'tibMin sptMin tstMin wasoMin solMin remLatencyMin efficiencyPct n1Min n2Min n3Min remMin awakenings'.split(
        ' ',
      ),
    )
    expect(document.statistics.tibMin).toBe(120)
    expect(document.agreement.kappa).toBeGreaterThan(0.3)
    expect(document.agreement.confusion).toHaveLength(5)
  })

  it('writes a report, a picture, a document and a hypnogram that agrees with it', async () => {
    const out = join(folder, 'report')
    const said = await nocturneText('night', night, '--eog', 'none', '--out', out)
    expect(said).toContain('asleep')
    expect((await readdir(out)).sort()).toEqual([
      'hypnogram.edf',
      'hypnogram.png',
      'night.json',
      'report.html',
    ])
    const report = await readFile(join(out, 'report.html'), 'utf8')
    expect(report).toMatch(/^<!doctype html>/i)
    expect(report).toContain('nocturne night night.edf --eog none --model starter --out report')
    const png = await readFile(join(out, 'hypnogram.png'))
    expect([...png.subarray(1, 4)].map((b) => String.fromCharCode(b)).join('')).toBe('PNG')
    const same = await nocturneText(
      'agree',
      join(out, 'hypnogram.edf'),
      join(out, 'night.json'),
      '--json',
    )
    expect(JSON.parse(same).accuracy).toBe(1)
  })

  it('says the same bytes for the same night, bundled or from source', async () => {
    const bundled = await nocturneText('night', night, '--json')
    expect((await callNocturne(['night', night, '--json'])).out).toBe(bundled)
  })

  it('answers no by exit code 1 where agreement is below what was asked', async () => {
    const other = join(folder, 'other.txt')
    await writeFile(
      other,
      Array.from({ length: 240 }, (_, i) => 'W N1 N2 N3 R'.split(' ')[i % 5]).join('\n'),
    )
    const { code } = await runNocturne(['agree', night, other, '--min-kappa', '0.9'])
    expect(code).toBe(1)
  })

  it('knows its own models, and keeps a shelf for a person’s', async () => {
    const cards = JSON.parse(await nocturneText('model', 'list', '--json'))
    expect(cards.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['starter', 'starter-live']),
    )
    for (const card of cards) {
      expect(Object.keys(card)).toEqual('name version hash licence card'.split(' '))
    }
  })

  it('examines itself and finds nothing missing', async () => {
    const { checks } = JSON.parse(await nocturneText('doctor', '--json'))
    const missing = checks.filter((check: { ok: boolean; optional?: true }) => !check.ok)
    expect(missing.filter(({ optional }: { optional?: true }) => !optional)).toEqual([])
  })

  it('refuses a file that is no recording, and leaves nothing behind', async () => {
    const text = join(folder, 'letter.edf')
    await writeFile(text, 'Dear Diary, I slept badly.')
    const out = join(folder, 'nothing')
    const { code, err } = await runNocturne(['night', text, '--out', out])
    expect(code).toBe(2)
    expect(err).toContain('letter.edf')
    await expect(readdir(out)).rejects.toThrow()
  })
})
