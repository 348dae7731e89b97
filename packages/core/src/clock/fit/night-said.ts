import type { FitNight } from './fit-night.ts'
import type { NightSaid } from './sleep-filter.ts'

/** Nights whose sleep counts as recent, and how much less each earlier one does. */
const RECENT_NIGHTS = 4
const FADING = 0.7

/** A night that says nothing. */
export const SILENT_NIGHT: NightSaid = {
  onsetH: NaN,
  offsetH: NaN,
  recentSleepH: NaN,
  forced: 0,
  work: 0,
}

/** What each night says to the filter, in order; `forced` and `work` are guessed where not said. */
export function nightsSaid(nights: readonly FitNight[]): NightSaid[] {
  const constraint = weekdayConstraint(nights)
  return nights.map((night, k) => ({
    onsetH: night.onsetH ?? NaN,
    offsetH: night.offsetH ?? NaN,
    recentSleepH: recentSleep(nights.slice(Math.max(0, k - RECENT_NIGHTS), k), night.day),
    ...chances(night, constraint),
  }))
}

/**
 * How much weekdays bind this person, 0..1: the later waking of free mornings in hours, shrunk to
 * the ordinary by the number of both.
 */
export function weekdayConstraint(nights: readonly FitNight[]): number {
  const waking = (weekday: boolean): number[] =>
    nights.flatMap((night) =>
      night.weekday === weekday && night.offsetH !== undefined ? [night.offsetH] : [],
    )
  const [bound, free] = [waking(true), waking(false)]
  const few = Math.min(bound.length, free.length)
  const average = (values: readonly number[]): number =>
    values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)
  const later = few === 0 ? 0 : average(free) - average(bound)
  const share = few / (few + 2)
  const hours = share * later + (1 - share) * ORDINARY_LATER_H
  return Math.max(0.1, Math.min(0.85, 0.2 + 0.4 * hours))
}

/** Adults wake this much later on free days (social jet lag of about an hour: MCTQ), h. */
const ORDINARY_LATER_H = 0.9

function chances(night: FitNight, constraint: number): { forced: number; work: number } {
  const work = night.workday === undefined ? (night.weekday ? constraint : 0.1) : +night.workday
  if (night.alarm !== undefined) return { forced: night.alarm ? 0.97 : 0.02, work }
  const bound = night.workday === undefined ? 0.9 : 0.75
  return { forced: work > 0.1 ? work * bound : 0.1, work }
}

function recentSleep(before: readonly FitNight[], day: number): number {
  let [sum, weight] = [0, 0]
  for (const night of before) {
    if (night.onsetH === undefined || night.offsetH === undefined) continue
    let share = 1
    for (let d = night.day; d < day - 1; d++) share *= FADING
    sum += share * (night.offsetH - night.onsetH)
    weight += share
  }
  return weight > 1.5 ? sum / weight : NaN
}
