import { hourOfDayAt, type TimeZone } from '../../math/time-zone.ts'
import type { Flight } from './constraint.ts'
import type { Goal, RotaRun, SleepClock } from './goal.ts'
import { addDays, dateAt, type Itinerary, momentOf } from './itinerary.ts'

/** Sleep that is wanted at the same local hours of every day from one moment to another. */
export type AimSpan = {
  readonly fromMs: number
  readonly toMs: number
  /** Where the clock hours hold. */
  readonly zone: TimeZone
  /** Clock hours 0..24 of that zone. */
  readonly sleep: SleepClock
  /** How much an hour out of tune counts here. */
  readonly weight: number
}

/** Times of day at which sleep is over, whatever the clock would like: from `fromDate` on. */
export type Alarm = { readonly clockH: number; readonly fromDate: string; readonly holdH: number }

/** What a goal means in sleep: what is wanted when, and which mornings are fixed. */
export type Aim = {
  /** In order of time. */
  readonly spans: readonly AimSpan[]
  readonly alarm?: Alarm | undefined
  /** Hours that sleep moves earlier in all (below 0: later), as the goal says it. */
  readonly earlierH: number
  /** The local date by which the goal should be reached, where it has one. */
  readonly date?: string | undefined
  /**
   * From when on the person is where clocks are `aheadH` ahead, though they are told the hours of
   * home (a shift without its flights); undefined: never.
   */
  readonly there?: { readonly fromMs: number; readonly aheadH: number } | undefined
  /** When work towards the goal begins. */
  readonly beginMs: number
}

/** What an aim is made from. */
export type AimQuestion = {
  readonly goal: Goal
  readonly habit: SleepClock
  /** Hours of sleep opportunity a night. */
  readonly usualH: number
  readonly itinerary: Itinerary
  readonly startMs: number
  readonly endMs: number
}

/** Sleep moves at most this far a day: hours earlier, hours later. */
export const FASTEST = { earlierH: 1, laterH: 2 } as const
/** A fixed waking time is met at a pace that is easy to keep, h a day. */
const GENTLE_H = 0.75
/**
 * Days before a flight in which sleep and clock begin to move, and what being behind counts then.
 */
const READY_DAYS = 3
const READY_WEIGHT = 0.3
/** A stay shorter than this is spent on the clock of home, h. */
const SHORT_STAY_H = 60
const HOUR_MS = 3_600_000
/** A fixed waking time keeps sleep away for so long after it. */
const ALARM_HOLD_H = 6
/** On free days people who keep a rhythm may lie in for an hour. */
const LIE_IN_H = 1
/** From work to bed, and from bed to work, h. */
export const COMMUTE_H = 1
const EARLY_START_H = 8

/** Days that a move of sleep takes at the fastest pace that is allowed, the easier way round. */
export function daysToMove(earlierH: number): number {
  const earlier = earlierH - 24 * Math.floor(earlierH / 24)
  if (earlier < 1e-9) return 0
  return Math.min(earlier / FASTEST.earlierH, (24 - earlier) / FASTEST.laterH)
}

/** The easier way round: 1 earlier, -1 later, 0 for no move. */
export function wayOf(earlierH: number): -1 | 0 | 1 {
  const earlier = earlierH - 24 * Math.floor(earlierH / 24)
  if (earlier < 1e-9) return 0
  return earlier / FASTEST.earlierH <= (24 - earlier) / FASTEST.laterH ? 1 : -1
}

/** What a goal asks of the days between two moments. */
export function aimOf(question: AimQuestion): Aim {
  const { goal } = question
  switch (goal.kind) {
    case 'shift':
      return question.itinerary.flights.length > 0
        ? flightAim(question)
        : awayAim(question, goal.hours, goal.by)
    case 'move':
      return moveAim(question, goal.earlierH, goal.by, GENTLE_H)
    case 'wake':
      return wakeAim(question, goal.clockH, goal.from)
    case 'bed': {
      const earlierH = nearestHours(question.habit.onsetH - goal.clockH)
      return moveAim(question, earlierH, goal.by, GENTLE_H)
    }
    case 'rota':
      return rotaAim(question, goal.runs, goal.from)
    case 'socialJetLag':
      return steadyAim(question)
  }
}

