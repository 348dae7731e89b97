import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Arguments, type Io, UsageError } from './command.ts'
import { FLEET_NAB_OPTIONS, runFleetNab } from './fleet-nab.ts'

const args = (positionals: string[], scores?: string): Arguments => ({
  positionals,
  text: (name) => (name in FLEET_NAB_OPTIONS ? scores : undefined),
  flag: (name) => name === 'json',
})

function terminal(): Io & { readonly said: string[] } {
  const said: string[] = []
  const signal = new AbortController().signal
  return { said, out: (text) => said.push(text), err: () => {}, progress: () => {}, signal }
}

const row = (i: number, value: number | string): string =>
  `2020-01-${String(1 + Math.floor(i / 144)).padStart(2, '0')} ${String(Math.floor(i / 6) % 24).padStart(2, '0')}:${i % 6}0:00,${value}`

describe('nocturne fleet nab', () => {
  it('writes a score of 0 to 1 for each row to OUT/<category>/<name>.txt, and finds the jump', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nocturne-nab-'))
    await mkdir(join(folder, 'data', 'made'), { recursive: true })
    const values = Array.from({ length: 600 }, (_, i) => (i < 500 ? (i * 7919) % 13 : 90))
    const lines = ['timestamp,value', ...values.map((v, i) => row(i, i === 40 ? '' : v))]
    await writeFile(join(folder, 'data', 'made', 'jump.csv'), `${lines.join('\n')}\n`)
    const io = terminal()
    expect(await runFleetNab(args([folder], join(folder, 'out')), io)).toBe(0)
    expect(JSON.parse(io.said.join(''))).toMatchObject({ series: 1, rows: 600 })
    const text = await readFile(join(folder, 'out', 'made', 'jump.txt'), 'utf8')
    const scores = text.trim().split('\n').map(Number)
    expect(scores).toHaveLength(600)
    expect(scores.every((s) => s >= 0 && s <= 1)).toBe(true)
    expect(scores[40]).toBe(0)
    expect(scores.indexOf(Math.max(...scores))).toBeGreaterThanOrEqual(500)
    expect(scores.indexOf(Math.max(...scores))).toBeLessThan(505)
  })

  it('says in one line what it expected instead of a folder without series or a row without time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nocturne-nab-'))
    const out = join(folder, 'out')
    await expect(runFleetNab(args([folder], out), terminal())).rejects.toThrow('got no CSV file')
    await expect(runFleetNab(args([folder]), terminal())).rejects.toThrow(UsageError)
    await writeFile(join(folder, 'odd.csv'), 'timestamp,value\nyesterday,3\n')
    await expect(runFleetNab(args([folder], out), terminal())).rejects.toThrow('odd.csv, row 2')
  })
})
