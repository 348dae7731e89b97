/** Where the cells of a genotype table stand, by number from 0. */
export type GenotypeColumns = {
  readonly id: number
  readonly chromosome?: number | undefined
  readonly position?: number | undefined
  readonly genotype?: number | undefined
  readonly alleles?: readonly [number, number] | undefined
  /** Cells of a row. */
  readonly width: number
  /** The names in the file, for messages. */
  readonly names: readonly string[]
}

const ID = ['rsid', 'rsids', 'snpid', 'snpname', 'markername', 'name', 'marker', 'snp', 'id']
const CHROMOSOME = ['chromosome', 'chrom', 'chr']
const POSITION = ['position', 'pos', 'bp']
const GENOTYPE = ['genotype', 'result', 'gt', 'call']

/** Pairs of allele columns, the forward strand first. */
const ALLELES = ['allele#plus', 'allele#forward', 'allele#', 'a#']

/**
 * The columns of a header line (its `#` removed), or undefined when the line is no header. Tabs,
 * commas, semicolons and blanks separate; names are known in any case and spelling: `# rsid`,
 * `SNP.Name`, `Allele1 - Plus`. A single unknown column beside id, chromosome and position is the
 * genotype.
 */
export function genotypeColumns(line: string): GenotypeColumns | undefined {
  const text = line.replace(/^#+\s*/, '').replaceAll('"', '')
  for (const separator of [/\t/, /,/, /;/, /\s+/]) {
    const names = text.trim().split(separator)
    const columns = names.length < 3 ? undefined : columnsOf(names)
    if (columns === undefined) continue
    // A sentence holds such words too, but hardly all of them.
    const isPlaced = columns.chromosome !== undefined && columns.position !== undefined
    if (isPlaced || separator.source === '\\t') return columns
  }
  return undefined
}

function columnsOf(names: readonly string[]): GenotypeColumns | undefined {
  const plain = names.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''))
  const find = (wanted: readonly string[]): number | undefined => {
    const at = wanted.map((name) => plain.indexOf(name)).find((index) => index >= 0)
    return at
  }
  const id = find(ID)
  if (id === undefined) return undefined
  const chromosome = find(CHROMOSOME)
  const position = find(POSITION)
  const alleles = allelePair(plain)
  const named = alleles === undefined ? find(GENOTYPE) : undefined
  const isPlaced = chromosome !== undefined && position !== undefined
  if (alleles === undefined && named === undefined && !isPlaced) return undefined
  const rest = plain.flatMap((_, i) => ([id, chromosome, position].includes(i) ? [] : [i]))
  const genotype = named ?? (alleles === undefined && rest.length === 1 ? rest[0] : undefined)
  return { id, chromosome, position, genotype, alleles, width: names.length, names }
}

function allelePair(plain: readonly string[]): readonly [number, number] | undefined {
  for (const pattern of ALLELES) {
    const first = plain.indexOf(pattern.replace('#', '1'))
    const second = plain.indexOf(pattern.replace('#', '2'))
    if (first >= 0 && second >= 0) return [first, second]
  }
  return undefined
}

/** The columns of a table without header, from its first row: `rs1  1  101  AA` or `.. A  A`. */
export function columnsWithoutHeader(cells: readonly string[]): GenotypeColumns | undefined {
  if (!/^(rs|i)\d+$/i.test(cells[0] ?? '') || !/^\d+$/.test(cells[2] ?? '')) return undefined
  const base = { id: 0, chromosome: 1, position: 2, width: cells.length, names: [] }
  if (cells.length === 4) return { ...base, genotype: 3 }
  return cells.length === 5 ? { ...base, alleles: [3, 4] } : undefined
}

/**
 * The cells of a row: quotes are dropped; a tab separates where there is one, else a comma, a
 * semicolon or blanks; several separators in a row are one where the count does not fit otherwise.
 */
export function rowCells(line: string, width: number | undefined): string[] {
  const text = line.includes('"') ? line.replaceAll('"', '') : line
  if (text.includes('\t')) {
    const cells = text.split('\t')
    if (width === undefined || cells.length === width) return cells
    const loose = text.trim().split(/\s+/)
    return loose.length === width ? loose : cells
  }
  if (text.includes(',') && !/^\S+,\S+\s/.test(text)) return text.split(',')
  return text.includes(';') ? text.split(';') : text.trim().split(/\s+/)
}
