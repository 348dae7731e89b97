import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { type Arguments, type Io, parserOptions, UsageError } from '../command.ts'
import { command } from './agree.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-agree-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function agree(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const parsed = parseArgs({ args: words, options: parserOptions(command), allowPositionals: true })
  const values: Record<string, unknown> = parsed.values
  const args: Arguments = {
    positionals: parsed.positionals,
    text: (name) => values[name] as string | undefined,
    flag: (name) => values[name] === true,
  }
  let out = ''
  let err = ''
  const io: Io = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    progress: () => undefined,
    signal: new AbortController().signal,
  }
  const code = await command.run(args, io)
  return { code, out, err }
}

describe('nocturne agree', () => {
  const words = file('words.txt', 'W\nN1\nN2\nN2\nN3\nR\n?\n')
  const numbers = file('numbers.json', '[0, 1, 2, 3, 3, 4, 0]')

  it('refuses hypnograms without an epoch that both have scored', async () => {
    const early = file('early.txt', 'W\nN1\n?\n?\n')
    const late = file('late.txt', '?\n?\nN2\nN3\n')
    await expect(agree(early, late, '--json')).rejects.toThrow(UsageError)
    await expect(agree(early, late)).rejects.toThrow(/no epoch that both have scored/)
  })

  it('prints accuracy, kappa, F1 and the confusion matrix as one JSON document', async () => {
    const { code, out } = await agree(words, numbers, '--json')
    const document = JSON.parse(out)
    expect(code).toBe(0)
    expect(document.accuracy).toBeCloseTo(5 / 6, 12)
    expect(Object.keys(document.f1)).toEqual(['W', 'N1', 'N2', 'N3', 'R'])
    expect(document.confusion[2]).toEqual([0, 0, 1, 1, 0])
    expect(document).toMatchObject({ n: 6, unscored: 1 })
  })

  it('prints a page for a person, with what two experts reach', async () => {
    const { out } = await agree(words, numbers)
    expect(out).toContain('accuracy 83.3 %')
    expect(out).toContain('6 epochs compared, 1 left out (not scored by both)')
    expect(out).toContain('two experts agree with each other at accuracy 0.791, kappa 0.703')
  })

  it('exits 1 when kappa is below --min-kappa, else 0', async () => {
    expect((await agree(words, numbers, '--min-kappa', '0.9')).code).toBe(1)
    expect((await agree(words, numbers, '--min-kappa', '0.5')).code).toBe(0)
  })

  it('trims different lengths with a warning, and refuses them with --strict', async () => {
    const short = file('short.txt', 'W\nN1\n')
    const { err, code } = await agree(words, short)
    expect(code).toBe(0)
    expect(err).toContain('lengths differ (7 and 2 epochs): 2 shared')
    await expect(agree(words, short, '--strict')).rejects.toThrow(UsageError)
  })

  it('says what, where, got and expected when a file cannot be read', async () => {
    const broken = file('broken.txt', 'W\nspindle\n')
    await expect(agree(words, broken)).rejects.toThrow(
      /broken\.txt: line 2: got "spindle", expected a stage/,
    )
    await expect(agree(words, join(folder, 'none'))).rejects.toThrow(/no such file/)
    await expect(agree(words, words, '--codes', 'roman')).rejects.toThrow(/aasm, rk, dreams/)
  })

  it('takes numbers and columns of each file as told', async () => {
    const table = file('table.tsv', 'onset\tstage_hum\tstage_ai\n0\t0\t0\n30\t4\t3\n')
    const kales = file('kales.txt', '0\n4\n')
    const args = [table, kales, '--column-a', 'stage_ai', '--codes-b', 'rk', '--json']
    expect(JSON.parse((await agree(...args)).out).accuracy).toBe(1)
  })

  it('compares several scorers: pairs, Fleiss, and each against the others', async () => {
    const { out } = await agree(words, words, numbers, '--json')
    const document = JSON.parse(out)
    expect(document.scorers.length).toBe(3)
    expect(document.scorers[2].agreement.accuracy).toBeCloseTo(5 / 6, 12)
    expect(document.pairwise.accuracy).toBeCloseTo((1 + 5 / 6 + 5 / 6) / 3, 12)
    expect((await agree(words, words, numbers)).out).toContain("Fleiss' kappa")
  })
})

describe.skipIf(!hasShared('data'))(`nocturne agree on real files (${SHARED_MISSING})`, () => {
  it('compares a headband with the consensus of three experts (BOAS)', async () => {
    const path = (kind: string): string =>
      sharedPath(`data/hypnograms/boas/sub-3/eeg/sub-3_task-Sleep_acq-${kind}_events.tsv`)
    const { out, code } = await agree(path('psg'), path('headband'), '--json')
    expect(code).toBe(0)
    const document = JSON.parse(out)
    expect(document.accuracy).toBeGreaterThan(0.7)
    expect(document.n).toBeGreaterThan(700)
  })
})
