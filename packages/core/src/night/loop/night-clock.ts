import type { LocalOffset, NightHeader } from './header.ts'

const MINUTE_MS = 60_000
const DAY_MIN = 1440

/**
 * Wall clock of a night at a device time, ms since the epoch; `stepMs` is what it was set by since.
 */
export function wallAt(header: NightHeader, atMs: number, stepMs: number): number {
  return header.startMs + atMs + stepMs
}

/**
 * Minute of the sleeper's local day, 0 to 1439, by the offsets that the header carries; undefined
 * before the first of them.
 */
export function localMinuteAt(offsets: readonly LocalOffset[], wallMs: number): number | undefined {
  let offsetMs: number | undefined
  for (const each of offsets) if (each.fromMs <= wallMs) offsetMs = each.offsetMs
  if (offsetMs === undefined) return undefined
  const minute = Math.floor((wallMs + offsetMs) / MINUTE_MS) % DAY_MIN
  return minute < 0 ? minute + DAY_MIN : minute
}
