import type { GenomePrior, Normal } from './genome-prior.ts'
import type { GenotypeReading } from './genotype.ts'
import { SLEEP_DURATION_SCORE_SD_MIN } from './sleep-duration-lead.ts'
import type { GenomeBuild, VariantEffect } from './variant.ts'
import type { VariantReading } from './variant-reading.ts'
import { SCORE_SD_MIN, UNCOUNTED_VARIANTS } from './variant-table.ts'

/** One variant of `GenomeDocument`; null = not known. */
export type GenomeVariant = {
  readonly rsid: string
  readonly gene: string
  readonly genotype: string | null
  readonly effectAllele: string | null
  /** What `betaMin` is minutes of. */
  readonly on: VariantEffect | null
  /** Minutes; later timing, longer tau and longer sleep are positive. */
  readonly betaMin: number | null
  readonly se: number | null
  readonly n: number | null
  readonly ancestry: string | null
  readonly doi: string | null
  readonly used: boolean
  readonly why: string
}

/** The document of `nocturne genome --json` (DESIGN §3). */
export type GenomeDocument = {
  readonly format: string
  readonly build: GenomeBuild | null
  readonly rows: number
  readonly noCalls: number
  readonly variants: readonly GenomeVariant[]
  readonly chronotypePriorMin: Normal
  readonly tauPriorH: Normal
  readonly coveredShare: number
  readonly lines: readonly string[]
  readonly warnings: readonly string[]
}

/** Everything a genotype file gave, as plain values; keep it no longer than the question takes. */
export function genomeDocument(reading: GenotypeReading, prior: GenomePrior): GenomeDocument {
  const { format, build, rows, noCalls, warnings } = reading
  return {
    format,
    build: build ?? null,
    rows,
    noCalls,
    variants: [...prior.readings.map(counted), ...uncounted(reading)],
    chronotypePriorMin: rounded(prior.chronotypePriorMin),
    tauPriorH: rounded(prior.tauPriorH),
    coveredShare: Math.round(prior.coveredShare * 1e4) / 1e4,
    lines: genomeLines(prior),
    warnings,
  }
}

function counted({ variant, genotype, used, why }: VariantReading): GenomeVariant {
  const { rsid, gene, effectAllele, on, betaMin, se, n, ancestry, doi } = variant
  const size = { betaMin: round(betaMin), se: round(se), n, ancestry, doi }
  return { rsid, gene, genotype: genotype ?? null, effectAllele, on, ...size, used, why }
}

function uncounted(reading: GenotypeReading): GenomeVariant[] {
  return UNCOUNTED_VARIANTS.map(({ rsid, gene, doi, why }) => {
    const letters = reading.calls.get(rsid)?.[0]?.alleles?.join('')
    const size = { on: null, betaMin: null, se: null, n: null, ancestry: null, doi: doi ?? null }
    const seen = letters === undefined ? 'not in the file; never counted' : 'seen, not used'
    return {
      ...{ rsid, gene, genotype: letters ?? null, effectAllele: null, ...size },
      ...{ used: false, why: `${seen}: ${why}` },
    }
  })
}

function rounded({ mean, sd }: Normal): Normal {
  return { mean: round(mean), sd: round(sd) }
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4
}

/** What the genes say, in plain words, one line a thought. */
export function genomeLines(prior: GenomePrior): string[] {
  const { chronotypePriorMin: timing, tauShiftMin, readings, coveredShare } = prior
  const used = readings.filter((one) => one.used).length
  const share = Math.round(coveredShare * 100)
  const first =
    used === 0
      ? 'Your file holds none of the variants that can be counted: your genes move this estimate ' +
        'by 0 minutes.'
      : `Your genes move this estimate by ${minutes(timing.mean)} (the length of your inner day by ` +
        `${minutes(tauShiftMin, 'longer', 'shorter')}).`
  return [
    first,
    `Even so it is give or take ${Math.round(timing.sd)} minutes, as for anybody: your own sleep ` +
      'will move it far more.',
    `All 351 known places together are worth ${SCORE_SD_MIN.toFixed(0)} minutes per standard ` +
      `deviation; the ones counted here are ${share} % of that.`,
    'Sleep need is never inferred from genes. Variants of sleep length are shown and not used: ' +
      `their whole score is worth ${SLEEP_DURATION_SCORE_SD_MIN} minutes.`,
    'The file never leaves this device, and nothing of it is kept.',
  ]
}

function minutes(value: number, more = 'later', less = 'earlier'): string {
  const size = Math.round(Math.abs(value))
  if (size === 0) return 'less than a minute'
  return `${size} ${size === 1 ? 'minute' : 'minutes'} ${value > 0 ? more : less}`
}
