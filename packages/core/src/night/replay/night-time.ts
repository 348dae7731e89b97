import { zoneOffsetMs } from '../../math/time-zone.ts'
import type { LocalOffset, NightHeader } from '../loop/header.ts'

const DAY_MS = 86_400_000

/** The start of a night and its local time: what a clock on the wall needs. */
export type NightStart = Pick<NightHeader, 'startMs' | 'timeZone' | 'offsets'>

/** The local clock `HH:MM:SS` at a device time, ms; UTC where the zone is not known. */
export function nightClock(start: NightStart, atMs: number): string {
  const wallMs = start.startMs + atMs
  let offsetMs = 0
  for (const each of offsetsOf(start)) if (each.fromMs <= wallMs) offsetMs = each.offsetMs
  const s = Math.floor(dayTime(wallMs + offsetMs) / 1000)
  return [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60]
    .map((value) => String(value).padStart(2, '0'))
    .join(':')
}

/**
 * The first device time of a night, ms, at which the local clock showed `HH:MM` or `HH:MM:SS[.f]`
 * within a day of its start; undefined for a text that is no such time, and for an hour that the
 * clocks jumped over.
 */
export function deviceTimeOfClock(start: NightStart, text: string): number | undefined {
  const [, hour, minute, second = '0'] =
    /^(\d\d?):(\d\d)(?::(\d\d(?:\.\d{1,3})?))?$/.exec(text) ?? []
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) >= 60) {
    return undefined
  }
  const wanted = Math.round((Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000)
  const offsets = offsetsOf(start)
  for (const [k, { fromMs, offsetMs }] of offsets.entries()) {
    const from = Math.max(fromMs, start.startMs)
    const until = offsets[k + 1]?.fromMs ?? Number.POSITIVE_INFINITY
    const moment = from + dayTime(wanted - dayTime(from + offsetMs))
    if (moment < until) return moment - start.startMs
  }
  return undefined
}

function offsetsOf({ startMs, timeZone, offsets }: NightStart): readonly LocalOffset[] {
  if (offsets.length > 0) return offsets
  const read = zoneOffsetMs(timeZone, startMs)
  return [{ fromMs: Number.NEGATIVE_INFINITY, offsetMs: read.ok ? read.value : 0 }]
}

/** What is over a whole number of days, 0 to a day. */
function dayTime(ms: number): number {
  return ms - Math.floor(ms / DAY_MS) * DAY_MS
}
