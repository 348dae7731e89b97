import type { Problem, Result } from '../../math/result.ts'
import { delimiterOf } from '../evidence/csv-cells.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from '../evidence/personal-record.ts'
import type { SeriesKind } from '../evidence/personal-series.ts'
import { cellsOf } from './cells.ts'
import { type ColumnRole, columnRole } from './column-name.ts'
import { type DateOrder, dateOrderOf, loggerDay } from './date-order.ts'
import { type LogColumn, type LoggerLog, loggerLog, movedYear } from './logger-log.ts'
import { dayClockOf, readingOf } from './reading.ts'

/** A column that is read. */
export type TableColumn = { readonly at: number; readonly role: ColumnRole; readonly name: string }

/** How the rows of a delimited log are cut. */
export type LogTable = {
  readonly delimiter: string
  readonly columns: readonly TableColumn[]
}

/** Distinct days of one log. */
const MAX_DAYS = 4000

/** Rows of a delimited log as they come. */
export type DelimitedLog = {
  readonly log: LoggerLog
  row(line: string, lineNumber: number): Problem<EvidenceCode> | undefined
  finish(epochS?: number): Result<PersonalRecord, EvidenceCode>
}

/**
 * The table that a header line announces: a time (one column, or date and time) and something
 * measured; undefined when it is no such header.
 */
export function tableOf(header: string): LogTable | undefined {
  const delimiter = delimiterOf(header)
  const columns: TableColumn[] = []
  cellsOf(header, delimiter).forEach((name, at) => {
    const role = columnRole(name)
    // In a table of activity classes "light" is one of them, not light.
    const isClass = role === 'bareLight' && /sedentary/i.test(header)
    if (role !== undefined && !isClass) columns.push({ at, role, name })
  })
  const has = (role: ColumnRole): boolean => columns.some((column) => column.role === role)
  const hasTime = has('dateTime') || has('time')
  const hasReading = MEASURED.some(has)
  return hasTime && hasReading ? { delimiter, columns } : undefined
}

const MEASURED: readonly ColumnRole[] = [
  'activityCounts',
  'photopicLux',
  'bareLight',
  'melanopicEdiLux',
]

/**
 * Opens a delimited log. `source` names a column for the record; `hint` is the order of dates that
 * could be read either way. Rows whose time is not readable are counted, see `loggerLog`.
 */
export function delimitedLog(
  format: string,
  table: LogTable,
  options: EvidenceOptions,
  source: (name: string) => string,
  hint: DateOrder = 'dmy',
): DelimitedLog {
  const read = readColumns(table)
  const times = timeColumns(table)
  const dates = new Map<string, number>()
  let isUtc: boolean | undefined
  const log = loggerLog(
    format,
    read.map(({ role, name }): LogColumn => ({ kind: kindOf(role), source: source(name) })),
    options,
    () => isUtc === true,
  )
  const bare = read.find(({ role }) => role === 'bareLight')
  if (bare) log.builder.warn(`"${bare.name}" has no unit: taken as photopic lux`)
  return {
    log,
    row(line, lineNumber) {
      const cells = cellsOf(line, table.delimiter)
      const time = rowTime(cells, times)
      const key = time === undefined ? undefined : dateKey(dates, time.date)
      if (isUtc === undefined && time?.name !== undefined) log.builder.fileZone(time.name)
      isUtc ??= time?.isUtc
      if (time === undefined || key === undefined || isUtc !== time.isUtc) {
        log.badRow(`line ${lineNumber}`, line)
        return undefined
      }
      // Days are numbered until the end, when the order of their dates is known.
      const readings = read.map(({ at, role }) => cellReading(cells[at] ?? '', role))
      return log.add(key * KEY_S + time.clockS, readings)
    },
    finish: (epochS) => finishDated(log, dates, hint, epochS),
  }
}

const DAY_S = 86400
/** Seconds that a day's number takes: its clock may be a day before or after, in UTC. */
const KEY_S = 4 * DAY_S

