import type { GenomeBuild } from './variant.ts'

/** What a file says at one place of a person's genome. */
export type GenotypeCall = {
  readonly rsid: string
  /** `rsid`: the row bears the number; `position`: only its place says which variant it is. */
  readonly foundBy: 'rsid' | 'position'
  /** The build in which the place is this variant's, when found by position. */
  readonly placeBuild?: GenomeBuild | undefined
  readonly chromosome?: string | undefined
  readonly position?: number | undefined
  /** One or two letters or short sequences, as in the file; undefined = no call. */
  readonly alleles?: readonly string[] | undefined
  /** The alleles are of the reference's forward strand, by the format's definition. */
  readonly isForward: boolean
  /** The caller's own doubt: a VCF filter that was not passed. */
  readonly filter?: string | undefined
  /** Line of the file, from 1. */
  readonly line: number
}

/** What a genotype file holds of the variants that are looked for, and of itself. */
export type GenotypeReading = {
  /** The format it was recognised as: `23andme`, `ancestrydna`, `vcf`, `generic-csv`. */
  readonly format: string
  /** Undefined: neither the header nor the place of any known variant tells. */
  readonly build?: GenomeBuild | undefined
  /**
   * Rows of genotypes in the file, and how many of them hold no call (of a VCF: of the variants
   * that are looked for).
   */
  readonly rows: number
  readonly noCalls: number
  /** Rows for each variant that is looked for, by rsid. */
  readonly calls: ReadonlyMap<string, readonly GenotypeCall[]>
  /** What was odd but could be read; one line each. */
  readonly warnings: readonly string[]
}

/** Texts that stand for "not read" in one vendor's file or another's. */
const NO_CALLS = new Set(['', '--', '-', '00', '0', 'NC', 'NN', 'N', 'NA', '.', '..', '??', '?'])

/**
 * The alleles of a genotype cell: `AG`, `A/G`, `A|G`, `A`, `DI`; undefined for a no-call (`--`,
 * `00`, `NC` ...) and for half a call; `bad` for anything else. Letters come back in capitals.
 */
export function parseAlleles(cell: string): readonly string[] | undefined | 'bad' {
  const text = cell.trim().toUpperCase()
  if (NO_CALLS.has(text)) return undefined
  if (/^[ACGTDI]{1,2}$/.test(text)) return text.split('')
  const parts = text.split(/[/| ]/)
  if (parts.length > 2) return 'bad'
  return pairAlleles(parts[0] ?? '', parts[1] ?? '')
}

/** The alleles of two cells; a no-call when either is one. As `parseAlleles` otherwise. */
export function pairAlleles(first: string, second: string): readonly string[] | undefined | 'bad' {
  const pair = [first.trim().toUpperCase(), second.trim().toUpperCase()]
  if (pair.some((text) => NO_CALLS.has(text))) return undefined
  return pair.every((text) => /^[ACGTDI]$/.test(text)) ? pair : 'bad'
}

/**
 * A chromosome's name as `1`..`22`, `X`, `Y`, `MT` or `PAR`: without `chr`, 23..26 as vendors count
 * them; undefined where it is not one.
 */
export function chromosomeName(cell: string): string | undefined {
  if (PLAIN_NAMES.has(cell)) return cell
  const text = cell.trim().toUpperCase().replace(/^CHR/, '')
  const name = OTHER_NAMES[text] ?? text
  return /^([1-9]|1\d|2[0-2]|X|Y|MT|PAR)$/.test(name) ? name : undefined
}

/** As nearly every row has it. */
const PLAIN_NAMES: ReadonlySet<string> = new Set(
  Array.from({ length: 22 }, (_, i) => String(i + 1)).concat('X', 'Y', 'MT', 'PAR'),
)

const OTHER_NAMES: Readonly<Record<string, string>> = {
  23: 'X',
  24: 'Y',
  25: 'PAR',
  26: 'MT',
  M: 'MT',
  XY: 'PAR',
}
