import { fail, ok, type Result } from '../../math/result.ts'
import { isTimeZone } from '../../math/time-zone.ts'
import type { PlanProblem, PlanSolution } from '../solve/problem.ts'
import { replan } from '../solve/replan.ts'
import { solvePlan } from '../solve/solve-plan.ts'
import { planDays, sleepMoments } from './advice.ts'
import { type Aim, aimOf, daysToMove, hour24, wayOf } from './aim.ts'
import { breachesOf, breachWords } from './breach.ts'
import type { PlanConstraints } from './constraint.ts'
import { dosesOf } from './dose.ts'
import type { Goal, SleepClock } from './goal.ts'
import { goalText } from './goal.ts'
import { headlineOf, notesOf } from './headline.ts'
import {
  addDays,
  clockWithin,
  dateAt,
  daysBetween,
  type Itinerary,
  momentOf,
  nextClock,
  rotaSpans,
  zoneDuring,
} from './itinerary.ts'
import { livableProblem } from './livable.ts'
import type { Plan, PlanDay } from './plan.ts'
import { fixedOf, problemOf, type Question } from './question.ts'
import type { PlanRequest } from './request.ts'
import { drawsAt } from './sleeper.ts'
import { dateWords } from './words.ts'

/** Why no plan could be made. */
export type PlanCode = 'PLAN'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const QUARTER_MS = HOUR_MS / 4
/** Days a plan looks ahead: fewer say too little, more are guesses and cost time. */
const FEWEST_DAYS = 5
const MOST_DAYS = 21
/** Days after a goal is reached that are still planned, and still shown. */
const AFTER_DAYS = 4
const AFTER_LONG = { moveH: 6, days: 8 } as const
const SHOWN_AFTER_DAYS = 1
const FEWEST_SHOWN = 3
/** A plan that would idle for longer than this starts later instead. */
const IDLE_DAYS = 7
const ROTA_DAYS = 10
/** Draws that a plan is made for: more cost time and change little. */
const MOST_DRAWS = 16
/** A plan made again keeps near the one before: fewer do. */
const AGAIN_DRAWS = 6
const QUICK_DRAWS = 5
/** A plan asked for this close to bed begins with the next day, h. */
const TOO_LATE_H = 2
/** Longest usual sleep that is planned for, h. */
const LONGEST_SLEEP_H = 9.5

/**
 * The coming days for a person and a goal: when to sleep, when to seek and avoid light, and, where
 * asked for, naps, caffeine and melatonin, each with its reason and what skipping it costs. Limits
 * that cannot be kept are told in `warnings`. Fails with PLAN when a date is past or a zone
 * unknown. The same request gives the same plan.
 */
export function makePlan(request: PlanRequest): Result<Plan, PlanCode> {
  const asked = questionOf(request)
  if (!asked.ok) return asked
  const { question, warnings } = asked.value
  const { problem, solution } = solved(problemOf(question), question.aim, request)
  const { itinerary, aim, constraints } = question
  const limited = { ...problem, rules: { ...problem.rules, leastH: constraints.sleepMinH } }
  const reachedMs = reachedMoment(problem, solution)
  const reentrainedOn =
    reachedMs === undefined ? undefined : dateAt(zoneDuring(itinerary, reachedMs), reachedMs)
  const doses = dosesOf({
    startMs: question.startMs,
    sleep: solution.sleep.map((window) => sleepMoments(problem, window)),
    forecasts: solution.forecasts,
    direction: solution.direction,
    reachedMs,
    fixed: question.fixed,
    constraints,
    itinerary,
  })
  const days = planDays(problem, solution, itinerary, doses)
  const told = [
    ...warnings,
    ...lateWarnings(aim, reentrainedOn, question.days),
    ...breachWords(breachesOf(limited, solution.sleep), limited, solution.sleep, itinerary),
  ]
  const shown = shownDays(days, request.goal, aim, reentrainedOn)
  return ok({
    goal: goalText(request.goal),
    headline: headlineOf(request.goal, aim, solution.direction, reentrainedOn),
    days: shown,
    fixed: question.fixed.filter(({ fromMs }) => fromMs < endOf(shown)),
    reentrainedOn,
    direction: solution.direction,
    warnings: [...new Set(told)],
    notes: notesOf(request, solution.direction),
  })
}

