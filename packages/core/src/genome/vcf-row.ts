import type { GenotypeCall } from './genotype.ts'

/** The eight fixed columns of VCF and the one that names the sample's fields. */
const FIXED_COLUMNS = 9

/** The people of a VCF, from its `#CHROM` line; empty when it holds sites only. */
export function vcfPeople(header: string): readonly string[] {
  return header.split('\t').slice(FIXED_COLUMNS)
}

/** Chromosome, position and id of a VCF row, read without looking at the rest of it. */
export function vcfPlace(
  line: string,
): { readonly chromosome: string; readonly position: number; readonly id: string } | undefined {
  const first = line.indexOf('\t')
  const second = line.indexOf('\t', first + 1)
  const third = line.indexOf('\t', second + 1)
  if (first <= 0 || second < 0 || third < 0) return undefined
  const position = Number(line.slice(first + 1, second))
  if (!Number.isInteger(position)) return undefined
  return { chromosome: line.slice(0, first), position, id: line.slice(second + 1, third) }
}

/**
 * What a VCF row says of person number `person` (from 0): the alleles as letters, undefined for a
 * no-call or half a call, and the filter when it was not passed; `bad` where the row cannot be
 * read. The alleles of VCF are of the reference's forward strand. Source: VCF 4.3, 1.6.
 */
export function vcfGenotype(
  line: string,
  person: number,
): Pick<GenotypeCall, 'alleles' | 'filter'> | 'bad' {
  const cells = line.split('\t')
  const [reference, alternatives, filter, format] = [cells[3], cells[4], cells[6], cells[8]]
  const sample = cells[FIXED_COLUMNS + person]
  if (!reference || !alternatives || !format || sample === undefined) return 'bad'
  const at = format.split(':').indexOf('GT')
  const genotype = at < 0 ? undefined : sample.split(':')[at]
  if (genotype === undefined) return 'bad'
  const letters = [reference, ...alternatives.split(',')].map((text) => text.toUpperCase())
  const alleles = genotype.split(/[/|]/).map((index) => letters[Number(index || Number.NaN)])
  const isCalled = alleles.every((letter) => letter !== undefined && /^[ACGT]+$/.test(letter))
  const isPassed = filter === undefined || filter === '.' || filter === 'PASS'
  return {
    alleles: isCalled && alleles.length <= 2 ? (alleles as string[]) : undefined,
    filter: isPassed ? undefined : filter,
  }
}
