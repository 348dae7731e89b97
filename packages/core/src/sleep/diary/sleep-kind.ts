import { hourOfDayAt, type TimeZone } from '../../math/time-zone.ts'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'

const HOUR_MS = 3_600_000
/** A sleep of this length is a main one at whatever hour: shift workers sleep by day. */
const MAIN_MS = 3 * HOUR_MS
/** Short sleeps whose middle lies between these hours of the place are naps. */
const DAY_HOURS = [9, 21] as const

/**
 * Main sleep or nap where the source does not say: 3 h or more is main; less is a nap when its
 * middle lies between 09:00 and 21:00 of the place, else unknown. A sleep with one end only is
 * main.
 */
export function guessedKind(
  episode: Pick<SleepEpisode, 'bedMs' | 'onsetMs' | 'offsetMs' | 'riseMs'>,
  zone: TimeZone,
): SleepEpisode['kind'] {
  const startMs = episode.onsetMs ?? episode.bedMs
  const endMs = episode.offsetMs ?? episode.riseMs
  if (startMs === undefined || endMs === undefined || endMs - startMs >= MAIN_MS) return 'main'
  const hour = hourOfDayAt(zone, (startMs + endMs) / 2)
  return hour >= DAY_HOURS[0] && hour < DAY_HOURS[1] ? 'nap' : 'unknown'
}
