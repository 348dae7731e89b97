import type { GenotypeColumns } from './genotype-columns.ts'

/** What the beginning of a file shows of who made it. */
const MAKERS: readonly (readonly [pattern: RegExp, format: string])[] = [
  [/23andMe/i, '23andme'],
  [/23Mofang/i, '23mofang'],
  [/Ancestry\s?DNA/i, 'ancestrydna'],
  [/DNA\.?Land/i, 'dnaland'],
  [/famfinder/i, 'famfinder'],
  [/family\s?tree\s?dna/i, 'ftdna'],
  [/MyHeritage/i, 'myheritage'],
  [/Living\s?DNA/i, 'livingdna'],
  [/Genes for Good/i, 'genesforgood'],
  [/SelfDecode/i, 'selfdecode'],
  [/Mapmygenome/i, 'mapmygenome'],
  [/tellmeGen/i, 'tellmegen'],
  [/CODIGO46/i, 'codigo46'],
  [/\bSANO\b/i, 'sano'],
  [/derived from the corresponding VCF/i, 'sano'],
  [/^#\s*Circle/i, 'circledna'],
  [/Below is a text version of your data/i, 'plink'],
]

/** The maker a comment line names, or undefined. */
export function makerOf(comment: string): string | undefined {
  return MAKERS.find(([pattern]) => pattern.test(comment))?.[1]
}

/** The format of a table whose comments name no maker, from its column names. */
export function formatOfColumns(columns: GenotypeColumns, header: string): string {
  const { names } = columns
  if (names.some((name) => /^allele1\.\.\.plus$/i.test(name))) return 'mapmygenome'
  if (names[3] === 'allele_1') return 'sano'
  if (header.startsWith('RSID,CHROMOSOME,POSITION,RESULT')) return 'ftdna'
  if (/^rsid\tChromosome\tposition\tgenotype$/.test(header)) return 'tellmegen'
  return header.includes('\t') || !header.includes(',') ? 'generic-tsv' : 'generic-csv'
}

/** What a first line betrays a file to be that holds no genotypes, or undefined. */
export function otherKind(line: string): string | undefined {
  const text = line.trimStart()
  if (/^>/.test(text)) return 'a FASTA sequence'
  if (/^@\S/.test(text) && /^@(HD|SQ|PG|RG)\t/.test(text)) return 'SAM reads'
  if (/^(<\?xml|<!doctype|<html|<)/i.test(text)) return 'a web page or XML'
  if (/^[{[]("|\s*$|\{)/.test(text)) return 'JSON'
  if (/^BAM|^CRAM|^%PDF/.test(text)) return 'a binary file'
  return undefined
}
