import { wallClockS } from '../../math/wall-clock.ts'

/** Which of a date's three numbers is what. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy'

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
/** A logger's two-digit year: 70 to 99 are of the last century. */
const CENTURY_PIVOT = 70
const FIRST_YEAR = 1970

/** A day, and whether its century was moved. */
export type LoggerDay = {
  /** Days since 1970-01-01 on the logger's calendar. */
  readonly day: number
  /** The year written where it is before 1970, when there were no loggers. */
  readonly yearWritten?: number | undefined
}

/**
 * The day of a date's text in an order: `2018-05-23`, `4/02/2015`, `24.01.2020`, `23-Jan-1918`.
 * Two-digit years are 1970 to 2069. A year before 1970, as anonymised files have it, is moved by
 * whole centuries to after it and told. Undefined when it is no date in that order.
 */
export function loggerDay(text: string, order: DateOrder): LoggerDay | undefined {
  const match = /^(\d{1,4})[-/.\s](\d{1,2}|[A-Za-z]{3})[-/.\s](\d{1,4})$/.exec(text.trim())
  if (!match) return undefined
  const [first, middle, last] = [match[1]!, match[2]!, match[3]!]
  const named = MONTHS.indexOf(middle.toLowerCase()) + 1
  if (/[a-z]/i.test(middle) && named === 0) return undefined
  const isYearFirst = first.length > 2
  if (isYearFirst !== (order === 'ymd') || (isYearFirst && last.length > 2)) return undefined
  if (order === 'mdy' && named > 0) return undefined
  const year = yearOf(isYearFirst ? first : last)
  if (year === undefined) return undefined
  const dayOfMonth = isYearFirst ? last : order === 'mdy' ? middle : first
  const month = named > 0 ? named : Number(order === 'mdy' ? first : middle)
  let moved = year
  while (moved < FIRST_YEAR) moved += 100
  const s = wallClockS(`${moved}-${two(month)}-${two(Number(dayOfMonth))}T00:00`)
  if (s === undefined) return undefined
  return { day: s / 86400, yearWritten: moved === year ? undefined : year }
}

function yearOf(text: string): number | undefined {
  const year = Number(text)
  if (text.length === 4) return year >= 1800 && year < 2100 ? year : undefined
  if (text.length > 2) return undefined
  return year < CENTURY_PIVOT ? 2000 + year : 1900 + year
}

/**
 * The order that makes days of the dates, in the order they were written: of those in which most
 * are dates, the one in which most follow the day before. `hint` breaks a tie. Undefined when fewer
 * than nine in ten are dates in any order.
 */
export function dateOrderOf(dates: readonly string[], hint: DateOrder): DateOrder | undefined {
  let best: DateOrder | undefined
  let bestScore = 0
  for (const order of [hint, 'dmy', 'mdy', 'ymd'] as const) {
    const days = dates.map((text) => loggerDay(text, order)?.day)
    const nValid = days.filter((day) => day !== undefined).length
    const follow = days.filter((day, i) => i > 0 && day !== undefined && day - 1 === days[i - 1])
    const score = nValid + follow.length / (dates.length + 1)
    if (nValid >= 0.9 * dates.length && score > bestScore) {
      best = order
      bestScore = score
    }
  }
  return best
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
