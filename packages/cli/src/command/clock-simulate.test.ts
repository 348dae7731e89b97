import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { nocturne } from '../nocturne.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-clock-'))
afterAll(() => rmSync(folder, { recursive: true }))

function lightFile(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function simulate(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const code = await nocturne(['clock', 'simulate', ...words], {
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    progress: () => undefined,
    signal: new AbortController().signal,
  })
  return { code, ...said }
}

/** Five days at .1 h, 150 lux from 7 to 23. */
const lux = Array.from({ length: 1200 }, (_, i) =>
  (i / 10) % 24 >= 7 && (i / 10) % 24 < 23 ? 150 : 0,
)
const week = lightFile('week.json', { dt_h: 0.1, light_lux: lux })

describe('nocturne clock simulate', () => {
  it('gives times, states and markers as one JSON document, row 0 the initial state', async () => {
    const { code, out, err } = await simulate('--model', 'jewett99', '--light', week, '--json')
    const document = JSON.parse(out)
    expect(code).toBe(0)
    expect(err).toBe('')
    expect(Object.keys(document)).toEqual(['model', 'dtH', 'timesH', 'states', 'cbtminH', 'dlmoH'])
    expect([document.model, document.dtH]).toEqual(['jewett99', 0.1])
    expect([document.timesH.length, document.states.length]).toEqual([1200, 1200])
    expect(document.states[0]).toEqual([-0.10097101, -1.21985662, 0.50529415])
    expect(document.cbtminH.length).toBe(5)
    expect(document.dlmoH[0]).toBeCloseTo(document.cbtminH[0] - 7, 12)
  })

  it('says the model, its paper and the times of day in plain words', async () => {
    const { out } = await simulate('--model', 'hannay19', '--light', week)
    expect(out).toContain('doi 10.1177/0748730419878298')
    expect(out).toMatch(/ 1 {4}0[45]:\d\d {4}2[12]:\d\d/)
  })

  it('takes other parameters and another start', async () => {
    const words = ['--model', 'forger99', '--light', week, '--json']
    const late = await simulate(...words, '--parameters', 'tau=25,lightGain=2')
    const from = await simulate(...words, '--start-state', '-1, 0, 0.2')
    expect(JSON.parse(late.out).cbtminH[4]).not.toBe(
      JSON.parse((await simulate(...words)).out).cbtminH[4],
    )
    expect(JSON.parse(from.out).states[0]).toEqual([-1, 0, 0.2])
  })

  it('names the models when it does not know one', async () => {
    const { code, err } = await simulate('--model', 'kronauer', '--light', week)
    expect(code).toBe(2)
    expect(err).toMatch(/--model: got "kronauer", expected one of forger99, jewett99, hannay19/)
    expect((await simulate('--light', week)).err).toMatch(/--model: got nothing/)
  })

  it('refuses a bad file in one line that names the first bad index', async () => {
    const bad = lightFile('bad.json', { dt_h: 0.1, light_lux: [0, 5, -5, -6] })
    const { code, err } = await simulate('--model', 'jewett99', '--light', bad)
    expect(code).toBe(2)
    expect(err).toMatch(/bad\.json: light_lux\[2\]: got -5, expected a number from 0 to 200000/)
    expect(err.trim().split('\n').length).toBe(1)
    expect((await simulate('--model', 'jewett99', '--light', '/nowhere')).code).toBe(2)
  })

  it('fills gaps, and says how many hours of light were unknown', async () => {
    const gaps = lux.map((value, i) => (i >= 300 && i < 350 ? null : value))
    const path = lightFile('gaps.json', { dt_h: 0.1, light_lux: gaps })
    const { code, err, out } = await simulate('--model', 'jewett99', '--light', path, '--json')
    expect(code).toBe(0)
    expect(err).toMatch(/5\.0 h of light unknown, filled \(--gaps hold\)/)
    expect(JSON.parse(out).states.flat().every(Number.isFinite)).toBe(true)
  })

  it('gives melatonin to the model that has it, and refuses it elsewhere', async () => {
    const dosed = ['--light', week, '--dose', '3@20.5', '--json']
    const { out } = await simulate('--model', 'breslow13', ...dosed)
    expect(JSON.parse(out).states[206][5]).toBeGreaterThan(20_000)
    expect((await simulate('--model', 'jewett99', ...dosed)).err).toMatch(
      /expected --model breslow13/,
    )
    const late = await simulate('--model', 'breslow13', '--light', week, '--dose', '3@999')
    expect(late.err).toMatch(/got "3@999", expected 0 mg or more at 0 to 119\.9 h/)
  })

  it('wants a spectrum for melanopic light', async () => {
    const path = lightFile('mel.json', { dt_h: 0.1, melanopic_edi_lux: lux })
    const words = ['--model', 'jewett99', '--light', path, '--json']
    expect((await simulate(...words)).err).toMatch(/expected one of daylight, incandescent, led/)
    const { out } = await simulate(...words, '--spectrum', 'daylight')
    const photopic = await simulate('--model', 'jewett99', '--light', week, '--json')
    expect(out).toBe(photopic.out)
  })

  it('refuses unknown letters, short states and words that are not numbers', async () => {
    const words = ['--model', 'jewett99', '--light', week]
    expect((await simulate(...words, '--parameters', 'taux=25')).err).toMatch(
      /got "taux", expected one of tau/,
    )
    expect((await simulate(...words, '--parameters', 'tau=long')).err).toMatch(/tau: got "long"/)
    expect((await simulate(...words, '--start-state', '1,2')).err).toMatch(
      /got 2 numbers, expected x, xc, n/,
    )
    expect((await simulate(...words, '--gaps', 'guess')).err).toMatch(
      /expected one of hold, profile/,
    )
  })
})