/** Home until the move must begin, the moved sleep after that. */
function moveAim(
  question: AimQuestion,
  earlierH: number,
  by: string | undefined,
  pace: number,
): Aim {
  const { habit, itinerary, startMs, endMs } = question
  const { home } = itinerary
  const days = Math.ceil(Math.max(daysToMove(earlierH), pace < 1 ? Math.abs(earlierH) / pace : 0))
  const beginMs = by ? momentOf(home, addDays(by, -days), 12) : startMs
  const moved = {
    onsetH: hour24(habit.onsetH - earlierH),
    offsetH: hour24(habit.offsetH - earlierH),
  }
  const spans = [
    span(home, habit, startMs, beginMs, 1),
    span(home, moved, Math.max(startMs, beginMs), endMs, 1),
  ]
  return { spans: lasting(spans), earlierH, date: by, beginMs: Math.max(startMs, beginMs) }
}

/** A shift without flights: the person is there from its date on, at once when it has none. */
function awayAim(question: AimQuestion, hours: number, by: string | undefined): Aim {
  const aim = moveAim(question, hours, by, FASTEST.earlierH)
  const fromMs = by ? momentOf(question.itinerary.home, by, 0) : question.startMs
  return { ...aim, there: { fromMs, aheadH: hours } }
}

/** The clock of home, then that of each place a person stays at for more than two nights. */
function flightAim(question: AimQuestion): Aim {
  const { goal, habit, itinerary, startMs, endMs } = question
  const { flights, home } = itinerary
  const spans: AimSpan[] = []
  let zone: TimeZone = home
  let fromMs = startMs
  for (const [i, flight] of flights.entries()) {
    const leaveMs = flights[i + 1]?.departMs ?? Number.POSITIVE_INFINITY
    const stays = leaveMs - flight.arriveMs >= SHORT_STAY_H * HOUR_MS
    if (!stays || flight.arriveZone === zone) continue
    const readyMs = Math.max(fromMs, flight.departMs - READY_DAYS * 24 * HOUR_MS)
    spans.push(span(zone, habit, fromMs, readyMs, 1))
    zone = flight.arriveZone
    spans.push(span(zone, habit, readyMs, flight.departMs, READY_WEIGHT))
    fromMs = Math.max(startMs, flight.departMs)
  }
  spans.push(span(zone, habit, fromMs, endMs, 1))
  const first = flights[0]!
  const by = goal.kind === 'shift' ? goal.by : undefined
  const earlierH = nearestHours(hourOfDayAt(zone, fromMs) - hourOfDayAt(home, fromMs))
  const beginMs = Math.max(startMs, first.departMs - READY_DAYS * 24 * HOUR_MS)
  return { spans: lasting(spans), earlierH, date: by, beginMs }
}

function wakeAim(question: AimQuestion, clockH: number, from: string | undefined): Aim {
  const { habit, usualH, itinerary, startMs, endMs } = question
  const earlierH = nearestHours(habit.offsetH - clockH)
  const fromDate = from ?? addDays(dateAt(itinerary.home, startMs), 1)
  const days = Math.ceil(Math.abs(earlierH) / GENTLE_H)
  const beginMs = Math.max(startMs, momentOf(itinerary.home, addDays(fromDate, -days), 12))
  const wanted = { onsetH: hour24(clockH - usualH), offsetH: clockH }
  const spans = [
    span(itinerary.home, habit, startMs, beginMs, 1),
    span(itinerary.home, wanted, beginMs, endMs, 1),
  ]
  const alarm = { clockH, fromDate, holdH: ALARM_HOLD_H }
  return { spans: lasting(spans), alarm, earlierH, date: fromDate, beginMs }
}

/** The same sleep every day: a lie-in of an hour at most, also on free days. */
function steadyAim({ habit, itinerary, startMs, endMs }: AimQuestion): Aim {
  const fromDate = dateAt(itinerary.home, startMs)
  return {
    spans: [span(itinerary.home, habit, startMs, endMs, 1)],
    alarm: { clockH: hour24(habit.offsetH + LIE_IN_H), fromDate, holdH: ALARM_HOLD_H },
    earlierH: 0,
    beginMs: startMs,
  }
}

