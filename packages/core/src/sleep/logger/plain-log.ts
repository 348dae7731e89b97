import { fail } from '../../math/result.ts'
import type { EvidenceReader, EvidenceSink, FileHead } from '../evidence/evidence-reader.ts'
import type { EvidenceOptions } from '../evidence/personal-record.ts'
import { cellsOf } from './cells.ts'
import { type DelimitedLog, delimitedLog, type LogTable, tableOf } from './delimited-log.ts'
import { dayClockOf, readingOf } from './reading.ts'

/** Lines among which the header must stand. */
const MAX_HEADER_LINES = 40
/** Rows looked at to tell a log from a table of days. */
const LOOKED_AT = 8

/**
 * Plain tables of activity or light over time, csv with commas, semicolons or tabs: a column of
 * time (or date and time), and activity, lux or melanopic EDI by name (`activity`, `white light`,
 * `lux`, `melanopic EDI`). Tempatilumi logs and the exports of actigraph tools are such tables. A
 * bare `light` counts as photopic lux with a warning.
 */
export const plainLogReader: EvidenceReader = {
  format: 'activity-csv',
  title: 'csv of time with activity, lux or melanopic EDI',
  takes: 'lines',
  recognises: (head) => isLog(head),
  open: (options) => openPlain(options),
}

function isLog({ text }: FileHead): boolean {
  const lines = text.split('\n', MAX_HEADER_LINES + LOOKED_AT)
  const at = lines.slice(0, MAX_HEADER_LINES).findIndex((line) => tableOf(line) !== undefined)
  const table = at < 0 ? undefined : tableOf(lines[at]!)
  if (!table) return false
  const rows = lines.slice(at + 1).filter((line) => line.trim() !== '')
  const good = rows.filter((line) => isRow(line, table)).length
  return good > 0 && good >= rows.length / 2
}

/** A row with a time of day and a reading. */
function isRow(line: string, { delimiter, columns }: LogTable): boolean {
  const cells = cellsOf(line, delimiter)
  return columns.every(({ at, role }) => {
    const cell = cells[at] ?? ''
    if (role === 'date') return /^[\d./-]{6,10}$/.test(cell)
    if (role === 'time') return dayClockOf(cell) !== undefined || /\d[T ]\d{1,2}:\d\d/.test(cell)
    if (role === 'dateTime') return /\d[T ]\d{1,2}:\d\d/.test(cell)
    return role === 'worn' || role === 'offWrist' || readingOf(cell) !== undefined
  })
}

function openPlain(options: EvidenceOptions): EvidenceSink<string> {
  const where = options.name ?? 'activity-csv'
  let log: DelimitedLog | undefined
  let hasAmPm = false
  let table: LogTable | undefined
  let nLines = 0
  return {
    push(line) {
      nLines++
      if (line.trim() === '') return undefined
      if (log) return log.row(line, nLines)
      if (table) {
        // The first row: a twelve-hour clock goes with month/day dates.
        hasAmPm = /\d\s*[ap]m\b/i.test(line)
        log = delimitedLog('activity-csv', table, options, (n) => n, hasAmPm ? 'mdy' : 'dmy')
        return log.row(line, nLines)
      }
      table = tableOf(line)
      if (table || nLines < MAX_HEADER_LINES) return undefined
      return fail('BAD_FIELD', where, 'no columns of time and activity or light', 'a header')
        .problem
    },
    end: () => log?.finish() ?? fail('EMPTY', where, 'no rows', 'rows of activity or light'),
  }
}
