import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasShared, SHARED_MISSING, sharedPath } from '#test/shared.ts'
import { SLEEP_DURATION_SCORE_SD_MIN } from './sleep-duration-lead.ts'
import { isPalindromic, makeVariant, type VariantFields } from './variant.ts'
import { SCORE_SD_MIN, UNCOUNTED_VARIANTS, VARIANTS } from './variant-table.ts'

const WHOLE: VariantFields = { ...VARIANTS[0]! }

describe('a variant without its whole provenance is refused', () => {
  it.each(Object.keys(WHOLE) as (keyof VariantFields)[])('one without %s', (field) => {
    const made = makeVariant({ ...WHOLE, [field]: undefined })
    expect(made.ok).toBe(false)
    if (!made.ok) expect(made.problem.where).toContain(field === 'rsid' ? 'variant' : field)
  })

  it('one whose fields are out of range', () => {
    const wrong: VariantFields[] = [
      { rsid: 'PER2' },
      { positions: {} },
      { positions: { GRCh37: 1.5 } },
      { effectAllele: 'C', otherAllele: 'C' },
      { effectAlleleFrequency: 1 },
      { se: 0 },
      { betaMin: Number.NaN },
      { n: 0 },
      { doi: 'Chang 2019' },
    ]
    for (const fields of wrong) expect(makeVariant({ ...WHOLE, ...fields }).ok).toBe(false)
  })
})

describe('the shipped table', () => {
  it('has its whole provenance in every row', () => {
    expect(VARIANTS.length).toBeGreaterThan(10)
    for (const variant of VARIANTS) expect(makeVariant(variant).ok).toBe(true)
  })

  it('gives no variant to two genes, nor to two places', () => {
    const genes = new Map<string, Set<string>>()
    for (const { rsid, gene } of [...VARIANTS, ...UNCOUNTED_VARIANTS]) {
      genes.set(rsid, (genes.get(rsid) ?? new Set()).add(gene))
    }
    for (const [rsid, named] of genes) expect([rsid, named.size]).toEqual([rsid, 1])
    const places = new Set(VARIANTS.map(({ rsid, positions }) => `${rsid} ${positions.GRCh37}`))
    expect(places.size).toBe(new Set(VARIANTS.map(({ rsid }) => rsid)).size)
  })

  it('counts no effect twice, and none that is also listed as uncounted', () => {
    const effects = VARIANTS.map(({ rsid, on }) => `${rsid} ${on}`)
    expect(new Set(effects).size).toBe(effects.length)
    const counted = new Set(VARIANTS.map(({ rsid }) => rsid))
    expect(UNCOUNTED_VARIANTS.filter(({ rsid }) => counted.has(rsid))).toEqual([])
  })

  it('says that the whole chronotype score is worth six minutes per SD', () => {
    expect(SCORE_SD_MIN).toBeCloseTo(6.06, 2)
  })

  it('holds one lead of which a file of unknown strand cannot be read', () => {
    expect(VARIANTS.filter(isPalindromic).map(({ rsid }) => rsid)).toEqual(['rs269054'])
  })
})

const LEADS = 'data/genotypes/sleep_duration_dashti2019_lead.csv'

describe.skipIf(!hasShared(LEADS))(`the leads of sleep duration (${SHARED_MISSING})`, () => {
  const rows = readFileSync(sharedPath(LEADS), 'utf8').trim().split('\n').slice(1)
  const facts = rows.map((row) => row.split(','))

  it('are those of the paper, letter by letter', () => {
    const shipped = VARIANTS.filter(({ on }) => on === 'sleepDuration')
    for (const variant of shipped) {
      const fact = facts.find(([rsid]) => rsid === variant.rsid)!
      expect([
        variant.chromosome,
        String(variant.positions.GRCh37),
        variant.otherAllele,
        variant.effectAllele,
        variant.effectAlleleFrequency,
      ]).toEqual([...fact.slice(1, 5), Number(fact[5])])
      expect(variant.betaMin / 60).toBeCloseTo(Number(fact[6]), 9)
      expect(variant.se / 60).toBeCloseTo(Number(fact[7]), 9)
    }
  })

  it('are together worth five minutes per SD, which is why they are not used', () => {
    const variance = facts.reduce((sum, row) => {
      const [p, beta] = [Number(row[5]), Number(row[6]) * 60]
      return sum + 2 * p * (1 - p) * beta * beta
    }, 0)
    expect(Math.sqrt(variance)).toBeCloseTo(SLEEP_DURATION_SCORE_SD_MIN, 1)
  })
})
