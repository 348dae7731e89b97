import { fail, type Problem, type Result } from '../../math/result.ts'
import { type CsvCells, columnKey, csvCells, delimiterOf } from '../evidence/csv-cells.ts'
import type { EvidenceReader, EvidenceSink, FileHead } from '../evidence/evidence-reader.ts'
import type { DateOrder } from '../evidence/local-time.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import { type RecordBuilder, recordBuilder } from '../evidence/record-builder.ts'
import { orderOfDates } from './date-order.ts'

/** Rows of one table: two centuries of nights. */
export const MAX_ROWS = 100_000
/** The header is among these first lines. */
const MAX_LINES_BEFORE_HEADER = 60

/** A row of a tracker's table: cells by `columnKey` of their column, blank ones left out. */
export type TableRow = {
  /** `line 12`. */
  readonly where: string
  readonly cells: ReadonlyMap<string, string>
  /** All cells in order, for tables whose later columns have no names of their own. */
  readonly all: readonly string[]
}

/** A tracker's export that is a table with one sleep a row. */
export type TableFormat = {
  readonly format: string
  readonly title: string
  /** Keys of columns that its header has all of; other formats' headers lack one. */
  readonly header: readonly string[]
  /** Keys of the columns that hold dates, from which the order of day and month is told. */
  readonly dates: readonly string[]
  /**
   * What every row begins with, where rows are one line each and text in them may have quotes as it
   * likes; other lines are passed over.
   */
  readonly rowStart?: RegExp
  /** Whether `TableRow.all` is wanted. */
  readonly wantsAll?: boolean
  /** Takes a row; the flaw of one that cannot be read, `start "x" is no time`. */
  read(row: TableRow, record: RecordBuilder, order: DateOrder | undefined): string | undefined
}

/**
 * The reader of a tracker's table. The header may come after other lines and again before later
 * rows. Rows that cannot be read are left out with a warning; BAD_FIELD when that is more than half
 * of them, or when day and month cannot be told apart.
 */
export function tableReader(format: TableFormat): EvidenceReader {
  return {
    format: format.format,
    title: format.title,
    takes: 'lines',
    recognises: (head) => hasHeader(head, format),
    open: (options) => openTable(format, options),
  }
}

function hasHeader({ text }: FileHead, format: TableFormat): boolean {
  const lines = text.split('\n', MAX_LINES_BEFORE_HEADER)
  return lines.some((line) => headerOf(line, format) !== undefined)
}

type Header = { readonly delimiter: string; readonly keys: readonly string[] }

function headerOf(line: string, format: TableFormat): Header | undefined {
  // Most lines are no header: one look at all of their letters tells.
  const letters = columnKey(line)
  if (!format.header.every((key) => letters.includes(key))) return undefined
  const delimiter = delimiterOf(line)
  const keys = csvCells(delimiter).row(line)?.map(columnKey)
  if (keys === undefined || !format.header.every((key) => keys.includes(key))) return undefined
  return { delimiter, keys }
}

function openTable(format: TableFormat, options: EvidenceOptions): EvidenceSink<string> {
  const record = recordBuilder(format.format, options)
  const rows: TableRow[] = []
  let header: Header | undefined
  let cells = csvCells(',')
  let nLines = 0
  return {
    push(line): Problem<EvidenceCode> | undefined {
      nLines++
      const next = headerOf(line, format)
      if (next !== undefined) {
        header = next
        cells = csvCells(header.delimiter)
        return undefined
      }
      if (format.rowStart !== undefined && !format.rowStart.test(line)) return undefined
      const found = header === undefined ? undefined : cellsOf(line, header, format, cells)
      if (header === undefined || found === undefined || found.every((cell) => cell === '')) {
        return undefined
      }
      rows.push(rowOf(`line ${nLines}`, header.keys, found, format.wantsAll === true))
      return rows.length <= MAX_ROWS
        ? undefined
        : fail('TOO_LARGE', `line ${nLines}`, 'more rows', `at most ${MAX_ROWS}`).problem
    },
    end(): Result<PersonalRecord, EvidenceCode> {
      const problem = readRows(rows, format, record)
      return problem === undefined ? record.finish() : { ok: false, problem }
    },
  }
}

function cellsOf(
  line: string,
  { delimiter }: Header,
  format: TableFormat,
  cells: CsvCells,
): readonly string[] | undefined {
  if (format.rowStart === undefined) return cells.row(line)
  return (
    csvCells(delimiter).row(line) ?? csvCells(delimiter).row(`${line}"`) ?? line.split(delimiter)
  )
}

function rowOf(
  where: string,
  keys: readonly string[],
  found: readonly string[],
  wantsAll: boolean,
): TableRow {
  const cells = new Map<string, string>()
  for (const [i, key] of keys.entries()) {
    const cell = found[i]
    if (cell !== undefined && cell !== '' && !cells.has(key)) cells.set(key, cell)
  }
  return { where, cells, all: wantsAll ? found : [] }
}

function readRows(
  rows: readonly TableRow[],
  format: TableFormat,
  record: RecordBuilder,
): Problem<EvidenceCode> | undefined {
  const dates = rows.flatMap(({ where, cells }) =>
    format.dates.flatMap((key) => {
      const text = cells.get(key)
      return text === undefined ? [] : [{ where, text }]
    }),
  )
  const order = orderOfDates(dates)
  if (!order.ok) return order.problem
  let first: { where: string; flaw: string } | undefined
  let nFlawed = 0
  for (const row of rows) {
    const flaw = format.read(row, record, order.value)
    if (flaw === undefined) continue
    nFlawed++
    first ??= { where: row.where, flaw }
    record.warn(`${row.where}: ${flaw}; the row was left out`)
  }
  if (first === undefined || nFlawed * 2 <= rows.length) return undefined
  return fail('BAD_FIELD', first.where, first.flaw, `a row of ${format.title}`).problem
}
