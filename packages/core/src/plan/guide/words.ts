import { durationText } from '../../figure/clock.ts'
import { hourOfDayAt, type TimeZone } from '../../math/time-zone.ts'
import { timeText } from './goal.ts'
import { weekdayOf } from './itinerary.ts'
import type { MomentInterval } from './plan.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS =
  'January February March April May June July August September October November December'
const MINUTE_MS = 60_000
/** Costs below a quarter of an hour are not worth a number. */
const WORTH_TELLING_H = 0.25
/** Light further than this from the clock's low point hardly moves it, h. */
const REACH_H = 9

/** `Tuesday 1 December` of a date. */
export function dateWords(date: string): string {
  const [, month, day] = date.split('-').map(Number)
  return `${WEEKDAYS[weekdayOf(date)]} ${day} ${MONTHS.split(' ')[month! - 1]}`
}

/** `07:30` of a moment where the person is. */
export function clockWords(zone: TimeZone, ms: number): string {
  return timeText(hourOfDayAt(zone, ms))
}

/** `04:40 (03:50 to 05:30)`: middle and 80 % bounds, to five minutes. */
export function intervalWords(
  { medianMs, lo80Ms, hi80Ms }: MomentInterval,
  zone: TimeZone,
): string {
  const five = (ms: number): string => clockWords(zone, Math.round(ms / 300_000) * 300_000)
  return `${five(medianMs)} (${five(lo80Ms)} to ${five(hi80Ms)})`
}

/** Which way light at a moment moves the clock: 1 earlier, -1 later, 0 hardly. */
export function pullOfLight(atMs: number, cbtminMs: number): -1 | 0 | 1 {
  const hours = (atMs - cbtminMs) / (60 * MINUTE_MS)
  const since = hours - 24 * Math.floor(hours / 24)
  const signed = since > 12 ? since - 24 : since
  if (Math.abs(signed) > REACH_H) return 0
  return signed >= 0 ? 1 : -1
}

/** What a stretch of light or dimness does, in a few words; `direction` is the way of the plan. */
export function lightEffect(seek: boolean, pull: -1 | 0 | 1, direction: -1 | 0 | 1): string {
  const way = pull === 1 ? 'earlier' : 'later'
  const against = direction !== 0 && pull === -direction
  if (seek) {
    if (pull === 0) return 'keeps the swing of the clock strong'
    return against ? 'keeps the clock from overshooting' : `moves the clock ${way}`
  }
  if (pull === 0) return 'lets the rest of the day do its work'
  if (direction !== 0 && !against) return 'the low point is near, and light could act either way'
  return `keeps the clock from going ${way}`
}

/** Why light is to be sought or avoided, with the low point it is reckoned from. */
export function lightReason(
  seek: boolean,
  pull: -1 | 0 | 1,
  direction: -1 | 0 | 1,
  cbtmin: MomentInterval,
  zone: TimeZone,
  lux: number,
): string {
  const low = `your body clock's low point, about ${intervalWords(cbtmin, zone)}`
  const side = pull === 0 ? 'far from' : pull === 1 ? 'after' : 'before'
  const effect = lightEffect(seek, pull, direction)
  return `${seek ? howBright(lux) : DIM} It falls ${side} ${low}: it ${effect}.`.replace(
    'it the low point is',
    'the low point is',
  )
}

const DIM = 'Low lamps, no overhead light, sunglasses outdoors (not while driving at night).'

function howBright(lux: number): string {
  if (lux >= 5000) return 'Full daylight outdoors, or a light box.'
  if (lux >= 900) return 'Outdoors, also under clouds, or right beside a large window.'
  if (lux >= 250) return 'The brightest place you have: by the window, all lamps on.'
  return 'As bright as it can be there.'
}

/** What skipping costs, from hours of misalignment over the coming days. */
export function skipWords(hours: number): string {
  if (hours < WORTH_TELLING_H) return 'Skipping it costs hardly anything.'
  const minutes = hours < 3 ? Math.round((hours * 60) / 15) * 15 : Math.round(hours) * 60
  return `Skipping it costs about ${durationText(minutes)} in all.`
}

/** What a shortened night costs. */
export function sleepSkipWords(hours: number): string {
  const length = durationText(Math.round((hours * 60) / 15) * 15)
  return `Each hour less of these ${length} is an hour of sleep owed; light at this time also undoes part of the shift.`
}

/** Sleep of a day in words: where it lies to the low point. */
export function sleepReason(cbtmin: MomentInterval, onsetMs: number, offsetMs: number): string {
  const inside = cbtmin.medianMs >= onsetMs && cbtmin.medianMs <= offsetMs
  const before = (offsetMs - cbtmin.medianMs) / (60 * MINUTE_MS)
  if (!inside) {
    return 'Your clock is not there yet: sleep may be light. Keep the room dark and cool, stay in bed.'
  }
  const ends = durationText(Math.round((before * 60) / 15) * 15)
  return `Dark, cool, quiet. Your clock's low point falls within it, about ${ends} before its end.`
}
