import { fail, ok, type Result } from '../../math/result.ts'
import { momentOfText, zonedText } from '../../math/time-zone.ts'
import type { History } from '../loop/header.ts'
import { type ArousalCount, soundWakes } from '../trial/attribution.ts'
import { type EarlierNight, earlierNights } from './earlier-nights.ts'

/**
 * What is kept of a night for the nights after it: one entry a night, the night of the evening it
 * began in. What is missing is unknown.
 */
export type LoggedNight = {
  /** Local date of the evening, `YYYY-MM-DD`; hours before noon belong to the evening before. */
  readonly date: string
  /** Hours with signal. */
  readonly hours: number
  /** The device was in control at some time, whatever the arm was. */
  readonly control: boolean
  /** Nothing sounded. Missing where a sealed trial does not tell; then it counts as sounded. */
  readonly silent?: boolean
  /** Something went wrong, or the night has no end in the record: it was broken off. */
  readonly incident: boolean
  /** The sleeper stopped it: for the rest of this night, whatever begins anew in it (rule N55). */
  readonly stopped?: boolean
  /** Clicks that were commanded, and silent markers: with an arousal within 10 s each. */
  readonly atClicks?: ArousalCount
  readonly atSilence?: ArousalCount
  /** Told in the morning: distress 0 to 10, a nightmare. */
  readonly distress?: number
  readonly nightmare?: boolean
}

/** Why a log of nights was not read. */
export type NightLogCode = 'NIGHT_LOG'

/** A night shorter than this does not earn control (rule N20; own value), hours. */
const LEAST_CLEAN_HOURS = 3
/** Nights that are kept, and looked back at. */
const MOST_NIGHTS = 400
const DAY_MS = 86_400_000
/** What stands for "never" where a number has to be written down. */
const NEVER = 1000

/** The evening to which a moment belongs, in the sleeper's zone, `YYYY-MM-DD`. */
export function eveningOf(timeZone: string, ms: number): string {
  return zonedText(timeZone, ms - DAY_MS / 2).slice(0, 10)
}

/**
 * What the log says to the rules for a night that begins tonight (N20, N63, N68, N69, N71). Days
 * without an entry are nights without sound. All is unknown, and so nothing is allowed, where the
 * log knows a later evening than tonight, and where tonight was stopped, was broken off or sounded
 * before: its dose is not known any more (rules N53, N55).
 */
export function historyOf(log: readonly LoggedNight[], tonight: string): History {
  const last = log.at(-1)
  if (last !== undefined && last.date > tonight) return {}
  const begun = last?.date === tonight ? last : undefined
  const isOver = begun?.incident === true || begun?.stopped === true
  if (begun !== undefined && (isOver || begun.silent !== true)) return {}
  const earlier = begun === undefined ? log : log.slice(0, -1)
  const { sinceDistress, ...counted } = earlierNights(withFreeNights(earlier, tonight))
  const wakes = wakesOf(earlier)
  return {
    ...counted,
    sinceDistress: Math.min(NEVER, sinceDistress),
    cleanNights: cleanNightsOf(earlier),
    ...(wakes === undefined ? {} : { soundWakes: wakes }),
  }
}

/** The log with this night in it: two parts of one evening become one entry. */
export function withNight(log: readonly LoggedNight[], night: LoggedNight): LoggedNight[] {
  const last = log.at(-1)
  const others = last?.date === night.date ? log.slice(0, -1) : log
  const whole = last?.date === night.date ? joined(last, night) : night
  return [...others, whole].slice(-MOST_NIGHTS)
}

/** Reads a log of nights; one flaw refuses the whole, for what is lost would allow more. */
export function readNightLog(text: string): Result<readonly LoggedNight[], NightLogCode> {
  const list = parsed(text)
  if (!Array.isArray(list)) return fail('NIGHT_LOG', 'nights', 'no list', 'a list of nights')
  let before = ''
  for (const [index, night] of list.entries()) {
    if (!isNight(night)) {
      return fail('NIGHT_LOG', `night ${index + 1}`, JSON.stringify(night).slice(0, 80), 'a night')
    }
    if (night.date <= before) {
      return fail('NIGHT_LOG', `night ${index + 1}`, night.date, `an evening after ${before}`)
    }
    before = night.date
  }
  return ok(list as LoggedNight[])
}