function finishDated(
  log: LoggerLog,
  dates: ReadonlyMap<string, number>,
  hint: DateOrder,
  epochS: number | undefined,
): Result<PersonalRecord, EvidenceCode> {
  const texts = [...dates.keys()]
  const order = dateOrderOf(texts, hint) ?? hint
  const days = texts.map((text) => loggerDay(text, order))
  const old = days.find((day) => day?.yearWritten !== undefined)
  if (old?.yearWritten !== undefined) log.builder.warn(movedYear(old.yearWritten, old.day * DAY_S))
  const isGuess = texts.length === 1 && /^\d{1,2}\/\d{1,2}\/\d{2,4}$/.test(texts[0]!)
  if (isGuess) log.builder.warn(`"${texts[0]}" was read as ${order === 'mdy' ? 'm/d/y' : 'd/m/y'}`)
  return log.finish(epochS, (given) => {
    const key = Math.floor((given + DAY_S) / KEY_S)
    return (days[key]?.day ?? Number.NaN) * DAY_S + given - key * KEY_S
  })
}

function readColumns(table: LogTable): readonly TableColumn[] {
  const seen = new Set<SeriesKind>()
  return table.columns.filter(({ role }) => {
    if (role === 'date' || role === 'time' || role === 'dateTime') return false
    // Of several columns of a kind the first is read: a bare "light" beside lux is not.
    const kind = kindOf(role)
    return !seen.has(kind) && seen.add(kind) !== undefined
  })
}

function kindOf(role: ColumnRole): SeriesKind {
  if (role === 'offWrist') return 'worn'
  if (role === 'bareLight') return 'photopicLux'
  if (role === 'date' || role === 'time' || role === 'dateTime') return 'worn'
  return role
}

function cellReading(cell: string, role: ColumnRole): number | undefined {
  const isWear = role === 'offWrist' || role === 'worn'
  const value = isWear ? (yesNo(cell) ?? readingOf(cell)) : readingOf(cell)
  return role === 'offWrist' && value !== undefined ? 1 - value : value
}

function yesNo(cell: string): number | undefined {
  if (/^(true|yes)$/i.test(cell)) return 1
  return /^(false|no)$/i.test(cell) ? 0 : undefined
}

type TimeColumns = { readonly dateTime: number; readonly date: number; readonly time: number }

function timeColumns({ columns }: LogTable): TimeColumns {
  const at = (role: ColumnRole): number => columns.find((c) => c.role === role)?.at ?? -1
  const [dateTime, date, time] = [at('dateTime'), at('date'), at('time')]
  // A lone "time" holds the date too.
  return dateTime < 0 && date < 0 ? { dateTime: time, date, time: -1 } : { dateTime, date, time }
}

type RowTime = {
  readonly date: string
  readonly clockS: number
  readonly isUtc: boolean
  /** The zone's name, where the row gives it. */
  readonly name?: string | undefined
}

const ZONE = /(Z|[+-]\d\d:?\d\d)$/i

function rowTime(cells: readonly string[], at: TimeColumns): RowTime | undefined {
  if (at.dateTime < 0) {
    const clockS = dayClockOf(cells[at.time] ?? '')
    const date = cells[at.date] ?? ''
    return clockS === undefined ? undefined : { date, clockS, isUtc: false }
  }
  const [text, name] = zoneNamed(cells[at.dateTime] ?? '')
  const match = /^(\S{6,11})[T ](\d.*)$/.exec(text)
  if (!match) return undefined
  const zone = ZONE.exec(match[2]!)?.[1]
  const clockS = dayClockOf(match[2]!.slice(0, match[2]!.length - (zone?.length ?? 0)).trim())
  if (clockS === undefined) return undefined
  return { date: match[1]!, clockS: clockS - aheadS(zone), isUtc: zone !== undefined, name }
}

/** A time without the `[Europe/London]` behind it, and that name. */
function zoneNamed(text: string): readonly [string, string | undefined] {
  const match = /^(.*?)\s*\[([A-Za-z][\w/+-]{1,40})\]$/.exec(text)
  return match ? [match[1]!, match[2]] : [text, undefined]
}

function aheadS(zone: string | undefined): number {
  if (zone === undefined || /^z$/i.test(zone)) return 0
  const s = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60
  return zone.startsWith('-') ? -s : s
}

function dateKey(dates: Map<string, number>, date: string): number | undefined {
  const known = dates.get(date)
  if (known !== undefined || dates.size >= MAX_DAYS || !/^\d.{5,10}$/.test(date)) return known
  dates.set(date, dates.size)
  return dates.size - 1
}
