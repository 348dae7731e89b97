import { wallClockS } from '../../math/wall-clock.ts'
import { EARLIEST_MS, LATEST_MS } from '../evidence/record-builder.ts'

/** A moment with the offset it was written in. */
export type AppleTime = { readonly ms: number; readonly offsetMs: number }

const days = new Map<string, number>()
/** Dates remembered, so that a million records cost no million calendars. */
const MAX_DAYS = 20_000

/**
 * A time as Apple Health writes it, `2019-07-19 10:36:11 -0700`; undefined when it is none, or not
 * of 1970 to 2100.
 */
export function appleTime(text: string): AppleTime | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d) ([+-])(\d\d):?(\d\d)$/.exec(text)
  if (match === null) return undefined
  const dayS = dayOf(match[1]!)
  const [hour, minute, second] = [Number(match[2]), Number(match[3]), Number(match[4])]
  const aheadMin = Number(match[6]) * 60 + Number(match[7])
  if (dayS === undefined || hour > 23 || minute > 59 || second > 59 || aheadMin > 1080) {
    return undefined
  }
  const offsetMs = (match[5] === '-' ? -aheadMin : aheadMin) * 60_000
  const ms = (dayS + hour * 3600 + minute * 60 + second) * 1000 - offsetMs
  return ms >= EARLIEST_MS && ms < LATEST_MS ? { ms, offsetMs } : undefined
}

function dayOf(date: string): number | undefined {
  const kept = days.get(date)
  if (kept !== undefined) return kept
  const dayS = wallClockS(`${date} 00:00`)
  if (dayS === undefined) return undefined
  if (days.size >= MAX_DAYS) days.clear()
  days.set([...date].join(''), dayS)
  return dayS
}
