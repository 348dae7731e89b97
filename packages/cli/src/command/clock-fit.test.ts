import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { genotypeText } from '#test/genotype-file.ts'
import { callNocturne } from '#test/nocturne.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-clock-'))
afterAll(() => rmSync(folder, { recursive: true }))

const DIARY = join(folder, 'diary.csv')
const rows = Array.from({ length: 12 }, (_, i) => {
  const [evening, morning] = [i + 2, i + 3].map((day) => `2026-11-${String(day).padStart(2, '0')}`)
  const waketime = i === 5 ? '' : `${morning} 07:${10 + ((i * 7) % 20)}`
  return `${evening},${evening} 23:${10 + ((i * 11) % 30)},${waketime}`
})
writeFileSync(DIARY, `night,bedtime,waketime\n${rows.join('\n')}\n`)

describe('nocturne clock fit', () => {
  it('tells a sleeper of a plain diary where the clock is, how sure, and what would help', async () => {
    const { code, out } = await callNocturne(['clock', 'fit', DIARY, '--zone', 'Europe/Berlin'])
    expect(code).toBe(0)
    expect(out).toMatch(/Melatonin starts \(DLMO\) +2[01]:\d\d +between \d\d:\d\d and \d\d:\d\d/)
    expect(out).toMatch(/Lowest point \(CBTmin\) +0[345]:\d\d/)
    expect(out).toContain('your usual hours')
    expect(out).toContain('What would make it surer')
    expect(out).toContain('only one end known')
  })

  it('writes one JSON document with the fields of the contract, and the same into a file', async () => {
    const out = join(folder, 'clock.json')
    const call = await callNocturne(['clock', 'fit', DIARY, '--json', '--out', out])
    const document = JSON.parse(call.out)
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining([
        'tauH',
        'phase',
        'sleepNeedH',
        'lightSensitivity',
        'ledger',
        'nights',
        'ensemble',
      ]),
    )
    expect(document.nights).toBe(12)
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(document)
  })

  it('lets a genome and a measured melatonin onset move it, and says by how much', async () => {
    const genome = join(folder, 'genome.txt')
    writeFileSync(genome, genotypeText({ rs35333999: 'TT' }))
    const dlmo = '2026-11-10 23:00'
    const words = ['clock', 'fit', DIARY, '--genome', genome, '--dlmo', dlmo, '--json']
    const { ledger } = JSON.parse((await callNocturne(words)).out)
    const kinds = ledger.map(({ evidence }: { evidence: string }) => evidence)
    expect(kinds).toEqual(['genes', 'habit', 'nights', 'dlmo'])
    expect(ledger[0].moved.tauMin).toBeGreaterThan(1)
    expect(ledger[3].moved.dlmoMin).toBeGreaterThan(30)
  })

  it.each([
    [['clock', 'fit', DIARY, '--zone', 'Mars/Olympus'], '--zone: got "Mars/Olympus"'],
    [['clock', 'fit', DIARY, '--dlmo', 'yesterday'], '--dlmo: got "yesterday"'],
    [['clock', 'fit', join(folder, 'none.csv')], 'got no such file'],
    [['clock', 'plot', DIARY, '--out', 'clock.gif'], '--out: got clock.gif'],
  ])('refuses what it cannot use in one line (%#)', async (words, line) => {
    const { code, err } = await callNocturne(words)
    expect(code).toBe(2)
    expect(err).toContain(line)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})

describe('nocturne clock plot', () => {
  it('draws the nights as a PNG and as an SVG', async () => {
    const [png, svg] = [join(folder, 'clock.png'), join(folder, 'clock.svg')]
    expect((await callNocturne(['clock', 'plot', DIARY, '--out', png])).code).toBe(0)
    const { code, out } = await callNocturne(['clock', 'plot', DIARY, '--out', svg, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({ file: svg, nights: 12 })
    expect(readFileSync(png).subarray(1, 4).toString()).toBe('PNG')
    expect(readFileSync(svg, 'utf8')).toContain('<title id="clock-title">')
  })
})
