import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { ordinaryLux } from '../../clock/fit/light-exposure.ts'
import { hourOfDayAt } from '../../math/time-zone.ts'
import {
  type PlanProblem,
  type TargetSpan,
  USUAL_PRICE,
  USUAL_SLEEP_RULES,
} from '../solve/problem.ts'
import { type Aim, type AimSpan, COMMUTE_H, FASTEST, hour24 } from './aim.ts'
import type { Flight, PlanConstraints } from './constraint.ts'
import type { SleepClock } from './goal.ts'
import {
  clockWithin,
  dateAt,
  fixedSpans,
  type Itinerary,
  momentOf,
  zoneDuring,
} from './itinerary.ts'
import type { FixedSpan } from './plan.ts'
import type { FormerPlan } from './plan-document.ts'

/** Hours of a step of the grid: a quarter, so that advice is told in quarters of an hour. */
export const STEP_H = 0.25
const HOUR_MS = 3_600_000
const STEP_MS = STEP_H * HOUR_MS
const STEPS_A_DAY = Math.round(24 / STEP_H)

/** Sunglasses outdoors, lamps low indoors; at work it is as it is. */
const DIM_LUX = 10
const DESK = { low: 100, usual: 300, high: 500 } as const
/** Night workers can dim their corner, or put a bright lamp there. */
const NIGHT_DESK = { low: 50, usual: 150 } as const
const NIGHT_DESK_HIGH_LUX = 1000
/** A cabin: an eye mask, the cabin, a window seat. */
const CABIN = { low: 5, usual: 50, high: 100 } as const

/** To the airport and through it, and out of it again, h: no sleep then. */
const BEFORE_FLIGHT_H = 2
const AFTER_FLIGHT_H = 1
/** From take-off to the first sleep of a night flight, and from the last to landing, h. */
const CABIN_REST_H = 0.75
const NIGHT_FLIGHT = { leastH: 5, departFromH: 18, departToH: 4 } as const

/** People want the hours they asked for: an hour away from them costs so many of misalignment. */
const SLEEP_AWAY_PRICE = 3

/** What a problem is made from, already turned into moments. */
export type Question = {
  readonly draws: readonly ClockDraw[]
  readonly startMs: number
  readonly days: number
  readonly itinerary: Itinerary
  readonly constraints: PlanConstraints
  readonly aim: Aim
  readonly fixed: readonly FixedSpan[]
  readonly nightWork: boolean
  readonly usualH: number
  /** Usual waking, hours of the local clock. */
  readonly wakeH: number
  readonly lastSleep: { readonly onsetMs: number; readonly offsetMs: number }
  readonly previous?: FormerPlan | undefined
}

/** A question of dates, zones, work and flights as numbers per step for the solver. */
export function problemOf(question: Question): PlanProblem {
  const { startMs, days, draws, aim, constraints, usualH, lastSleep } = question
  const steps = Math.round((days * 24) / STEP_H)
  const step = (ms: number): number => Math.round((ms - startMs) / STEP_MS)
  return {
    startMs,
    dtH: STEP_H,
    steps,
    draws,
    light: lightOf(question, steps),
    sleepable: sleepableOf(question, steps),
    rules: {
      ...USUAL_SLEEP_RULES,
      leastH: Math.min(constraints.sleepMinH, ...aboardHours(question.itinerary)),
      usualH,
      earlierHPerDay: FASTEST.earlierH,
      laterHPerDay: FASTEST.laterH,
    },
    lastSleep: { onset: step(lastSleep.onsetMs), offset: step(lastSleep.offsetMs) },
    target: aim.spans.flatMap((span) => targetSpans(span, question, steps)),
    previous: question.previous && formerAdvice(question.previous, startMs, steps),
    price: { ...USUAL_PRICE, sleepAwayPerH: SLEEP_AWAY_PRICE },
  }
}

/** Least, usual and most light per step while awake. */
function lightOf(question: Question, steps: number): PlanProblem['light'] {
  const { startMs, itinerary, constraints, fixed, nightWork, aim } = question
  const low = new Float64Array(steps)
  const usual = new Float64Array(steps)
  const high = new Float64Array(steps)
  for (let i = 0; i < steps; i++) {
    const ms = startMs + (i + 0.5) * STEP_MS
    const zone = zoneDuring(itinerary, ms)
    usual[i] = ordinaryLux(hour24(hourOfDayAt(zone, ms) + aheadAt(aim, ms)))
    low[i] = Math.min(DIM_LUX, usual[i]!)
    high[i] = Math.max(constraints.lightMaxLux, usual[i]!)
    const busy = fixed.find((span) => ms >= span.fromMs && ms < span.toMs)
    if (busy?.kind === 'flight') {
      low[i] = CABIN.low
      usual[i] = CABIN.usual
      high[i] = CABIN.high
    } else if (busy && nightWork) {
      low[i] = NIGHT_DESK.low
      usual[i] = NIGHT_DESK.usual
      high[i] = Math.max(NIGHT_DESK.usual, Math.min(NIGHT_DESK_HIGH_LUX, constraints.lightMaxLux))
    } else if (busy) {
      low[i] = DESK.low
      usual[i] = DESK.usual
      high[i] = Math.max(DESK.usual, Math.min(DESK.high, constraints.lightMaxLux))
    }
  }
  return { low, usual, high }
}

/** Hours that the daylight of the place is ahead of the clock that a person is told. */
function aheadAt({ there }: Aim, ms: number): number {
  return there && ms >= there.fromMs ? there.aheadH : 0
}

