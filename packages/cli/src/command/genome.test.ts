import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { genotypeText } from '#test/genotype-file.ts'
import type { Io } from '../command.ts'
import { nocturne } from '../nocturne.ts'

const folder = mkdtempSync(join(tmpdir(), 'nocturne-genome-'))
afterAll(() => rmSync(folder, { recursive: true }))

const FILE = join(folder, 'genome.txt')
writeFileSync(FILE, genotypeText({ rs35333999: 'CT', rs12736689: 'TT', rs7556815: 'AG' }))

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
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
  const code = await nocturne(['genome', ...words], io)
  return { code, out, err }
}

describe('nocturne genome', () => {
  it('says in plain words what the genes are worth', async () => {
    const { code, out } = await run(FILE, '--ancestry', 'EUR')
    expect(code).toBe(0)
    expect(out).toContain('23andme, GRCh37, 3 rows')
    expect(out).toContain('Your genes move this estimate by 3 minutes later')
    expect(out).toContain('Sleep need is never inferred from genes')
    expect(out).toMatch(/rs35333999 +PER2 +CT +\+5\.5 \+- 4\.0 min of tau per T/)
  })

  it('prints the document of the contract with --json, and nothing else', async () => {
    const { code, out } = await run(FILE, '--json', '--sex', 'female', '--ancestry', 'eur')
    expect(code).toBe(0)
    const document = JSON.parse(out)
    expect(document).toMatchObject({ format: '23andme', build: 'GRCh37' })
    expect(document.tauPriorH.mean).toBeGreaterThan(24.09)
    expect(Object.keys(document.variants[0])).toEqual(
      expect.arrayContaining('rsid gene genotype effectAllele betaMin se doi used why'.split(' ')),
    )
  })

  it('answers one line and exit 2 to a file that is none, and to an unknown ancestry', async () => {
    const fasta = join(folder, 'a.fa')
    writeFileSync(fasta, '>chr1\nACGT\n')
    const refused = await run(fasta)
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/^nocturne genome: .*a\.fa line 1: got a FASTA sequence.*\n$/)
    const { code, err } = await run(FILE, '--ancestry', 'martian')
    expect([code, err]).toEqual([
      2,
      'nocturne genome: --ancestry: got "martian", expected one of EUR, other, unknown\n',
    ])
  })
})
