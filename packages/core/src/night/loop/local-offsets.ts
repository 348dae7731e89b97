import { zoneOffsetMs } from '../../math/time-zone.ts'
import type { LocalOffset } from './header.ts'

/** A quarter of an hour: every zone changes its clocks on one. */
const GRAIN_MS = 900_000
/** A night, and the day that it may be left running. */
const SPAN_MS = 2 * 86_400_000

/**
 * Local time for a night that starts at a moment, as far as two days on: one entry, or two where
 * the clocks change meanwhile. Empty when the zone is not known, and then nothing is ever within
 * hours.
 */
export function localOffsets(timeZone: string, startMs: number): readonly LocalOffset[] {
  const offsets: LocalOffset[] = []
  const first = Math.floor(startMs / GRAIN_MS) * GRAIN_MS
  for (let fromMs = first; fromMs < startMs + SPAN_MS; fromMs += GRAIN_MS) {
    const read = zoneOffsetMs(timeZone, fromMs)
    if (!read.ok) return []
    if (offsets.at(-1)?.offsetMs !== read.value) offsets.push({ fromMs, offsetMs: read.value })
  }
  return offsets
}
