import { fail, ok, type Result } from '../../math/result.ts'
import { isTimeZone, momentOfText, type TimeZone } from '../../math/time-zone.ts'
import { clockRange } from './goal.ts'

/** One leg: from a moment in one zone to a moment in another (ms since 1970 UTC). */
export type Flight = {
  readonly departMs: number
  readonly departZone: TimeZone
  readonly arriveMs: number
  readonly arriveZone: TimeZone
}

/**
 * Work on some days of the week; clock hours of the place, `toH` at or below `fromH` is next day.
 */
export type WorkRule = {
  /** Monday first. */
  readonly weekdays: readonly boolean[]
  readonly fromH: number
  readonly toH: number
}

/** What a plan must keep to. */
export type PlanConstraints = {
  readonly flights: readonly Flight[]
  readonly work: readonly WorkRule[]
  /** The brightest light this person can have, lux at the eye: 1000 outdoors or near a window. */
  readonly lightMaxLux: number
  /** Shortest sleep opportunity, h. */
  readonly sleepMinH: number
  readonly naps: boolean
  readonly caffeine: boolean
  /** Asked for by an adult who has read docs/SAFETY.md and answered its questions. */
  readonly melatonin: boolean
}

/** What holds when nothing is said. */
export const DEFAULT_CONSTRAINTS: PlanConstraints = {
  flights: [],
  work: [],
  lightMaxLux: 1000,
  sleepMinH: 7,
  naps: true,
  caffeine: false,
  melatonin: false,
}

/** A day of travel has few legs; more is a mistake. */
const MOST_LEG_H = 30
const HOUR_MS = 3_600_000
const FLIGHT_FORM = '"2026-12-01 13:00 Europe/Berlin -> 2026-12-01 16:20 America/New_York"'
const DAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/**
 * Reads a flight: departure and arrival as local wall clocks with their zones. Fails with FLIGHT
 * when a part cannot be read, a zone is unknown, or it lands before it starts or after 30 h.
 */
export function parseFlight(text: string): Result<Flight, 'FLIGHT'> {
  const ends = text.split(/\s*(?:->|\u2192)\s*/)
  const bad = (got: string, expected: string): Result<Flight, 'FLIGHT'> =>
    fail('FLIGHT', 'flight', got, expected)
  if (ends.length !== 2) return bad(`"${text}"`, FLIGHT_FORM)
  const [depart, arrive] = ends.map(readEnd)
  for (const [i, end] of [depart, arrive].entries()) {
    if (end === undefined) return bad(`"${ends[i]!.trim()}"`, `one end of ${FLIGHT_FORM}`)
    if (!isTimeZone(end.zone)) return bad(`zone "${end.zone}"`, 'a zone as Europe/Berlin')
  }
  const hours = (arrive!.ms - depart!.ms) / HOUR_MS
  if (!(hours > 0 && hours <= MOST_LEG_H)) {
    return bad(`a flight of ${hours.toFixed(1)} h`, `more than 0 and at most ${MOST_LEG_H} h`)
  }
  return ok({
    departMs: depart!.ms,
    departZone: depart!.zone,
    arriveMs: arrive!.ms,
    arriveZone: arrive!.zone,
  })
}

/** Reads working hours: `Mon-Fri 09:00-17:00`, `Sat,Sun 22:00-06:00`. Fails with WORK. */
export function parseWork(text: string): Result<WorkRule, 'WORK'> {
  const match = /^\s*(\S+)\s+(\S+)\s*$/.exec(text)
  const weekdays = match ? readWeekdays(match[1]!) : undefined
  const range = match ? clockRange(match[2]!) : undefined
  if (!weekdays || !range) return fail('WORK', 'work', `"${text}"`, '"Mon-Fri 09:00-17:00"')
  return ok({ weekdays, fromH: range[0], toH: range[1] })
}

function readEnd(text: string): { ms: number; zone: string } | undefined {
  const match = /^\s*(\d{4}-\d\d-\d\d[ T]\d\d:\d\d)\s+(\S+)\s*$/.exec(text)
  const ms = match ? momentOfText(isTimeZone(match[2]!) ? match[2]! : 'UTC', match[1]!) : undefined
  return ms === undefined ? undefined : { ms, zone: match![2]! }
}

function readWeekdays(text: string): boolean[] | undefined {
  const days = DAY_NAMES.map(() => false)
  for (const part of text.toLowerCase().split(',')) {
    if (part === 'daily') {
      days.fill(true)
      continue
    }
    const [first, last = first] = part.split('-').map((name) => DAY_NAMES.indexOf(name.slice(0, 3)))
    if (first === undefined || last === undefined || first < 0 || last < 0) return undefined
    for (let i = first; ; i = (i + 1) % 7) {
      days[i] = true
      if (i === last) break
    }
  }
  return days
}
