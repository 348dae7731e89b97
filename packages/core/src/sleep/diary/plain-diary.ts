import { fail, type Problem, type Result } from '../../math/result.ts'
import { csvCells, delimiterOf } from '../evidence/csv-cells.ts'
import type { EvidenceReader, EvidenceSink, FileHead } from '../evidence/evidence-reader.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import { type RecordBuilder, recordBuilder } from '../evidence/record-builder.ts'
import { orderOfDates } from './date-order.ts'
import {
  type DiaryColumn,
  type DiaryRow,
  diaryColumns,
  diaryRow,
  isDiary,
} from './diary-columns.ts'
import { diaryNight } from './diary-night.ts'
import { documentReader, type Json, listOf, textOf } from './json-document.ts'
import { MAX_ROWS } from './table-reader.ts'

/** The header is among these first lines. */
const MAX_LINES_BEFORE_HEADER = 40

type Numbered = { readonly where: string; readonly row: DiaryRow }

/**
 * A table with a header, one sleep a row: `night,bedtime,waketime` in the simplest case, blank
 * where unknown; comma, semicolon or tab; other usual names for its columns, in any order and
 * beside others. Times are the zone's, with a date or beside a night's date. Dates with slashes are
 * read when the file shows which number is the day, and refused (BAD_FIELD) when it does not.
 */
export const plainDiary: EvidenceReader = {
  format: 'diary-csv',
  title: 'sleep diary (CSV with columns night,bedtime,waketime)',
  takes: 'lines',
  recognises: (head) => headerOf(head) !== undefined,
  open: openTable,
}

/**
 * The same as JSON: `{"zone": "Europe/Berlin", "nights": [{"night": ..., "bedtime": ...,
 * "waketime": ...}]}`, or the list alone.
 */
export const jsonDiary: EvidenceReader = documentReader({
  format: 'diary-json',
  title: 'sleep diary (JSON)',
  recognises: (text) => {
    const names = [...text.slice(0, 4096).matchAll(/"([^"\\]{1,40})"\s*:/g)].map((at) => at[1]!)
    return isDiary(diaryColumns(names))
  },
  read: (document, record) => {
    const zone = textOf(document, 'zone')
    if (zone !== undefined) record.fileZone(zone)
    const nights = listOf(document, 'nights', 'diary', 'sleeps', 'episodes')
    return addNights(nights.slice(0, MAX_ROWS).map(numberedOf), record)
  },
})

function numberedOf(night: Json, i: number): Numbered {
  const fields =
    night !== null && typeof night === 'object' && !Array.isArray(night)
      ? Object.entries(night)
      : []
  const columns = diaryColumns(fields.map(([name]) => name))
  const cells = fields.map(([, value]) => (typeof value === 'object' ? '' : String(value)))
  return { where: `night ${i + 1}`, row: diaryRow(columns, cells) }
}

type Header = {
  readonly line: string
  readonly delimiter: string
  readonly columns: (DiaryColumn | undefined)[]
}

function headerOf(head: FileHead): Header | undefined {
  for (const line of head.text.split('\n', MAX_LINES_BEFORE_HEADER)) {
    const header = asHeader(line)
    if (header !== undefined) return header
  }
  return undefined
}

function asHeader(line: string): Header | undefined {
  const delimiter = delimiterOf(line)
  const names = csvCells(delimiter).row(line)
  const columns = names === undefined ? [] : diaryColumns(names)
  return isDiary(columns) ? { line, delimiter, columns } : undefined
}

function openTable(options: EvidenceOptions): EvidenceSink<string> {
  const record = recordBuilder('diary-csv', options)
  const rows: Numbered[] = []
  let header: Header | undefined
  let cells = csvCells(',')
  let nLines = 0
  return {
    push(line): Problem<EvidenceCode> | undefined {
      nLines++
      if (header === undefined) {
        header = asHeader(line)
        if (header !== undefined) cells = csvCells(header.delimiter)
        return undefined
      }
      // Files put one after the other bring their headers along.
      const found = line === header.line ? undefined : cells.row(line)
      if (found === undefined) return undefined
      const row = diaryRow(header.columns, found)
      if (Object.keys(row).length > 0) rows.push({ where: `line ${nLines}`, row })
      return rows.length <= MAX_ROWS
        ? undefined
        : fail('TOO_LARGE', `line ${nLines}`, 'more rows', `at most ${MAX_ROWS}`).problem
    },
    end(): Result<PersonalRecord, EvidenceCode> {
      const problem = addNights(rows, record)
      return problem === undefined ? record.finish() : { ok: false, problem }
    },
  }
}

const DATED = ['night', 'bed', 'attempt', 'onset', 'offset', 'rise'] as const

function addNights(
  rows: readonly Numbered[],
  record: RecordBuilder,
): Problem<EvidenceCode> | undefined {
  const dates = rows.flatMap(({ where, row }) =>
    DATED.flatMap((column) => {
      const text = row[column]
      return text === undefined ? [] : [{ where, text }]
    }),
  )
  const order = orderOfDates(dates)
  if (!order.ok) return order.problem
  let first: { where: string; flaw: string } | undefined
  let nFlawed = 0
  for (const { where, row } of rows) {
    const night = diaryNight(row, record.zone(), order.value)
    if (night === undefined) continue
    if ('flaw' in night) {
      nFlawed++
      first ??= { where, flaw: night.flaw }
      record.warn(`${where}: ${night.flaw} is no time; the row was left out`)
      continue
    }
    for (const remark of night.remarks) record.warn(`${where}: ${remark}`)
    record.addEpisode(night.episode, where)
  }
  // A typing error or two are a person's; more than half of all rows is another format.
  if (first === undefined || nFlawed * 2 <= rows.length) return undefined
  return fail('BAD_FIELD', first.where, first.flaw, 'a time as 2023-10-29 23:10').problem
}