/** Nights without control and incident, long enough to count, since the last incident. */
function cleanNightsOf(log: readonly LoggedNight[]): number {
  let clean = 0
  for (const { control, incident, hours } of log) {
    if (incident) clean = 0
    else if (!control && hours >= LEAST_CLEAN_HOURS) clean++
  }
  return clean
}

/** Unknown when a night that sounded was not counted: unknown is off. */
function wakesOf(log: readonly LoggedNight[]): boolean | undefined {
  const sound = { markers: 0, arousals: 0 }
  const silence = { markers: 0, arousals: 0 }
  for (const { control, silent, atClicks, atSilence } of log) {
    if (control && silent !== true && atClicks === undefined) return undefined
    add(silent === true ? silence : sound, atClicks)
    add(silence, atSilence)
  }
  return soundWakes(sound, silence)
}

function add(sum: { markers: number; arousals: number }, more: ArousalCount | undefined): void {
  sum.markers += more?.markers ?? 0
  sum.arousals += more?.arousals ?? 0
}

const FREE: EarlierNight = { control: false, silent: true }

function withFreeNights(log: readonly LoggedNight[], tonight: string): EarlierNight[] {
  const nights: EarlierNight[] = []
  for (const [index, night] of log.entries()) {
    const { control, silent, distress, nightmare } = night
    nights.push({
      ...{ control, silent: silent === true },
      ...(distress === undefined ? {} : { distress }),
      ...(nightmare === undefined ? {} : { nightmare }),
    })
    const free = dayOf(log[index + 1]?.date ?? tonight) - dayOf(night.date) - 1
    for (let k = 0; k < Math.min(free, MOST_NIGHTS); k++) nights.push(FREE)
  }
  return nights
}

function joined(before: LoggedNight, night: LoggedNight): LoggedNight {
  const silent =
    before.silent === undefined || night.silent === undefined
      ? {}
      : { silent: before.silent && night.silent }
  const counts = (name: 'atClicks' | 'atSilence'): Partial<LoggedNight> => {
    if (before[name] === undefined && night[name] === undefined) return {}
    const sum = { markers: 0, arousals: 0 }
    add(sum, before[name])
    add(sum, night[name])
    return { [name]: sum }
  }
  const { silent: _before, ...was } = before
  const { silent: _night, ...is } = night
  return {
    ...{ ...was, ...is, ...silent, ...counts('atClicks'), ...counts('atSilence') },
    hours: before.hours + night.hours,
    control: before.control || night.control,
    incident: before.incident || night.incident,
  }
}

function dayOf(date: string): number {
  return (momentOfText('UTC', `${date}T00:00:00`) ?? Number.NaN) / DAY_MS
}

function isNight(value: unknown): value is LoggedNight {
  if (typeof value !== 'object' || value === null) return false
  const night = value as Record<string, unknown>
  const { date, hours, control, silent, incident, stopped, distress, nightmare } = night
  return (
    typeof date === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(date) &&
    isNumber(hours, 48) &&
    typeof control === 'boolean' &&
    typeof incident === 'boolean' &&
    (silent === undefined || typeof silent === 'boolean') &&
    (stopped === undefined || typeof stopped === 'boolean') &&
    (nightmare === undefined || typeof nightmare === 'boolean') &&
    (distress === undefined || isNumber(distress, 10)) &&
    isCount(night.atClicks) &&
    isCount(night.atSilence)
  )
}

function isCount(value: unknown): boolean {
  if (value === undefined) return true
  if (typeof value !== 'object' || value === null) return false
  const { markers, arousals } = value as Record<string, unknown>
  return isNumber(markers, 1e6) && isNumber(arousals, markers as number)
}

function isNumber(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
