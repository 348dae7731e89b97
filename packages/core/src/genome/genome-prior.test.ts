import { describe, expect, it } from 'vitest'
import { genotypeText, mustRead } from '#test/genotype-file.ts'
import { genomeDocument, genomeLines } from './genome-document.ts'
import { type GenomePrior, type GenomePriorOptions, genomePrior } from './genome-prior.ts'

async function priorOf(
  genotypes: Readonly<Record<string, string>>,
  options: GenomePriorOptions = { ancestry: 'EUR' },
): Promise<GenomePrior> {
  return genomePrior(await mustRead(genotypeText(genotypes)), options)
}

describe('without a file, or with one that holds nothing to count', () => {
  it('tau is that of the population: 24.15 +- .20 h, by sex 24.09 and 24.19', () => {
    expect(genomePrior().tauPriorH).toEqual({ mean: 24.15, sd: 0.2 })
    expect(genomePrior(undefined, { sex: 'female' }).tauPriorH.mean).toBeCloseTo(24.09, 10)
    expect(genomePrior(undefined, { sex: 'male' }).tauPriorH.mean).toBeCloseTo(24.19, 10)
  })

  it('missing variants are averaged over the population: nothing moves, nothing narrows', async () => {
    const prior = await priorOf({ rs1: 'AA' })
    expect(prior.tauPriorH).toEqual(genomePrior().tauPriorH)
    expect(prior.chronotypePriorMin).toEqual({ mean: 0, sd: 60 })
    expect(prior.coveredShare).toBe(0)
  })
})

describe('a carrier of the long-period variant of PER2', () => {
  it('has a tau 5.5 min longer than somebody without it', async () => {
    const carrier = (await priorOf({ rs35333999: 'CT' })).tauPriorH.mean
    const without = (await priorOf({ rs35333999: 'CC' })).tauPriorH.mean
    expect((carrier - without) * 60).toBeCloseTo(5.5, 6)
    expect((await priorOf({ rs35333999: 'TT' })).tauPriorH.mean).toBe(carrier)
  })

  it('leaves the average of the population at 24.15 h', async () => {
    const carriers = 1 - 0.957 * 0.957
    const carrier = (await priorOf({ rs35333999: 'CT' })).tauPriorH.mean
    const without = (await priorOf({ rs35333999: 'CC' })).tauPriorH.mean
    expect(carriers * carrier + (1 - carriers) * without).toBeCloseTo(24.15, 9)
  })

  it('is still known no better than anybody: the sd stays near .20 h', async () => {
    const { sd } = (await priorOf({ rs35333999: 'CT' })).tauPriorH
    expect(sd).toBeGreaterThan(0.195)
    expect(sd).toBeLessThan(0.22)
  })
})

describe('sleep timing', () => {
  it('is moved by minutes, and stays as wide as people are', async () => {
    const early = await priorOf({ rs35333999: 'CC', rs12736689: 'CC' })
    expect(early.chronotypePriorMin.mean).toBeGreaterThan(-15)
    expect(early.chronotypePriorMin.mean).toBeLessThan(-8)
    const usual = await priorOf({ rs35333999: 'CC', rs12736689: 'TT' })
    expect(Math.abs(usual.chronotypePriorMin.mean)).toBeLessThan(1)
    for (const { chronotypePriorMin } of [early, usual]) {
      expect(chronotypePriorMin.sd).toBeGreaterThan(59)
      expect(chronotypePriorMin.sd).toBeLessThan(61)
    }
  })

  it('counts a small part of the whole score, and says which', async () => {
    const { coveredShare } = await priorOf({ rs35333999: 'CC', rs12736689: 'TT' })
    expect(coveredShare).toBeGreaterThan(0.04)
    expect(coveredShare).toBeLessThan(0.1)
  })
})

describe('ancestry', () => {
  const genes = { rs35333999: 'CT', rs12736689: 'TT' }

  it('outside Europe keeps three tenths of the effect and widens', async () => {
    const [eur, other] = [await priorOf(genes), await priorOf(genes, { ancestry: 'other' })]
    expect(other.tauShiftMin).toBeCloseTo(0.3 * eur.tauShiftMin, 9)
    expect(other.tauPriorH.sd).toBeGreaterThan(eur.tauPriorH.sd)
  })

  it('unknown keeps the effect and widens', async () => {
    const [eur, unknown] = [await priorOf(genes), await priorOf(genes, {})]
    expect(unknown.tauShiftMin).toBe(eur.tauShiftMin)
    expect(unknown.tauPriorH.sd).toBeGreaterThan(eur.tauPriorH.sd)
  })
})

describe('what is said of it', () => {
  it('names the minutes, what they are worth, what is never inferred, and where the file stays', async () => {
    const lines = genomeLines(await priorOf({ rs35333999: 'CT', rs12736689: 'TT' }))
    expect(lines[0]).toMatch(/^Your genes move this estimate by 3 minutes later/)
    expect(lines.join('\n')).toContain('your own sleep will move it far more')
    expect(lines.join('\n')).toContain('Sleep need is never inferred from genes')
    expect(lines.join('\n')).toContain('never leaves this device')
  })

  it('is 0 minutes for a file without countable variants', () => {
    expect(genomeLines(genomePrior())[0]).toContain('by 0 minutes')
  })

  it('lists every variant that was looked for, with the reason for its use or not', async () => {
    const reading = await mustRead(genotypeText({ rs35333999: 'CT', rs9479402: 'AG' }))
    const document = genomeDocument(reading, genomePrior(reading, { ancestry: 'EUR' }))
    expect(document.variants.length).toBeGreaterThan(20)
    for (const variant of document.variants) expect(variant.why).not.toBe('')
    const tau = document.variants.find(({ rsid, on }) => rsid === 'rs35333999' && on === 'tau')
    expect(tau).toMatchObject({ gene: 'PER2', genotype: 'CT', betaMin: 5.5, se: 4, used: true })
    const seen = document.variants.find(({ rsid }) => rsid === 'rs9479402')
    expect(seen).toMatchObject({ genotype: 'AG', betaMin: null, used: false })
    expect(seen?.why).toMatch(/^seen, not used/)
    expect(document.variants.filter(({ on, used }) => on === 'sleepDuration' && used)).toEqual([])
  })
})
