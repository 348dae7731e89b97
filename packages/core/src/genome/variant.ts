import { fail, ok, type Result } from '../math/result.ts'

/** Human reference assemblies, as their makers name them. */
export type GenomeBuild = 'NCBI36' | 'GRCh37' | 'GRCh38'

/**
 * What a variant has been shown to have an effect on. `sleepDuration` is shown to the reader and
 * never used: sleep need is not inferred from genes.
 */
export type VariantEffect = 'chronotype' | 'tau' | 'sleepDuration'

/** A single-letter change in the genome with one published effect and where that is written. */
export type Variant = {
  /** dbSNP's number: `rs35333999`. */
  readonly rsid: string
  readonly gene: string
  readonly chromosome: string
  /** Position (1-based) in each build in which it is known for sure; at least one. */
  readonly positions: Partial<Readonly<Record<GenomeBuild, number>>>
  /** The letter the effect is counted for, on the forward strand of the reference. */
  readonly effectAllele: Nucleotide
  readonly otherAllele: Nucleotide
  /** Frequency of the effect allele in the ancestry below, 0..1. */
  readonly effectAlleleFrequency: number
  readonly on: VariantEffect
  /** `copy`: per copy of the effect allele; `carrier`: one copy counts as much as two. */
  readonly per: 'copy' | 'carrier'
  /** Minutes: later sleep timing, longer tau, longer sleep are positive. */
  readonly betaMin: number
  /** Standard error of `betaMin`, minutes, conversion and shrinkage included. */
  readonly se: number
  /** People it was estimated in. */
  readonly n: number
  /** Ancestry of those people: `EUR`. */
  readonly ancestry: string
  readonly doi: string
  /** How the minutes follow from what was published, where they were not published as minutes. */
  readonly derivation: string
}

/** A letter of the genome. */
export type Nucleotide = 'A' | 'C' | 'G' | 'T'

/** Fields of a variant as somebody gives them, whole or not. */
export type VariantFields = { readonly [Field in keyof Variant]?: Variant[Field] | undefined }

/**
 * Makes a variant, or says which part of its provenance is missing or out of range (code
 * `VARIANT`). No row without gene, build and position, both alleles, frequency, beta, SE, n,
 * ancestry, DOI and what it is an effect on can take part in anything.
 */
export function makeVariant(fields: VariantFields): Result<Variant, 'VARIANT'> {
  const name = fields.rsid ?? 'variant'
  for (const [field, check, expected] of CHECKS) {
    if (!check(fields)) return fail('VARIANT', `${name} ${field}`, shown(fields[field]), expected)
  }
  if (fields.effectAllele === fields.otherAllele) {
    return fail('VARIANT', `${name} otherAllele`, `"${fields.otherAllele}" twice`, 'two alleles')
  }
  return ok(fields as Variant)
}

type Check = readonly [keyof Variant, (fields: VariantFields) => boolean, string]

const CHECKS: readonly Check[] = [
  ['rsid', ({ rsid }) => /^rs\d{1,12}$/.test(rsid ?? ''), 'a dbSNP number'],
  ['gene', ({ gene }) => /^[A-Z][A-Z0-9-]+$/.test(gene ?? ''), "a gene's symbol"],
  ['chromosome', ({ chromosome }) => CHROMOSOME.test(chromosome ?? ''), 'a chromosome'],
  ['positions', ({ positions }) => hasPosition(positions), 'a position in a named build'],
  ['effectAllele', ({ effectAllele }) => isNucleotide(effectAllele), 'A, C, G or T'],
  ['otherAllele', ({ otherAllele }) => isNucleotide(otherAllele), 'A, C, G or T'],
  [
    'effectAlleleFrequency',
    ({ effectAlleleFrequency: share = 0 }) => share > 0 && share < 1,
    'a frequency between 0 and 1',
  ],
  ['on', ({ on }) => EFFECTS.includes(on ?? ''), `one of ${'chronotype, tau, sleepDuration'}`],
  ['per', ({ per }) => per === 'copy' || per === 'carrier', 'copy or carrier'],
  ['betaMin', ({ betaMin }) => betaMin !== 0 && Number.isFinite(betaMin), 'minutes other than 0'],
  ['se', ({ se = 0 }) => se > 0 && Number.isFinite(se), 'minutes above 0'],
  ['n', ({ n = 0 }) => Number.isInteger(n) && n > 0, 'a number of people'],
  ['ancestry', ({ ancestry }) => /^[A-Z]{3}$/.test(ancestry ?? ''), 'an ancestry such as EUR'],
  ['doi', ({ doi }) => /^10\.\d{4,}\/\S+$/.test(doi ?? ''), 'a DOI'],
  ['derivation', ({ derivation }) => (derivation ?? '').length > 0, 'how the minutes came to be'],
]

const CHROMOSOME = /^([1-9]|1\d|2[0-2]|X|Y|MT)$/
const EFFECTS: readonly string[] = ['chronotype', 'tau', 'sleepDuration']

function hasPosition(positions: VariantFields['positions']): boolean {
  const places = Object.values(positions ?? {})
  return places.length > 0 && places.every((place) => Number.isInteger(place) && place > 0)
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

/** Whether a text is one letter of the genome. */
export function isNucleotide(letter: string | undefined): letter is Nucleotide {
  return letter === 'A' || letter === 'C' || letter === 'G' || letter === 'T'
}

/** The letter opposite on the other strand. */
export function complement(letter: Nucleotide): Nucleotide {
  return letter === 'A' ? 'T' : letter === 'T' ? 'A' : letter === 'C' ? 'G' : 'C'
}

/**
 * Whether both alleles read the same on either strand (A/T, C/G): then a file of unknown strand
 * cannot be read for it.
 */
export function isPalindromic(variant: Pick<Variant, 'effectAllele' | 'otherAllele'>): boolean {
  return complement(variant.effectAllele) === variant.otherAllele
}
