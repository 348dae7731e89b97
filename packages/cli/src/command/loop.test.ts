import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Call, callNocturne, runNocturne } from '#test/nocturne.ts'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { loopText } from '../loop-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-loop-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string): string => join(folder, name)
/** A minute and a half of a made-up sleeper. */
const SHORT = ['loop', 'synth:3', '--hours', '0.025']

/** A home of one's own. */
function homeOf(name: string): Readonly<Record<string, string>> {
  const home = file(name)
  mkdirSync(home)
  return { NOCTURNE_HOME: home }
}

async function consentIn(home: Readonly<Record<string, string>>): Promise<string> {
  const words = ['consent', 'new', '--allow', 'sound', '--conditions', 'none', '--json']
  return JSON.parse((await callNocturne(words, home)).out).id as string
}

describe('a rehearsed night through the program', () => {
  const box = file('night.box')
  let night: Call
  beforeAll(async () => {
    night = await runNocturne([...SHORT, '--rehearse', 'control', '--box', box, '--json'])
  })

  it('is one JSON document with the fields that are promised', () => {
    expect(night.code).toBe(0)
    const document = JSON.parse(night.out)
    expect(Object.keys(document).sort()).toEqual(
      ['box', 'decisions', 'latencyUs', 'modeChanges', 'stimuli'].sort(),
    )
    expect(document.decisions).toMatchObject({
      allowed: 0,
      refused: { NOT_DEEP: expect.any(Number) },
    })
    expect(Object.keys(document.latencyUs)).toEqual(['p50', 'p99', 'p999'])
    expect(document.modeChanges[0]).toEqual({
      atS: 0,
      from: 'natural',
      to: 'control',
      code: 'ASKED',
    })
    expect(document.box).toBe(box)
  })

  it('leaves a box that is whole, comes again to the bit, and explains any moment (N86, N87)', async () => {
    const { decisions } = JSON.parse(night.out)
    const refused = Object.values(decisions.refused as Record<string, number>)
    const total = refused.reduce((sum, count) => sum + count, decisions.allowed as number)
    const checked = JSON.parse((await callNocturne(['box', box, '--json'])).out)
    expect(checked).toMatchObject({ ok: true, torn: 0, ended: true, spanS: 90, sealed: false })
    expect(checked.counts.decisions).toBe(total)
    const again = await callNocturne(['replay', box, '--json'])
    expect(again.code).toBe(0)
    expect(JSON.parse(again.out)).toMatchObject({ identical: true, decisions: total })
    const why = await callNocturne(['why', box, '--at', '23:01:00', '--json'])
    expect(why.code).toBe(0)
    expect(Object.keys(JSON.parse(why.out))).toEqual(
      expect.arrayContaining(['at', 'decision', 'reason', 'rule', 'inputs']),
    )
  })
})

describe('the arm of a rehearsed night', () => {
  it('leaves no trace in what was decided, in the box, or in the length of the sound (N80, N82)', async () => {
    const arms = []
    const sizes: number[] = []
    for (const arm of ['stim', 'sham']) {
      const [box, wav] = [file(`${arm}.box`), file(`${arm}.wav`)]
      const words = ['--rehearse', 'control', '--arm', arm, '--box', box, '--wav', wav, '--json']
      const { decisions, modeChanges } = JSON.parse((await callNocturne([...SHORT, ...words])).out)
      const { counts, spanS } = JSON.parse((await callNocturne(['box', box, '--json'])).out)
      sizes.push(statSync(box).size)
      arms.push({ decisions, modeChanges, counts, spanS, wavBytes: statSync(wav).size })
    }
    expect(arms[1]).toEqual(arms[0])
    // Each rehearsal has a key of its own: what it packs to differs by some bytes.
    expect(Math.abs(sizes[0]! - sizes[1]!)).toBeLessThan(100)
  })
})

describe('a night with a bedtime fade', () => {
  const release = file('fade.json')
  const parameters = { fadeSoundDb: 40, fadeLightLux: 5, fadeMin: 1 }
  const night = async (arm: string): Promise<{ call: Call; box: string; wav: Buffer }> => {
    writeFileSync(release, JSON.stringify({ name: 'fading', version: '1', parameters }))
    const [box, wav] = [file(`fade-${arm}.box`), file(`fade-${arm}.wav`)]
    const words = ['--release', release, '--arm', arm, '--box', box, '--wav', wav, '--json']
    const call = await callNocturne([...SHORT, '--rehearse', 'control', ...words])
    return { call, box, wav: readFileSync(wav) }
  }

  it('is told, comes again to the bit, and is explained at its begin and its end (N79, N86, N87)', async () => {
    const { call, box } = await night('stim')
    const { fades, decisions, stimuli } = JSON.parse(call.out)
    expect([fades, decisions.allowed, stimuli]).toEqual([8, 8, []])
    expect(decisions.refused.FADE_OVER).toBe(2)
    expect(JSON.parse((await callNocturne(['replay', box, '--json'])).out).identical).toBe(true)
    const why = async (at: string): Promise<{ reason: string; rule: string; decision: unknown }> =>
      JSON.parse((await callNocturne(['why', box, '--at', at, '--json'])).out)
    const said = await Promise.all(
      ['00:19', '00:20', '00:21', '01:06', '01:07', '01:08', '01:09', '01:10'].map((at) =>
        why(`23:${at}`),
      ),
    )
    const begun = said.filter(({ reason }) => reason.includes('the bedtime fade went on'))
    expect(begun.length).toBeGreaterThan(0)
    expect(begun[0]).toMatchObject({ inputs: { gates: [] }, rule: expect.stringContaining('N74') })
    const ended = said.filter(({ rule }) => rule === 'fadeMin')
    expect(ended[0]!.reason).toBe('The bedtime fade had come to its end.')
  })

  it('sounds alike in a muted night (N83)', async () => {
    const [stim, sham] = [await night('stim'), await night('sham')]
    expect(sham.wav.equals(stim.wav)).toBe(true)
    const loud = (fromS: number, toS: number): number => {
      let sum = 0
      for (let at = 44 + 96_000 * fromS; at < 44 + 96_000 * toS; at += 2) {
        sum += (stim.wav.readInt16LE(at) / 32767) ** 2 / (48_000 * (toS - fromS))
      }
      return sum === 0 ? 0 : 70 + 10 * Math.log10(sum)
    }
    const tens = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => loud(10 * k, 10 * k + 10))
    const first = tens.findIndex((level) => level > 35)
    expect(first).toBeLessThan(3)
    for (let k = first + 2; k < first + 5; k++) expect(tens[k]!).toBeLessThan(tens[k - 1]!)
    expect(tens.slice(first + 7)).toEqual(tens.slice(first + 7).map(() => 0))
  })
})

