import { fail, ok, type Problem, type Result } from '../math/result.ts'
import type { CallCollector } from './call-collector.ts'
import { claimedBuild } from './genome-build.ts'
import type { GenomeCode } from './genome-code.ts'
import { chromosomeName, pairAlleles, parseAlleles } from './genotype.ts'
import {
  columnsWithoutHeader,
  type GenotypeColumns,
  genotypeColumns,
  rowCells,
} from './genotype-columns.ts'
import { formatOfColumns, makerOf } from './genotype-format.ts'

/** Reads a genotype file line by line; `line` gives the problem that ends the reading. */
export type RowReader = {
  line(text: string, number: number): Problem<GenomeCode> | undefined
  end(): Result<{ readonly format: string; readonly warnings: readonly string[] }, GenomeCode>
}

/** Lines before the first row that are neither comment nor header. */
const MAX_STRAY_LINES = 20

type TableState = {
  maker: string | undefined
  format: string
  columns: GenotypeColumns | undefined
  isForward: boolean
  strayLines: number
}

/** A reader of every vendor's table: comments, a header with or without `#`, rows. */
export function tableReader(calls: CallCollector): RowReader {
  const state: TableState = {
    maker: undefined,
    format: 'generic-tsv',
    columns: undefined,
    isForward: false,
    strayLines: 0,
  }
  return {
    line: (text, number) => {
      if (text.startsWith('#') || text.startsWith('[')) return comment(state, calls, text, number)
      if (state.columns === undefined) return beforeRows(state, calls, text, number)
      if (text !== '') row(state.columns, state.isForward, calls, text, number)
      return undefined
    },
    end: () => {
      if (state.columns === undefined) return fail('UNKNOWN_FORMAT', ...noTable('the file'))
      return ok({ format: state.maker ?? state.format, warnings: [] })
    },
  }
}

function noTable(where: string): [where: string, got: string, expected: string] {
  return [where, 'no genotype table', 'a genotype file (23andMe, AncestryDNA, VCF ...)']
}

function comment(
  state: TableState,
  calls: CallCollector,
  text: string,
  number: number,
): Problem<GenomeCode> | undefined {
  state.maker ??= makerOf(text)
  calls.buildEvidence.claim ??= claimedBuild(text)
  if (/\b(plus|forward) strand\b/i.test(text)) state.isForward = true
  const isHeader = text.startsWith('#') && header(state, text)
  return isHeader ? severalPeople(state.columns, number) : undefined
}

function header(state: TableState, text: string): boolean {
  const columns = genotypeColumns(text)
  if (columns === undefined) return false
  state.columns = columns
  state.format = formatOfColumns(columns, text)
  const alleles = columns.alleles?.map((index) => columns.names[index] ?? '') ?? []
  if (alleles.some((name) => /plus|forward/i.test(name))) state.isForward = true
  return true
}

function beforeRows(
  state: TableState,
  calls: CallCollector,
  text: string,
  number: number,
): Problem<GenomeCode> | undefined {
  if (text === '') return undefined
  if (header(state, text)) return severalPeople(state.columns, number)
  const cells = rowCells(text, undefined)
  state.columns = columnsWithoutHeader(cells)
  if (state.columns !== undefined) {
    state.format = text.includes(',') ? 'generic-csv' : 'generic-tsv'
    row(state.columns, state.isForward, calls, text, number)
    return undefined
  }
  if (/^"?(rsid|snp)\b/i.test(text)) {
    const got = `columns ${cells.slice(0, 8).join(', ').slice(0, 120)}`
    const expected = 'rsid, chromosome, position and one genotype'
    return fail('UNKNOWN_FORMAT', `line ${number}`, got, expected).problem
  }
  state.maker ??= makerOf(text)
  calls.buildEvidence.claim ??= claimedBuild(text)
  if (++state.strayLines <= MAX_STRAY_LINES) return undefined
  return fail('UNKNOWN_FORMAT', ...noTable(`line ${number}`)).problem
}

/** A table with columns for several people does not say which of them is meant. */
function severalPeople(
  columns: GenotypeColumns | undefined,
  number: number,
): Problem<GenomeCode> | undefined {
  if (columns === undefined || columns.genotype !== undefined || columns.alleles) return undefined
  const got = `columns ${columns.names.slice(0, 8).join(', ').slice(0, 120)}`
  return fail('PERSON', `line ${number}`, got, 'one column of genotypes, or two of alleles').problem
}

function row(
  columns: GenotypeColumns,
  isForward: boolean,
  calls: CallCollector,
  text: string,
  line: number,
): void {
  const cells = rowCells(text, columns.width)
  const cell = (index: number | undefined): string | undefined =>
    index === undefined ? undefined : cells[index]
  const id = cell(columns.id)?.trim()
  const { alleles: pair } = columns
  const alleles = pair
    ? pairAlleles(cell(pair[0]) ?? 'missing', cell(pair[1]) ?? 'missing')
    : parseAlleles(cell(columns.genotype) ?? 'missing')
  if (id === undefined || id === '' || alleles === 'bad') {
    calls.badRows++
    return
  }
  calls.rows++
  if (alleles === undefined) calls.noCalls++
  const chromosome = chromosomeName(cell(columns.chromosome) ?? '')
  const position = positionOf(cell(columns.position))
  for (const wanted of calls.wanted(id, chromosome, position)) {
    calls.keep({ ...wanted, chromosome, position, alleles, isForward, line })
  }
}

function positionOf(cell: string | undefined): number | undefined {
  const text = cell?.trim() ?? ''
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined
}
