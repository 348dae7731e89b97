import { type TimeZone, wallClockAt, zoneOffsetMs } from '../../math/time-zone.ts'
import { fitOfNights } from './clock-fit.ts'
import type { ClockPosterior } from './clock-posterior.ts'
import type { FitNight } from './fit-night.ts'
import { posteriorOf } from './posterior-draws.ts'

/**
 * What is believed of a person of whom only the usual sleep is known (hours of the local clock;
 * onset 23 or 25 for one past midnight): the population's spread about it. The states hold for the
 * last usual waking at or before `atMs`.
 */
export function populationPosterior(
  habit: { readonly onsetH: number; readonly offsetH: number },
  zone: TimeZone,
  atMs: number,
): ClockPosterior {
  const wallH = wallClockAt(zone, atMs) / 3600
  const day = Math.floor((wallH - habit.offsetH) / 24)
  const offset = zoneOffsetMs(zone, atMs)
  const night: FitNight = {
    day,
    zoneH: offset.ok ? offset.value / 3_600_000 : 0,
    onsetH: habit.onsetH > 12 ? habit.onsetH - 24 : habit.onsetH,
    offsetH: habit.offsetH,
    weekday: true,
    provenance: 'reported',
  }
  return posteriorOf(fitOfNights([night], zone, { records: [] }, true))
}
