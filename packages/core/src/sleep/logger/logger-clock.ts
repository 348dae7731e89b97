import { momentOfWallClock, type TimeZone, zoneOffsetMs } from '../../math/time-zone.ts'

const HOUR_MS = 3_600_000
/** How near to the change of the zone's clock a logger's jump must lie to count as following it. */
const NEAR_MS = 3 * HOUR_MS
const DAY_MS = 24 * HOUR_MS
const MAX_DAYS = 3660

/** Moments of a logger's clock. */
export type LoggerMoments = {
  /** ms since 1970 UTC, one for each wall clock given. */
  readonly timesMs: Float64Array
  /** Changes of the zone's clock that the logger's jumped with. */
  readonly nFollowed: number
}

/**
 * The moments of a logger's wall clock, in seconds since 1970-01-01T00:00 of that clock. A logger
 * is set once, by the computer that starts it, and its clock runs on through the nights on which
 * the zone's clocks change (the 2019-03-10 record of a US Actiwatch has samples in the skipped
 * hour): times after the change are those of the offset it started with. Only where its own clock
 * jumps by what the zone's does, within 3 h of it and within two epochs, it followed, and the new
 * offset holds from there. NaN stays NaN.
 */
export function loggerMoments(wallS: Float64Array, epochS: number, zone: TimeZone): LoggerMoments {
  const timesMs = new Float64Array(wallS.length)
  const firstS = wallS.find((s) => Number.isFinite(s)) ?? 0
  let aheadMs = firstS * 1000 - momentOfWallClock(zone, firstS).ms
  if (wallS.length > 0) timesMs[0] = wallS[0]! * 1000 - aheadMs
  let nFollowed = 0
  const slackMs = 2000 * Math.max(epochS, 1)
  for (let i = 1; i < wallS.length; i++) {
    const stepMs = (wallS[i]! - wallS[i - 1]!) * 1000
    const jumpMs = stepMs - epochS * 1000
    if (Math.abs(jumpMs) > 15 * 60_000) {
      const nowMs = timesMs[i - 1]!
      const change = offset(zone, nowMs + NEAR_MS) - offset(zone, nowMs - NEAR_MS)
      if (change !== 0 && Math.abs(jumpMs - change) <= slackMs) {
        aheadMs += change
        nFollowed++
      }
    }
    timesMs[i] = wallS[i]! * 1000 - aheadMs
  }
  return { timesMs, nFollowed }
}

/** How often a zone's clock changes between two moments, looked at once a day for ten years. */
export function zoneChanges(zone: TimeZone, fromMs: number, toMs: number): number {
  const endMs = Math.min(toMs, fromMs + MAX_DAYS * DAY_MS)
  let n = 0
  let last = offset(zone, fromMs)
  for (let ms = fromMs; ms < endMs; ms += DAY_MS) {
    const now = offset(zone, Math.min(ms + DAY_MS, endMs))
    if (now !== last) n++
    last = now
  }
  return n
}

function offset(zone: TimeZone, ms: number): number {
  const found = zoneOffsetMs(zone, ms)
  return found.ok ? found.value : 0
}
