import { hourOfDayAt, momentOfWallClock, type TimeZone, wallClockAt } from '../../math/time-zone.ts'
import { wallClockS, wallClockText } from '../../math/wall-clock.ts'
import type { Flight, WorkRule } from './constraint.ts'
import type { RotaRun } from './goal.ts'
import type { FixedSpan } from './plan.ts'

/** Where a person is over time: home, then wherever each flight lands. */
export type Itinerary = { readonly home: TimeZone; readonly flights: readonly Flight[] }

const DAY_S = 86_400
const DAY_MS = 86_400_000
/** Days before and after a stretch that are looked at, for shifts past midnight and other zones. */
const MARGIN_DAYS = 2

/** The zone a person's clocks show at a moment: home until the first landing, then that of it. */
export function zoneDuring({ home, flights }: Itinerary, ms: number): TimeZone {
  let zone = home
  for (const flight of flights) if (ms >= flight.arriveMs) zone = flight.arriveZone
  return zone
}

/** `YYYY-MM-DD` of a zone at a moment. */
export function dateAt(zone: TimeZone, ms: number): string {
  return wallClockText(Math.floor(wallClockAt(zone, ms))).slice(0, 10)
}

/** The moment of a local date's clock time, hours 0 .. 48 (above 24 is the day after). */
export function momentOf(zone: TimeZone, date: string, hours: number): number {
  const dayS = wallClockS(`${date}T00:00`) ?? 0
  return momentOfWallClock(zone, dayS + Math.round(hours * 3600)).ms
}

/** A date moved by whole days. */
export function addDays(date: string, days: number): string {
  return wallClockText((wallClockS(`${date}T00:00`) ?? 0) + days * DAY_S).slice(0, 10)
}

/** Whole days from one date to another; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round(((wallClockS(`${to}T00:00`) ?? 0) - (wallClockS(`${from}T00:00`) ?? 0)) / DAY_S)
}

/** The first moment after `ms` at which a zone's clock shows `clockH` (0..24). */
export function nextClock(zone: TimeZone, ms: number, clockH: number): number {
  const date = dateAt(zone, ms)
  for (let day = 0; day <= 2; day++) {
    const at = momentOf(zone, addDays(date, day), clockH)
    if (at > ms) return at
  }
  return ms + DAY_MS
}

/** Flights and work between two moments, in order; work is at the local clock of the place. */
export function fixedSpans(
  itinerary: Itinerary,
  work: readonly WorkRule[],
  fromMs: number,
  toMs: number,
): FixedSpan[] {
  const spans: FixedSpan[] = itinerary.flights.map(({ departMs, arriveMs }) => {
    return { kind: 'flight', fromMs: departMs, toMs: arriveMs }
  })
  eachDate(itinerary, fromMs, toMs, (date, zone) => {
    for (const { weekdays, fromH, toH } of work) {
      if (weekdays[weekdayOf(date)]) spans.push(workSpan(zone, date, fromH, toH))
    }
  })
  return between(spans, fromMs, toMs)
}

/** The shifts of a rota between two moments, in order; its first day is `startDate`. */
export function rotaSpans(
  itinerary: Itinerary,
  runs: readonly RotaRun[],
  startDate: string,
  fromMs: number,
  toMs: number,
): FixedSpan[] {
  const cycle = runs.flatMap(({ days, shift }) => Array.from({ length: days }, () => shift))
  const spans: FixedSpan[] = []
  eachDate(itinerary, fromMs, toMs, (date, zone) => {
    const day = daysBetween(startDate, date)
    const shift = day < 0 ? undefined : cycle[day % cycle.length]
    if (shift) spans.push(workSpan(zone, date, shift.fromH, shift.toH))
  })
  return between(spans, fromMs, toMs)
}

/** Whether a zone's clock at a moment is within `fromH`..`toH` (past midnight when to < from). */
export function clockWithin(zone: TimeZone, ms: number, fromH: number, toH: number): boolean {
  const hour = hourOfDayAt(zone, ms)
  return fromH <= toH ? hour >= fromH && hour < toH : hour >= fromH || hour < toH
}

/** Day of the week of a date, 0 = Monday. */
export function weekdayOf(date: string): number {
  // 1970-01-01 was a Thursday.
  const day = Math.round((wallClockS(`${date}T00:00`) ?? 0) / DAY_S) + 3
  return day - Math.floor(day / 7) * 7
}

function eachDate(
  itinerary: Itinerary,
  fromMs: number,
  toMs: number,
  visit: (date: string, zone: TimeZone) => void,
): void {
  const first = dateAt(itinerary.home, fromMs - MARGIN_DAYS * DAY_MS)
  const days = Math.ceil((toMs - fromMs) / DAY_MS) + 2 * MARGIN_DAYS
  for (let day = 0; day <= days; day++) {
    const date = addDays(first, day)
    visit(date, zoneDuring(itinerary, momentOf(itinerary.home, date, 12)))
  }
}

function workSpan(zone: TimeZone, date: string, fromH: number, toH: number): FixedSpan {
  const fromMs = momentOf(zone, date, fromH)
  return { kind: 'work', fromMs, toMs: momentOf(zone, date, toH <= fromH ? toH + 24 : toH) }
}

function between(spans: FixedSpan[], fromMs: number, toMs: number): FixedSpan[] {
  const flights = spans.filter(({ kind }) => kind === 'flight')
  const clear = (span: FixedSpan): boolean =>
    span.kind === 'flight' ||
    !flights.some((flight) => flight.fromMs < span.toMs && span.fromMs < flight.toMs)
  return spans
    .filter((span) => span.toMs > fromMs && span.fromMs < toMs && clear(span))
    .sort((a, b) => a.fromMs - b.fromMs)
}