/**
 * The best schedule, then the best that leaves room for a day's other business. A plan made again
 * stays near the one before: a search for light all day finds ways through a low amplitude that
 * four hours of it a day do not carry.
 */
function solved(
  problem: PlanProblem,
  aim: Aim,
  { previous, effort }: PlanRequest,
): { readonly problem: PlanProblem; readonly solution: PlanSolution } {
  const way = previous?.direction ?? wayOf(aim.earlierH)
  const first =
    previous || effort === 'quick'
      ? replan(problem, { tuned: false, direction: way }, 'near').solution
      : solvePlan(problem)
  const livable = livableProblem(problem, first)
  const standing = { tuned: false, direction: first.direction }
  return { problem: livable, solution: replan(livable, standing, 'near').solution }
}

type Asked = { readonly question: Question; readonly warnings: readonly string[] }

/** Dates, zones and habits settled: what the solver is to be asked. */
function questionOf(request: PlanRequest): Result<Asked, PlanCode> {
  const { posterior, goal, constraints, zone } = request
  if (!isTimeZone(zone)) return fail('PLAN', 'zone', `"${zone}"`, 'a name as Europe/Berlin')
  const itinerary: Itinerary = { home: zone, flights: sortedFlights(constraints) }
  const usual = {
    onsetH: hour24(posterior.habit.onsetH),
    offsetH: hour24(posterior.habit.offsetH),
  }
  const usualH = usualSleep(usual, constraints.sleepMinH)
  const habit = { onsetH: hour24(usual.offsetH - usualH), offsetH: usual.offsetH }
  const past = pastProblem(request, itinerary)
  if (past) return past
  const warnings: string[] = []
  let startMs = firstMoment(itinerary, habit, request.startMs)
  const aimFrom = (fromMs: number): Aim =>
    aimOf({ goal, habit, usualH, itinerary, startMs: fromMs, endMs: fromMs + MOST_DAYS * DAY_MS })
  let aim = aimFrom(startMs)
  if (aim.beginMs - startMs > IDLE_DAYS * DAY_MS) {
    const date = addDays(dateAt(zone, aim.beginMs), -1)
    startMs = firstMoment(itinerary, habit, momentOf(zone, date, habit.offsetH))
    warnings.push(`Nothing to change before ${dateWords(date)}: the plan begins there.`)
    aim = aimFrom(startMs)
  }
  const days = horizonDays(goal, aim, itinerary, startMs)
  const endMs = startMs + days * DAY_MS
  const rota =
    goal.kind === 'rota'
      ? rotaSpans(itinerary, goal.runs, goal.from ?? dateAt(zone, startMs), startMs, endMs)
      : []
  const offsetMs = nextClock(zone, startMs - DAY_MS, habit.offsetH)
  return ok({
    warnings,
    question: {
      draws: drawsAt(posterior, startMs, zone, drawsFor(request)),
      startMs,
      days,
      itinerary,
      constraints,
      aim,
      fixed: fixedOf(itinerary, constraints, rota, startMs, endMs),
      nightWork: goal.kind === 'rota',
      usualH,
      wakeH: habit.offsetH,
      lastSleep: { onsetMs: offsetMs - usualH * HOUR_MS, offsetMs },
      previous: request.previous,
    },
  })
}

function drawsFor({ effort, previous }: PlanRequest): number {
  if (effort === 'quick') return QUICK_DRAWS
  return previous ? AGAIN_DRAWS : MOST_DRAWS
}

function sortedFlights({ flights }: PlanConstraints): PlanConstraints['flights'] {
  return [...flights].sort((a, b) => a.departMs - b.departMs)
}

