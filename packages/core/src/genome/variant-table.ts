import { assert } from '../math/assert.ts'
import { SLEEP_DURATION_LEADS } from './sleep-duration-lead.ts'
import { makeVariant, type Variant, type VariantFields } from './variant.ts'

/**
 * Minutes of sleep timing that one standard deviation of the whole chronotype score is worth. The 5
 * % of people with the most morningness alleles sleep 25 min earlier than the 5 % with the fewest;
 * those tails lie 2 x 2.063 SD apart. Source: Jones 2019, 10.1038/s41467-018-08259-7.
 */
export const SCORE_SD_MIN: number = 25 / (2 * 2.063)

/**
 * Minutes of sleep timing per standard deviation of self-reported chronotype, seen through the
 * genes: the score explains 1.55 % of self-reported morningness (NTR, n = 14,021), so 1 SD of the
 * score is sqrt(.0155) SD of chronotype and 6.1 min.
 */
const MIN_PER_CHRONOTYPE_SD = 49
const SPREAD_OF_CONVERSION = 0.3

const TIMING_VARIANTS: readonly VariantFields[] = [
  {
    rsid: 'rs35333999',
    gene: 'PER2',
    chromosome: '2',
    positions: { GRCh37: 239161957 },
    effectAllele: 'T',
    otherAllele: 'C',
    effectAlleleFrequency: 0.043,
    on: 'tau',
    per: 'carrier',
    betaMin: 5.5,
    se: 4,
    n: 157,
    ancestry: 'EUR',
    doi: '10.1038/s41598-019-41712-1',
    derivation:
      'published: carriers of T +12 min (temperature), +11 min (melatonin), 7 % of the variance, ' +
      'in forced desynchrony; halved as first reports of few people are (a judgement), its SE ' +
      'likewise; n is that of the laboratory’s record (Duffy 2011), an upper guide: the number ' +
      'genotyped was not at hand',
  },
  {
    rsid: 'rs35333999',
    gene: 'PER2',
    chromosome: '2',
    positions: { GRCh37: 239161957 },
    effectAllele: 'T',
    otherAllele: 'C',
    effectAlleleFrequency: 0.043,
    on: 'chronotype',
    per: 'copy',
    // .06 of a score whose SD in UK Biobank is .94; its SE from P = 8.4e-8.
    ...minutes(0.06 / 0.94, 0.0112 / 0.94),
    n: 100420,
    ancestry: 'EUR',
    doi: '10.1038/ncomms10889',
    derivation:
      'published: +.06 of the eveningness score per T (Lane 2016; allele and direction as in ' +
      'Chang 2019); minutes by 49 min per SD of chronotype, give or take 30 %',
  },
  {
    rsid: 'rs12736689',
    gene: 'RGS16',
    chromosome: '1',
    positions: { GRCh37: 182549729 },
    effectAllele: 'C',
    otherAllele: 'T',
    effectAlleleFrequency: 0.026,
    on: 'chronotype',
    per: 'copy',
    // ln odds .227 +- .020 of being a morning person; a logistic unit is pi / sqrt(3) SD.
    ...minutes(-0.227 * 0.5513, 0.02 * 0.5513),
    n: 217549,
    ancestry: 'EUR',
    doi: '10.1038/ncomms10448',
    derivation:
      'published: ln odds of morningness .298 +- .035 per C (Hu 2016, n 89,283), pooled with .191 ' +
      '+- .025 of the same signal in UK Biobank (Jones 2016, 10.1371/journal.pgen.1006125, n ' +
      '128,266); minutes by 49 min per SD of liability, give or take 30 %',
  },
]

function minutes(sds: number, se: number): { betaMin: number; se: number } {
  const spread = sds * SPREAD_OF_CONVERSION
  const round = (value: number): number => Math.round(value * 100) / 100
  return {
    betaMin: round(sds * MIN_PER_CHRONOTYPE_SD),
    se: round(Math.sqrt(se * se + spread * spread) * MIN_PER_CHRONOTYPE_SD),
  }
}

/** Every variant with its whole provenance, those of sleep timing first. */
export const VARIANTS: readonly Variant[] = [...TIMING_VARIANTS, ...SLEEP_DURATION_LEADS].map(
  (fields) => {
    const made = makeVariant(fields)
    assert(made.ok, made.ok ? '' : `${made.problem.where}: ${made.problem.got}`)
    return made.value
  },
)

/** A variant people ask about of which too little is known here to count it. */
export type UncountedVariant = {
  readonly rsid: string
  readonly gene: string
  readonly doi?: string
  /** Why it is not counted, in a few words. */
  readonly why: string
}

const NO_ALLELE = 'effect allele and size could not be established here'

/** Variants that are looked for and never counted, each with the reason. */
export const UNCOUNTED_VARIANTS: readonly UncountedVariant[] = [
  { rsid: 'rs9479402', gene: 'VIP', doi: '10.1038/ncomms10448', why: NO_ALLELE },
  { rsid: 'rs55694368', gene: 'PER2', doi: '10.1038/ncomms10448', why: NO_ALLELE },
  { rsid: 'rs35833281', gene: 'HCRTR2', doi: '10.1038/ncomms10448', why: NO_ALLELE },
  { rsid: 'rs11545787', gene: 'RASD1', doi: '10.1038/ncomms10448', why: NO_ALLELE },
  { rsid: 'rs11121022', gene: 'PER3', doi: '10.1038/ncomms10448', why: NO_ALLELE },
  { rsid: 'rs9565309', gene: 'FBXL3', doi: '10.1038/ncomms10448', why: NO_ALLELE },
  {
    rsid: 'rs1144566',
    gene: 'RGS16',
    doi: '10.1038/ncomms10889',
    why: 'the same signal as rs12736689, which is counted',
  },
  {
    rsid: 'rs516134',
    gene: 'RGS16',
    doi: '10.1371/journal.pgen.1006125',
    why: 'the same signal as rs12736689, which is counted',
  },
  {
    rsid: 'rs184039278',
    gene: 'CRY1',
    doi: '10.1016/j.cell.2017.03.027',
    why: 'delayed sleep in families; about 5 min in the population (Weedon 2022)',
  },
  {
    rsid: 'rs3847634',
    gene: 'ARL14EP',
    why: 'a change of light sensitivity too small to matter to one person',
  },
  {
    rsid: 'rs762551',
    gene: 'CYP1A2',
    doi: '10.1046/j.1365-2125.1999.00898.x',
    why: 'caffeine clearance: no effect size with an error; smoking and the pill do far more',
  },
  {
    rsid: 'rs5751876',
    gene: 'ADORA2A',
    doi: '10.1038/sj.clpt.6100102',
    why: 'caffeine and sleep: studies disagree about the direction',
  },
]