/** 0 where work, the way to it, travel or an alarm forbids sleep. */
function sleepableOf(question: Question, steps: number): Uint8Array {
  const { startMs, aim, fixed, itinerary } = question
  const sleepable = new Uint8Array(steps).fill(1)
  const forbid = (fromMs: number, toMs: number): void => {
    const first = Math.max(0, Math.floor((fromMs - startMs) / STEP_MS + 1e-9))
    const last = Math.min(steps, Math.ceil((toMs - startMs) / STEP_MS - 1e-9))
    for (let i = first; i < last; i++) sleepable[i] = 0
  }
  for (const { kind, fromMs, toMs } of fixed) {
    if (kind === 'work') forbid(fromMs - COMMUTE_H * HOUR_MS, toMs + COMMUTE_H * HOUR_MS)
  }
  for (const flight of itinerary.flights) forbidFlight(flight, forbid)
  if (aim.alarm) {
    const { clockH, fromDate, holdH } = aim.alarm
    for (let day = 0; day <= question.days; day++) {
      const date = dateAt(itinerary.home, startMs + day * 24 * HOUR_MS)
      const atMs = momentOf(itinerary.home, date, clockH)
      if (date >= fromDate) forbid(atMs, atMs + holdH * HOUR_MS)
    }
  }
  return sleepable
}

/** No sleep on the way, but on a flight through the night between its meals. */
function forbidFlight(flight: Flight, forbid: (fromMs: number, toMs: number) => void): void {
  const before = flight.departMs - BEFORE_FLIGHT_H * HOUR_MS
  const after = flight.arriveMs + AFTER_FLIGHT_H * HOUR_MS
  if (!isNightFlight(flight)) {
    forbid(before, after)
    return
  }
  forbid(before, flight.departMs + CABIN_REST_H * HOUR_MS)
  forbid(flight.arriveMs - CABIN_REST_H * HOUR_MS, after)
}

/** Hours to sleep on each night flight: a short night aboard is better than a day slept away. */
function aboardHours({ flights }: Itinerary): number[] {
  return flights.filter(isNightFlight).map(({ departMs, arriveMs }) => {
    return Math.floor(((arriveMs - departMs) / HOUR_MS - 2 * CABIN_REST_H) * 2) / 2
  })
}

/** A flight of five hours or more that leaves in the evening or at night. */
function isNightFlight({ departMs, arriveMs, departZone }: Flight): boolean {
  const long = (arriveMs - departMs) / HOUR_MS >= NIGHT_FLIGHT.leastH
  return long && clockWithin(departZone, departMs, NIGHT_FLIGHT.departFromH, NIGHT_FLIGHT.departToH)
}

/** A span in steps, cut where its zone changes its clocks, so that the local hours stay. */
function targetSpans(span: AimSpan, question: Question, steps: number): TargetSpan[] {
  const { startMs } = question
  const first = Math.max(0, Math.round((span.fromMs - startMs) / STEP_MS))
  const last = Math.min(steps, Math.round((span.toMs - startMs) / STEP_MS))
  const spans: TargetSpan[] = []
  for (let i = first; i < last; i += STEPS_A_DAY) {
    const toStep = Math.min(last, i + STEPS_A_DAY)
    const middleMs = startMs + ((i + toStep) / 2) * STEP_MS
    const zeroH = hourOfDayAt(span.zone, middleMs) - (middleMs - startMs) / HOUR_MS
    const onsetH = hour24(span.sleep.onsetH - zeroH)
    const before = spans.at(-1)
    if (before && Math.abs(before.onsetH - onsetH) < 1e-6) {
      spans[spans.length - 1] = { ...before, toStep }
      continue
    }
    const offsetH = hour24(span.sleep.offsetH - zeroH)
    const dayLux = targetLux(zeroH, span.sleep, question.wakeH)
    const wakeLux = Math.max(...dayLux)
    spans.push({ fromStep: i, toStep, onsetH, offsetH, wakeLux, dayLux, weight: span.weight })
  }
  return spans
}

/**
 * Light of a day that is lived as wanted, per step of the grid's day: dark asleep, else what the
 * person meets at that distance from waking on usual days.
 */
function targetLux(zeroH: number, sleep: SleepClock, wakeH: number): Float64Array {
  return Float64Array.from({ length: STEPS_A_DAY }, (_, i) => {
    const hour = hour24(zeroH + (i + 0.5) * STEP_H)
    const asleep = hour24(hour - sleep.onsetH) < hour24(sleep.offsetH - sleep.onsetH)
    return asleep ? 0 : ordinaryLux(hour24(hour - sleep.offsetH + wakeH))
  })
}

/** What the plan before said of light, on this grid. */
function formerAdvice(former: FormerPlan, startMs: number, steps: number): Int8Array {
  const advice = new Int8Array(steps)
  for (const { kind, fromMs, toMs } of former.advice) {
    if (kind !== 'seekLight' && kind !== 'avoidLight') continue
    const first = Math.max(0, Math.round((fromMs - startMs) / STEP_MS))
    const last = Math.min(steps, Math.round((toMs - startMs) / STEP_MS))
    for (let i = first; i < last; i++) advice[i] = kind === 'seekLight' ? 1 : -1
  }
  return advice
}

/** Work of a person's week and of a rota, and flights, within the days of a plan. */
export function fixedOf(
  itinerary: Itinerary,
  constraints: PlanConstraints,
  rota: readonly FixedSpan[],
  startMs: number,
  endMs: number,
): FixedSpan[] {
  const own = fixedSpans(itinerary, constraints.work, startMs, endMs)
  return [...own, ...rota].sort((a, b) => a.fromMs - b.fromMs)
}