function pastProblem(
  { goal, startMs, posterior }: PlanRequest,
  { home, flights }: Itinerary,
): Result<never, PlanCode> | undefined {
  if (posterior.draws.length === 0) return fail('PLAN', 'sleeper', 'no draws', 'one at least')
  const today = dateAt(home, startMs)
  const by = 'by' in goal ? goal.by : undefined
  if (by !== undefined && by <= today) {
    return fail('PLAN', 'goal "by"', by, `a date after ${today}, when the plan begins`)
  }
  const last = flights.at(-1)
  if (last && last.arriveMs <= startMs) {
    return fail('PLAN', 'flight', dateAt(last.arriveZone, last.arriveMs), `one after ${today}`)
  }
  return undefined
}

/** The habit's length in quarters of an hour, between the least and the longest. */
function usualSleep({ onsetH, offsetH }: SleepClock, leastH: number): number {
  const hours = Math.round(hour24(offsetH - onsetH) * 4) / 4
  return Math.max(leastH, Math.min(LONGEST_SLEEP_H, hours))
}

/** The next quarter of an hour; the next waking when bedtime is near or past. */
function firstMoment({ home }: Itinerary, habit: SleepClock, ms: number): number {
  const quarter = Math.ceil(ms / QUARTER_MS) * QUARTER_MS
  const soonH = hour24(habit.onsetH - TOO_LATE_H)
  const asleep = clockWithin(home, quarter, soonH, habit.offsetH)
  if (!asleep) return quarter
  return Math.round(nextClock(home, quarter, habit.offsetH) / QUARTER_MS) * QUARTER_MS
}

function horizonDays(goal: Goal, aim: Aim, itinerary: Itinerary, startMs: number): number {
  const beginDays = (aim.beginMs - startMs) / DAY_MS
  const toDate = aim.date ? daysBetween(dateAt(itinerary.home, startMs), aim.date) : 0
  const landed = itinerary.flights.reduce((last, flight) => Math.max(last, flight.arriveMs), 0)
  const travel = landed === 0 ? 0 : (landed - startMs) / DAY_MS
  const isLong = Math.abs(aim.earlierH) > AFTER_LONG.moveH
  const after = isLong ? AFTER_LONG.days : AFTER_DAYS
  const move = Math.max(beginDays, travel) + daysToMove(aim.earlierH) + after
  const rota = goal.kind === 'rota' ? beginDays + ROTA_DAYS : 0
  const days = Math.ceil(Math.max(move, toDate + AFTER_DAYS, rota))
  return Math.max(FEWEST_DAYS, Math.min(MOST_DAYS, days))
}

function reachedMoment(
  { startMs, dtH }: PlanProblem,
  { reentrainedStep }: PlanSolution,
): number | undefined {
  return reentrainedStep === undefined ? undefined : startMs + reentrainedStep * dtH * HOUR_MS
}

/** A date that cannot be met, and by how much. */
function lateWarnings(aim: Aim, reentrainedOn: string | undefined, days: number): string[] {
  if (reentrainedOn === undefined) {
    const far = 'The clock is not expected within an hour of its goal'
    return [`${far} in the ${days} days looked at; the plan goes as far as it can.`]
  }
  if (aim.date === undefined || reentrainedOn <= aim.date) return []
  const late = daysBetween(aim.date, reentrainedOn)
  return [
    `The clock is expected there on ${dateWords(reentrainedOn)}, ${late} ${late === 1 ? 'day' : 'days'} after ${dateWords(aim.date)}: sleep moves at most 1 h earlier or 2 h later a day.`,
  ]
}

/** Days until the goal is reached and a little after. */
function shownDays(
  days: readonly PlanDay[],
  goal: Goal,
  aim: Aim,
  reentrainedOn: string | undefined,
): readonly PlanDay[] {
  if (goal.kind === 'rota' || reentrainedOn === undefined) return days
  const last = aim.date && aim.date > reentrainedOn ? aim.date : reentrainedOn
  const end = addDays(last, SHOWN_AFTER_DAYS)
  return days.filter(({ date }, i) => date <= end || i < FEWEST_SHOWN)
}

function endOf(days: readonly PlanDay[]): number {
  return days.at(-1)?.predicted.sleep.offsetMs ?? 0
}
