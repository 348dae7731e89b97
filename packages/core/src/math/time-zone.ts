import { fail, ok, type Result } from './result.ts'
import { wallClockS, wallClockText } from './wall-clock.ts'

/**
 * A time zone: an IANA name (`Europe/Berlin`), `UTC`, or a fixed offset (`+02:00`). Names are
 * looked up in the engine's own tz database through Intl.
 */
export type TimeZone = string

/** A wall clock in a zone, as a moment. */
export type ZonedMoment = {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly ms: number
  /**
   * `skipped`: the clock jumped over this time (spring) and the moment is the one as far after the
   * jump; `repeated`: the clock showed it twice (autumn) and the moment is the first unless asked.
   */
  readonly fold: 'plain' | 'skipped' | 'repeated'
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/**
 * Offsets are remembered by quarter hour: no zone has changed its clock at a finer grain since
 * 1972.
 */
const GRAIN_MS = 15 * MINUTE_MS
/** A year of quarter hours; beyond it the memory of a zone is started afresh. */
const MAX_REMEMBERED = 40_000

type Zone = { readonly format: Intl.DateTimeFormat; readonly offsets: Map<number, number> }
const zones = new Map<string, Zone | number>()

/** True when the engine knows the zone. */
export function isTimeZone(text: string): boolean {
  return zoneOf(text) !== undefined
}

/**
 * What local clocks were ahead of UTC at a moment, in ms (Berlin in summer: 7 200 000). Fails with
 * TIME_ZONE when the engine does not know the zone.
 */
export function zoneOffsetMs(zone: TimeZone, ms: number): Result<number, 'TIME_ZONE'> {
  const known = zoneOf(zone)
  if (known === undefined) {
    return fail('TIME_ZONE', 'time zone', `"${zone}"`, 'a name as Europe/Berlin, UTC or +02:00')
  }
  return ok(typeof known === 'number' ? known : offsetOf(known, ms))
}

/**
 * The moment at which clocks of a zone showed a wall clock, given in seconds since
 * 1970-01-01T00:00:00 of that clock (see `wallClockS`). Where a clock showed it twice, the first
 * unless `later`. Throws nothing: an unknown zone counts as UTC, so check it first.
 */
export function momentOfWallClock(zone: TimeZone, wallS: number, later = false): ZonedMoment {
  const wallMs = wallS * 1000
  const known = zoneOf(zone) ?? 0
  if (typeof known === 'number') return { ms: wallMs - known, fold: 'plain' }
  // The offsets a day before and after bracket any one change of the clock.
  const before = offsetOf(known, wallMs - DAY_MS)
  const after = offsetOf(known, wallMs + DAY_MS)
  if (before === after) return { ms: wallMs - before, fold: 'plain' }
  const [early, late] = [wallMs - before, wallMs - after]
  const earlyFits = offsetOf(known, early) === before
  const lateFits = offsetOf(known, late) === after
  if (earlyFits && lateFits) return { ms: later ? late : early, fold: 'repeated' }
  if (earlyFits) return { ms: early, fold: 'plain' }
  if (lateFits) return { ms: late, fold: 'plain' }
  return { ms: early, fold: 'skipped' }
}

/**
 * The moment of a wall-clock text `YYYY-MM-DD[T ]HH:MM[:SS]` in a zone; undefined when it is no
 * time.
 */
export function momentOfText(zone: TimeZone, text: string): number | undefined {
  const s = wallClockS(text)
  return s === undefined ? undefined : momentOfWallClock(zone, s).ms
}

/** Seconds of the zone's wall clock at a moment, since 1970-01-01T00:00:00 of that clock. */
export function wallClockAt(zone: TimeZone, ms: number): number {
  const known = zoneOf(zone) ?? 0
  return (ms + (typeof known === 'number' ? known : offsetOf(known, ms))) / 1000
}

/** The zone's wall clock at a moment, `YYYY-MM-DDTHH:MM:SS[.mmm]`, without its offset. */
export function zonedText(zone: TimeZone, ms: number): string {
  return wallClockText(wallClockAt(zone, ms))
}

/** Decimal hours of the zone's clock at a moment, 0 to 24. */
export function hourOfDayAt(zone: TimeZone, ms: number): number {
  const hours = wallClockAt(zone, ms) / 3600
  return hours - Math.floor(hours / 24) * 24
}

function zoneOf(name: string): Zone | number | undefined {
  const kept = zones.get(name)
  if (kept !== undefined) return kept
  const made = fixedOffset(name) ?? namedZone(name)
  if (made !== undefined) zones.set(name, made)
  return made
}

function fixedOffset(name: string): number | undefined {
  if (/^(UTC|GMT|Z)$/.test(name)) return 0
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d\d)?$/.exec(name)
  if (!match) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0)
  if (minutes > 18 * 60 || Number(match[3] ?? 0) > 59) return undefined
  return (match[1] === '-' ? -minutes : minutes) * MINUTE_MS
}

function namedZone(name: string): Zone | undefined {
  if (!/^[A-Za-z][\w+/-]{1,40}$/.test(name)) return undefined
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      era: 'short',
    })
    return { format, offsets: new Map() }
  } catch {
    return undefined
  }
}

function offsetOf(zone: Zone, ms: number): number {
  if (!Number.isFinite(ms)) return 0
  const grain = Math.floor(ms / GRAIN_MS)
  const kept = zone.offsets.get(grain)
  if (kept !== undefined) return kept
  if (zone.offsets.size >= MAX_REMEMBERED) zone.offsets.clear()
  const start = Math.min(Math.max(grain * GRAIN_MS, -8.64e15), 8.64e15 - GRAIN_MS)
  const parts = new Map(zone.format.formatToParts(start).map(({ type, value }) => [type, value]))
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const wall = Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  )
  // Before year 1 the calendar counts backwards; no night of a person lies there.
  const offset = parts.get('era') === 'BC' ? 0 : wall - start
  zone.offsets.set(grain, offset)
  return offset
}