describe('a night under a signed consent', () => {
  it('says beforehand why nothing may act, and then nothing does (N10, N11, N20)', async () => {
    const home = homeOf('signed')
    const id = await consentIn(home)
    const words = [...SHORT, '--consent', id, '--box', file('signed.box'), '--json']
    const call = await callNocturne(words, home)
    expect(call.code).toBe(0)
    expect(call.err).toContain('nothing may act: the consent begins after 2026-01-01T23:00 (N11)\n')
    expect(call.err).toContain('control comes after 2 clean nights, 0 so far (N20)')
    expect(JSON.parse(call.out)).toMatchObject({ stimuli: [], modeChanges: [] })
    await callNocturne(['consent', 'revoke', id], home)
    expect((await callNocturne(words, home)).err).toContain('the consent was taken back (N15)')
  })

  it('is refused where the list of earlier nights cannot be read, and played nights are not in it', async () => {
    const home = homeOf('damaged')
    const id = await consentIn(home)
    const words = [...SHORT, '--consent', id, '--box', file('damaged.box')]
    await callNocturne(words, home)
    const nights = join(home.NOCTURNE_HOME!, 'nights.json')
    expect(existsSync(nights)).toBe(false)
    writeFileSync(nights, '[{"date":"2026-01-01"}]')
    const call = await callNocturne(words, home)
    expect(call).toMatchObject({ code: 2, out: '' })
    expect(call.err).toMatch(/nights\.json: night 1: got .* expected a night/)
  })
})

describe('a night in words', () => {
  it('tells a signal that was lost from one that is back', () => {
    const change = { atS: 60, code: 'SIGNAL_LOST' } as const
    const told = loopText(
      {
        ...{ stimuli: [], decisions: { allowed: 0, refused: {} }, box: 'a.box' },
        latencyUs: { p50: 1, p99: 2, p999: 3 },
        modeChanges: [
          { ...change, from: 'control', to: 'natural' },
          { ...change, from: 'natural', to: 'control' },
        ],
      },
      60_000,
    )
    expect(told).toContain('control -> natural: SIGNAL_LOST')
    expect(told).toContain('natural -> control: The signal had been good for five minutes again.')
  })
})

describe('what a night is not begun with', () => {
  it('is said in one line, before anything is written', async () => {
    const box = file('none.box')
    const rehearsed = ['--rehearse', 'control', '--box', box]
    for (const words of [
      [...SHORT, '--box', box],
      [...SHORT, '--rehearse', 'control'],
      [...SHORT, '--rehearse', 'dream', '--box', box],
      [...SHORT, ...rehearsed, '--consent', 'x'],
      [...SHORT, ...rehearsed, '--arm', 'both'],
      [...SHORT, ...rehearsed, '--wake', '25:00'],
      [...SHORT, ...rehearsed, '--zone', 'No/Where'],
      [...SHORT, ...rehearsed, '--eeg', 'Fpz-Xyz'],
      ['loop', file('none.edf'), ...rehearsed],
      ['edge', '--source', 'synth:1', '--rehearse', 'control', '--sound'],
      ['edge', '--source', 'synth:1', '--rehearse', 'control', '--lamp', 'bed=50'],
      ['edge', '--source', 'synth:1', '--consent', 'x', '--lamp', 'bed=50'],
    ]) {
      const call = await callNocturne(words)
      expect(call).toMatchObject({ code: 2, out: '' })
      expect(call.err.trim().split('\n')).toHaveLength(1)
    }
    expect(existsSync(box)).toBe(false)
  })
})

describe.skipIf(!hasShared())(`recordings of other makers ${SHARED_MISSING}`, () => {
  it('are played with their gaps, odd rates and odd starts, and come again', async () => {
    const box = file('odd.box')
    for (const [path, ...more] of [
      ['data/edf/edfreader_r/inst/extdata/edfPlusD.edf', '--eeg', 'sine 1 Hz'],
      ['data/edf/edfio/tests/TEST_DATA/test_subsecond.edf', '--hours', '0.01'],
      ['data/edf/edflib_unittest/test2.edf'],
    ] as const) {
      const words = ['loop', sharedPath(path), '--rehearse', 'control', '--box', box, ...more]
      expect((await callNocturne(words)).code).toBe(0)
      expect((await callNocturne(['replay', box])).out).toMatch(/^identical/)
    }
  })

  it('without a record in them are refused in one line', async () => {
    const path = sharedPath('data/edf/edfize/test/support/zero-data-records.edf')
    const call = await callNocturne(['loop', path, '--rehearse', 'control', '--box', file('z.box')])
    expect(call).toMatchObject({ code: 2, out: '' })
    expect(call.err.trim().split('\n')).toHaveLength(1)
  })
})
