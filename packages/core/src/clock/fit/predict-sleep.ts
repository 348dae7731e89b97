import { heldBack } from './clock-belief.ts'
import type { ClockFit } from './clock-fit.ts'
import type { FitNight } from './fit-night.ts'
import { weekdayConstraint } from './night-said.ts'
import { onsetOf, wakingOf } from './sleep-filter.ts'

/** A sleep to come, hours from the midnight before waking by the local clock. */
export type ExpectedSleep = { readonly onsetH: number; readonly offsetH: number }

/**
 * A forced waking is taken from the person's own work mornings, as if one ordinary one were among
 * them.
 */
const ORDINARY_MORNINGS = 1
/** Work mornings begin this much before the average morning of a person, h. */
const EARLIER_H = 0.3

/**
 * Later onset before a free morning, h, and the nights this counts as; Huber's bound of a night, h.
 */
const FREE_LATER_H = 0.1
const FREE_LATER_NIGHTS = 4
const FAR_H = 1
/**
 * The clock's own movement since its average night that sleep takes no notice of, h: a late weekend
 * moves it by less, a journey or a rota by more.
 */
const UNNOTICED_H = 0.75

/**
 * The sleep to expect of the night before local date `day` (days since 1970-01-01), the next or one
 * soon after the last. Onset: the person's Huber mean, later before free mornings as far as theirs
 * were, moved with the clock. Waking: where clock, need and debt put it, and on work mornings where
 * their own work mornings put it. `workday` undefined = by the calendar and what it has meant.
 */
export function expectedSleep(fit: ClockFit, day: number, workday?: boolean): ExpectedSleep {
  const work = workday === undefined ? calendarWork(fit, day) : Number(workday)
  const recentH = recentSleepH(fit.nights)
  const { weights, beliefs, runs } = fit.belief
  const size = weights.length / runs.length
  let [naturalH, movedH] = [0, 0]
  for (const [i, belief] of beliefs.entries()) {
    const { driftH } = runs[Math.floor(i / size)]!
    const drift = driftH.at(-1)![i % size]!
    const near = heldBack(drift)
    naturalH += weights[i]! * (wakingOf(belief, onsetOf(belief, work), recentH) + near)
    const average = driftH.reduce((sum, night) => sum + night[i % size]!, 0) / driftH.length
    movedH += weights[i]! * (drift - average)
  }
  const noticed = Math.max(0, Math.abs(movedH) - UNNOTICED_H)
  const onsetH = usualOnset(fit, work) + Math.sign(movedH) * noticed
  const forcedH = workMorningH(fit)
  return { onsetH, offsetH: work * Math.min(forcedH, naturalH + 0.5) + (1 - work) * naturalH }
}

/** Onset before a morning that is work (1) or free (0), by the person's own nights. */
function usualOnset(fit: ClockFit, work: number): number {
  const known = fit.nights.filter((night) => night.onsetH !== undefined)
  const free = known.map((night) => 1 - workOf(fit, night))
  let level = fit.habit.onsetH
  let later = FREE_LATER_H
  for (let round = 0; round < 20; round++) {
    let [sum, top, bottom] = [0, FREE_LATER_NIGHTS * FREE_LATER_H, FREE_LATER_NIGHTS]
    for (const [k, night] of known.entries()) {
      const away = night.onsetH! - level - later * free[k]!
      sum += Math.max(-FAR_H, Math.min(FAR_H, away))
      const over = Math.max(-FAR_H, Math.min(FAR_H, night.onsetH! - level))
      top += free[k]! * over
      bottom += free[k]! * free[k]!
    }
    level += sum / Math.max(1, known.length)
    later = top / bottom
  }
  return level + later * (1 - work)
}

function workOf(fit: ClockFit, night: FitNight): number {
  if (night.workday !== undefined) return Number(night.workday)
  return calendarWork(fit, night.day)
}

function calendarWork(fit: ClockFit, day: number): number {
  const weekday = (day + 3) % 7 < 5
  return weekday ? weekdayConstraint(fit.nights) : 0.1
}

function workMorningH(fit: ClockFit): number {
  let sum = ORDINARY_MORNINGS * (fit.habit.offsetH - EARLIER_H)
  let count = ORDINARY_MORNINGS
  for (const night of fit.nights) {
    if (night.offsetH === undefined || !(night.workday ?? night.weekday)) continue
    sum += night.offsetH
    count++
  }
  return sum / count
}

function recentSleepH(nights: readonly FitNight[]): number {
  const lengths = nights
    .slice(-4)
    .flatMap((n) =>
      n.onsetH === undefined || n.offsetH === undefined ? [] : [n.offsetH - n.onsetH],
    )
  return lengths.length < 2 ? NaN : lengths.reduce((a, b) => a + b, 0) / lengths.length
}
