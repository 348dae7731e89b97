import { addSeconds, wallClockS } from '../../math/wall-clock.ts'
import { quoted } from './text.ts'
import type { Warnings } from './warning.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** Years 85..99 of a two-digit year are 1985..1999, 00..84 are 2000..2084 (EDF specification). */
const CLIPPING_YEAR = 85

/**
 * Whole days that the first time-keeping onset may move the start before it is taken for damage.
 */
const MAX_SHIFT_DAYS = 366

type CalendarDate = { readonly year: number; readonly month: number; readonly day: number }

/**
 * Wall clock of the header's start, `YYYY-MM-DDTHH:MM:SS`, from the two 8-character fields and the
 * EDF+ `Startdate` subfield, which has the full year. Undefined, with a warning, where date or time
 * is none.
 */
export function startTimeOf(
  dateText: string,
  timeText: string,
  recording: string,
  warnings: Warnings,
): string | undefined {
  const date = startDate(dateText, recording, warnings)
  const time = startClock(timeText, warnings)
  if (date === undefined || time === undefined) return undefined
  return `${dateTextOf(date)}T${time}`
}

/**
 * The wall clock moved by the onset of the first record, seconds >= 0. Fractions are kept to the
 * microsecond, as three digits where that is exact. An onset of over a year is left out, with a
 * warning.
 */
export function shiftStart(startTime: string, onsetS: number, warnings: Warnings): string {
  let [micros, seconds] = [Math.round((onsetS % 1) * 1e6), Math.floor(onsetS)]
  if (micros === 1_000_000) [micros, seconds] = [0, seconds + 1]
  if (seconds > MAX_SHIFT_DAYS * 86400) {
    warnings.add(`the first record starts ${seconds} s after the start time: start time kept`)
    return startTime
  }
  const text = digits(micros, 6)
  const fraction = micros === 0 ? '' : `.${text.endsWith('000') ? text.slice(0, 3) : text}`
  return addSeconds(startTime, seconds) + fraction
}

/**
 * A start time taken apart for a header: its two 8-character fields, `Startdate` text and fraction.
 */
export type StartFields = {
  readonly date: string
  readonly time: string
  readonly startdate: string
  /** Seconds, 0 <= fraction < 1. */
  readonly fractionS: number
}

/**
 * Header fields of a wall clock `YYYY-MM-DDTHH:MM[:SS[.fff]]`. An unknown or unreadable one becomes
 * the standard's placeholder 01.01.85 00.00.00 with `Startdate X`; years outside 1985..2084 become
 * `yy`.
 */
export function startFields(startTime: string | undefined): StartFields {
  const unknown = { date: '01.01.85', time: '00.00.00', startdate: 'X', fractionS: 0 }
  const match = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?/.exec(startTime ?? '')
  if (!match || wallClockS(match[0]) === undefined) return unknown
  const [year, month] = [Number(match[1]), Number(match[2])]
  const time = [match[4]!, match[5]!, match[6] ?? '00']
  const inRange = year >= 1985 && year <= 2084
  return {
    date: `${match[3]}.${match[2]}.${inRange ? digits(year % 100) : 'yy'}`,
    time: time.join('.'),
    startdate: `${match[3]}-${MONTHS[month - 1]}-${match[1]}`,
    fractionS: Number(match[7] ?? 0),
  }
}

function startDate(text: string, recording: string, warnings: Warnings): CalendarDate | undefined {
  const short = shortDate(text)
  const full = fullDate(recording)
  if (/^\d\d.\d\d.(\d\d|yy)$/i.test(text) && !/^..\...\./.test(text)) {
    warnings.add(`start date ${quoted(text)} is not written dd.mm.yy: separators ignored`)
  }
  if (full === undefined) {
    if (short && isDate(short)) return short
    warnings.add(`start date ${quoted(text)} is no date dd.mm.yy: start time unknown`)
    return undefined
  }
  if (short === undefined || !isDate(short)) {
    const centuryOnly = short !== undefined && Number.isNaN(short.year)
    if (!centuryOnly) {
      warnings.add(`start date ${quoted(text)} is no date: taken from ${quoted(recording)}`)
    }
    return full
  }
  const same =
    short.day === full.day && short.month === full.month && (short.year - full.year) % 100 === 0
  if (same) return full
  warnings.add(`start date ${quoted(text)} differs from ${quoted(recording)}: the first was taken`)
  return short
}

function shortDate(text: string): CalendarDate | undefined {
  const match = /^\s*(\d{1,2})[.\-/: ]\s*(\d{1,2})[.\-/: ]\s*(\d\d|yy)\s*$/i.exec(text)
  if (!match) return undefined
  const short = Number(match[3])
  const year = short + (short >= CLIPPING_YEAR ? 1900 : 2000)
  return { year, month: Number(match[2]), day: Number(match[1]) }
}

function fullDate(recording: string): CalendarDate | undefined {
  const match = /^Startdate\s+(\d{1,2})-([A-Z]{3})-(\d{4})(\s|$)/i.exec(recording)
  if (!match) return undefined
  const month = MONTHS.indexOf(match[2]!.toUpperCase()) + 1
  const date = { year: Number(match[3]), month, day: Number(match[1]) }
  return isDate(date) ? date : undefined
}

function startClock(text: string, warnings: Warnings): string | undefined {
  const match = /^\s*(\d{1,2})([.:\- ])\s*(\d{1,2})[.:\- ]\s*(\d{1,2})\s*$/.exec(text)
  const parts = match ? [Number(match[1]), Number(match[3]), Number(match[4])] : []
  if (!match || !isClock(parts)) {
    warnings.add(`start time ${quoted(text)} is no time hh.mm.ss: start time unknown`)
    return undefined
  }
  if (match[2] !== '.') {
    warnings.add(`start time ${quoted(text)} is not written hh.mm.ss: separators ignored`)
  }
  return parts.map((part) => digits(part)).join(':')
}

function isClock(parts: readonly number[]): boolean {
  return parts[0]! <= 23 && parts[1]! <= 59 && parts[2]! <= 59
}

function isDate(date: CalendarDate): boolean {
  return wallClockS(`${dateTextOf(date)}T00:00`) !== undefined
}

function dateTextOf({ year, month, day }: CalendarDate): string {
  return `${digits(year, 4)}-${digits(month)}-${digits(day)}`
}

function digits(value: number, width = 2): string {
  return String(value).padStart(width, '0')
}
