import { durationText } from '../../figure/clock.ts'
import type { PlanProblem, SleepWindow } from '../solve/problem.ts'
import { dateAt, type Itinerary, zoneDuring } from './itinerary.ts'
import { dateWords } from './words.ts'

/** A hard limit that a night could not keep. */
export type Breach = {
  readonly kind: 'short' | 'forbidden' | 'earlier' | 'later'
  /** Which sleep of the list. */
  readonly night: number
  /** Hours beyond the limit, > 0. */
  readonly hours: number
}

/** Rounding of steps is no breach. */
const TOLERANCE_H = 1e-6
const HOUR_MS = 3_600_000

/**
 * Every hard limit on sleep that a list of nights breaks: shorter than the least, on time that is
 * not free, mid-sleep moved more than the rules allow since the night before. Empty: all are kept.
 */
export function breachesOf(problem: PlanProblem, sleep: readonly SleepWindow[]): Breach[] {
  const { dtH, sleepable, rules, lastSleep } = problem
  const found: Breach[] = []
  let before = lastSleep
  for (const [night, span] of sleep.entries()) {
    const add = (kind: Breach['kind'], hours: number): void => {
      if (hours > TOLERANCE_H) found.push({ kind, night, hours })
    }
    // A night cut by the end of the grid is of no plan.
    if (span.onset <= lastSleep.onset || span.offset > problem.steps) continue
    let forbidden = 0
    for (let i = Math.max(0, span.onset); i < span.offset; i++) if (sleepable[i] === 0) forbidden++
    add('short', rules.leastH - (span.offset - span.onset) * dtH)
    add('forbidden', forbidden * dtH)
    const moved = (span.onset + span.offset - before.onset - before.offset) * 0.5 * dtH - 24
    add('earlier', -moved - rules.earlierHPerDay)
    add('later', moved - rules.laterHPerDay)
    before = span
  }
  return found
}

/** Breaches as lines for a person, one for each kind. */
export function breachWords(
  breaches: readonly Breach[],
  problem: PlanProblem,
  sleep: readonly SleepWindow[],
  itinerary: Itinerary,
): string[] {
  const kinds = ['short', 'forbidden', 'earlier', 'later'] as const
  return kinds.flatMap((kind) => {
    const own = breaches.filter((breach) => breach.kind === kind)
    if (own.length === 0) return []
    const worst = Math.max(...own.map(({ hours }) => hours))
    const dates = own.map(({ night }) => nightDate(problem, sleep[night]!, itinerary))
    const when = [...new Set(dates)].map(dateWords)
    const listed =
      when.length > 3
        ? `${when.slice(0, 2).join(', ')} and ${when.length - 2} more`
        : when.join(', ')
    return [LINES[kind](listed, durationText(worst * 60), problem)]
  })
}

const LINES: Readonly<
  Record<Breach['kind'], (when: string, much: string, problem: PlanProblem) => string>
> = {
  short: (when, much, { rules }) =>
    `No room for ${rules.leastH} h of sleep on ${when}: up to ${much} less. Add a nap where you can.`,
  forbidden: (when, much) => `Sleep on ${when} falls up to ${much} on time that is not free.`,
  earlier: (when, much, { rules }) =>
    `Work, travel or the goal moves sleep on ${when} up to ${much} beyond the ${rules.earlierHPerDay} h a day that sleep can move earlier.`,
  later: (when, much, { rules }) =>
    `Work, travel or the goal moves sleep on ${when} up to ${much} beyond the ${rules.laterHPerDay} h a day that sleep can move later.`,
}

function nightDate(
  { startMs, dtH }: PlanProblem,
  { onset }: SleepWindow,
  itinerary: Itinerary,
): string {
  const ms = startMs + onset * dtH * HOUR_MS
  return dateAt(zoneDuring(itinerary, ms), ms)
}