/**
 * Night work without other shifts: day sleep after it, kept on days off. A mixed rota: sleep for
 * each run of shifts; a run of less than three nights is worked on the clock of the day (too short
 * to follow).
 */
function rotaAim(question: AimQuestion, runs: readonly RotaRun[], from: string | undefined): Aim {
  const { habit, usualH, itinerary, startMs, endMs } = question
  const { home } = itinerary
  const fromDate = from ?? dateAt(home, startMs)
  const shifts = runs.flatMap(({ shift }) => (shift ? [shift] : []))
  const daySleep = (toH: number): SleepClock => {
    return { onsetH: hour24(toH + COMMUTE_H), offsetH: hour24(toH + COMMUTE_H + usualH) }
  }
  if (shifts.every(isNight)) {
    const wanted = daySleep(shifts[0]!.toH)
    const earlierH = nearestHours(habit.onsetH - wanted.onsetH)
    const days = Math.ceil(daysToMove(earlierH))
    const beginMs = Math.max(startMs, momentOf(home, addDays(fromDate, -days), 12))
    const spans = [span(home, habit, startMs, beginMs, 1), span(home, wanted, beginMs, endMs, 1)]
    return { spans: lasting(spans), earlierH, date: fromDate, beginMs }
  }
  const beginMs = Math.max(startMs, momentOf(home, fromDate, 12))
  const spans = [span(home, habit, startMs, beginMs, 1)]
  let date = fromDate
  while (momentOf(home, date, 12) < endMs) {
    for (const { days, shift } of runs) {
      const early = shift && !isNight(shift) && shift.fromH < EARLY_START_H
      const wakeH = hour24((shift?.fromH ?? 0) - COMMUTE_H)
      const sleep = !shift
        ? habit
        : early
          ? { onsetH: hour24(wakeH - usualH), offsetH: wakeH }
          : isNight(shift) && days >= 3
            ? daySleep(shift.toH)
            : habit
      const next = addDays(date, days)
      spans.push(span(home, sleep, momentOf(home, date, 12), momentOf(home, next, 12), 1))
      date = next
    }
  }
  return { spans: lasting(spans), earlierH: 0, date: fromDate, beginMs }
}

/** A shift that takes three hours or more of midnight to six. */
function isNight({ fromH, toH }: { readonly fromH: number; readonly toH: number }): boolean {
  const endH = toH <= fromH ? toH + 24 : toH
  const overlap = (low: number, high: number): number =>
    Math.max(0, Math.min(endH, high) - Math.max(fromH, low))
  return overlap(0, 6) + overlap(24, 30) >= 3
}

function span(
  zone: TimeZone,
  sleep: SleepClock,
  fromMs: number,
  toMs: number,
  weight: number,
): AimSpan {
  return { fromMs, toMs, zone, sleep, weight }
}

function lasting(spans: readonly AimSpan[]): AimSpan[] {
  return spans.filter(({ fromMs, toMs }) => toMs > fromMs)
}

/** Hours wrapped into 0..24. */
export function hour24(hours: number): number {
  return hours - 24 * Math.floor(hours / 24)
}

/** A difference of clock hours the short way round: above -12, at most 12. */
function nearestHours(hours: number): number {
  const wrapped = hour24(hours)
  return wrapped > 12 ? wrapped - 24 : wrapped
}

/** The goal of flights alone: the clock of the last place. Undefined without flights. */
export function flightGoal(flights: readonly Flight[]): Goal | undefined {
  const sorted = [...flights].sort((a, b) => a.departMs - b.departMs)
  const [first, last] = [sorted[0], sorted.at(-1)]
  if (!first || !last) return undefined
  const ahead =
    hourOfDayAt(last.arriveZone, last.arriveMs) - hourOfDayAt(first.departZone, last.arriveMs)
  return { kind: 'shift', hours: nearestHours(ahead) }
}
