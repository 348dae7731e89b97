import { momentOfWallClock, type TimeZone } from '../../math/time-zone.ts'
import { wallClockS } from '../../math/wall-clock.ts'

/** Whether `03/04/2023` is the third of April or the fourth of March. */
export type DateOrder = 'dayFirst' | 'monthFirst'

/** A time as it was written. */
export type LocalTime = {
  /** Seconds of the wall clock since 1970-01-01T00:00:00 of that clock. */
  readonly wallS: number
  /** How far the clock was ahead of UTC, ms, where the text says so. */
  readonly offsetMs?: number | undefined
}

const DATE = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/
const DAY_FIRST = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?!\d)/
const SLASHED = /^(\d{1,2})([-/])(\d{1,2})\2(\d{4})(?!\d)/
const CLOCK = /^(\d{1,2})[:.h](\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?)?\s*/i
const OFFSET = /^(Z|UTC|GMT|[+-]\d\d:?\d\d)$/

/**
 * Reads a date with a time: `2023-10-29 02:30`, `2023-10-29T02:30:00.000+01:00`, `29.10.2023 2:30`,
 * `10/29/2023 2:30 AM`. A slashed date needs an `order` unless one number is above 12; without one
 * it is undefined, as is what is no time. 24:00 counts as the end of the day.
 */
export function localTime(text: string, order?: DateOrder): LocalTime | undefined {
  const date = dateAt(text.trim(), order)
  if (date === undefined) return undefined
  const rest = date.rest.replace(/^(?:[T,]\s*|\s+(?:at\s+)?)/, '')
  const clock = clockS(rest)
  if (clock === undefined) return undefined
  const offset = OFFSET.exec(clock.rest.trim())
  if (clock.rest.trim() !== '' && offset === null) return undefined
  const wallS = date.dayS + clock.s
  return offset === null ? { wallS } : { wallS, offsetMs: offsetMs(offset[1]!) }
}

/** Seconds of a date's midnight since 1970-01-01 of its clock, with the same rules. */
export function localDateS(text: string, order?: DateOrder): number | undefined {
  return dateAt(text.trim(), order)?.dayS
}

/** Seconds since midnight of `23:10`, `7.30`, `11:10 PM`; undefined when it is no time of day. */
export function timeOfDayS(text: string): number | undefined {
  const clock = clockS(text.trim())
  return clock === undefined || clock.rest !== '' ? undefined : clock.s
}

/** The order that a slashed date shows by a number above 12; undefined where it shows none. */
export function dateOrderOf(text: string): DateOrder | undefined {
  const match = SLASHED.exec(text.trim())
  if (match === null) return undefined
  if (Number(match[1]) > 12) return 'dayFirst'
  return Number(match[3]) > 12 ? 'monthFirst' : undefined
}

/** True for a slashed date that could be read either way with different results. */
export function isAmbiguousDate(text: string): boolean {
  const match = SLASHED.exec(text.trim())
  return match !== null && match[1] !== match[3] && dateOrderOf(text) === undefined
}

/**
 * The moment of a time in a zone, ms. A time that the clock showed twice is the first, unless that
 * would lie before `notBeforeMs` and the second would not.
 */
export function momentOf(time: LocalTime, zone: TimeZone, notBeforeMs?: number): number {
  if (time.offsetMs !== undefined) return time.wallS * 1000 - time.offsetMs
  const first = momentOfWallClock(zone, time.wallS)
  if (notBeforeMs === undefined || first.fold !== 'repeated' || first.ms >= notBeforeMs) {
    return first.ms
  }
  const second = momentOfWallClock(zone, time.wallS, true).ms
  return second >= notBeforeMs ? second : first.ms
}

function dateAt(text: string, order?: DateOrder): { dayS: number; rest: string } | undefined {
  const iso = DATE.exec(text)
  if (iso !== null) return dayOf(text, iso[0], iso[1]!, iso[2]!, iso[3]!)
  const dotted = DAY_FIRST.exec(text)
  if (dotted !== null) return dayOf(text, dotted[0], dotted[3]!, dotted[2]!, dotted[1]!)
  const slashed = SLASHED.exec(text)
  if (slashed === null) return undefined
  const [whole, first, , second, year] = slashed
  const known = dateOrderOf(text) ?? order ?? (first === second ? 'dayFirst' : undefined)
  if (known === undefined) return undefined
  return known === 'dayFirst'
    ? dayOf(text, whole, year!, second!, first!)
    : dayOf(text, whole, year!, first!, second!)
}

function dayOf(
  text: string,
  matched: string,
  year: string,
  month: string,
  day: string,
): { dayS: number; rest: string } | undefined {
  const dayS = wallClockS(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')} 00:00`)
  return dayS === undefined ? undefined : { dayS, rest: text.slice(matched.length) }
}

function clockS(text: string): { s: number; rest: string } | undefined {
  const match = CLOCK.exec(text)
  if (match === null) return undefined
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)]
  const half = match[5]?.[0]?.toLowerCase()
  if (minute > 59 || second > 59 || (half !== undefined && (hour < 1 || hour > 12))) {
    return undefined
  }
  const hours = half === undefined ? hour : (hour % 12) + (half === 'p' ? 12 : 0)
  const s = hours * 3600 + minute * 60 + second + Number(`0.${match[4] ?? 0}`)
  return s <= 86_400 ? { s, rest: text.slice(match[0].length) } : undefined
}

function offsetMs(text: string): number {
  if (/^[A-Z]/.test(text)) return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return (text[0] === '-' ? -minutes : minutes) * 60_000
}
