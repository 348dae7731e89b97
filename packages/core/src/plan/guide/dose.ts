import type { DrawForecast } from '../solve/problem.ts'
import type { PlanConstraints } from './constraint.ts'
import { cbtminNear } from './forecast.ts'
import { type Itinerary, zoneDuring } from './itinerary.ts'
import type { Advice, FixedSpan } from './plan.ts'
import { clockWords } from './words.ts'

/** What doses are reckoned from: the nights of a plan and where the clock goes. */
export type DoseQuestion = {
  readonly startMs: number
  /** Main sleeps in order; the first may have begun before the plan. */
  readonly sleep: readonly { readonly onsetMs: number; readonly offsetMs: number }[]
  readonly forecasts: readonly DrawForecast[]
  readonly direction: -1 | 0 | 1
  /** When the clock is expected to be where it should be; undefined: not in this plan. */
  readonly reachedMs?: number | undefined
  readonly fixed: readonly FixedSpan[]
  readonly constraints: PlanConstraints
  readonly itinerary: Itinerary
}

/** Most caffeine in a day, mg, and how long before sleep the last may be, h. */
export const CAFFEINE = { mostMg: 400, beforeSleepH: 8, cupMg: 100 } as const
/**
 * .5 mg, 2 to 4 h before DLMO, moves the clock earlier (Burgess 2010); DLMO is 7 h before CBTmin.
 */
const MELATONIN = { mg: 0.5, beforeDlmoH: 3, dlmoToCbtminH: 7, sureWithinH: 2 } as const
const HOUR_MS = 3_600_000
const QUARTER_MS = HOUR_MS / 4
/** Awake for longer than this at the end of work calls for a nap before it, h. */
const LONG_DAY_H = 16
const NAP = { beforeNightH: 1.5, afterShortH: 0.5, clearOfSleepH: 6, beforeWorkH: 1 } as const
/** A night this much below the least makes the next day a tired one, h. */
const SHORT_BY_H = 0.25

type WakingDay = {
  readonly wakeMs: number
  readonly onsetMs: number
  /** Length of the sleep before it, h; undefined: it is not of this plan. */
  readonly sleptH?: number | undefined
}

/**
 * Naps, caffeine and melatonin of a plan by rule, not by search. A nap where a long day ends in
 * night work or a night was short; with `caffeine`, cups for night work and tired days, and the
 * hour after which there is none; with `melatonin`, .5 mg while the clock goes earlier and its low
 * point is known to two hours. Never at work (naps), never more than 400 mg a day or within 8 h of
 * sleep.
 */
export function dosesOf(question: DoseQuestion): Advice[] {
  const { constraints } = question
  return wakingDaysOf(question).flatMap((day) => {
    const doses: Advice[] = []
    if (constraints.naps) doses.push(...naps(day, question))
    if (constraints.caffeine) doses.push(...caffeine(day, question))
    if (constraints.melatonin) doses.push(...melatonin(day, question))
    return doses
  })
}

function wakingDaysOf({ startMs, sleep }: DoseQuestion): WakingDay[] {
  const days: WakingDay[] = []
  let wakeMs = startMs
  let sleptH: number | undefined
  for (const { onsetMs, offsetMs } of sleep) {
    if (onsetMs > wakeMs) days.push({ wakeMs, onsetMs, sleptH })
    wakeMs = offsetMs
    sleptH = (offsetMs - onsetMs) / HOUR_MS
  }
  return days
}

/** Work of a day that ends late in it: a night shift for this person, whatever the clock says. */
function lateWork({ wakeMs, onsetMs }: WakingDay, { fixed }: DoseQuestion): FixedSpan | undefined {
  return fixed.find(({ kind, fromMs, toMs }) => {
    const within = kind === 'work' && fromMs >= wakeMs && toMs <= onsetMs
    return within && (toMs - wakeMs) / HOUR_MS >= LONG_DAY_H - 1
  })
}

function isTired({ sleptH }: WakingDay, { constraints }: DoseQuestion): boolean {
  return sleptH !== undefined && sleptH < constraints.sleepMinH - SHORT_BY_H
}

function naps(day: WakingDay, question: DoseQuestion): Advice[] {
  const work = lateWork(day, question)
  if (work && (work.toMs - day.wakeMs) / HOUR_MS >= LONG_DAY_H) {
    const toMs = work.fromMs - NAP.beforeWorkH * HOUR_MS
    const fromMs = toMs - NAP.beforeNightH * HOUR_MS
    const words =
      'You will have been awake long by the end of work. Lie down in the dark, alarm set.'
    return fromMs > day.wakeMs + 2 * HOUR_MS ? nap(fromMs, toMs, words, question) : []
  }
  if (!isTired(day, question)) return []
  const fromMs = Math.round((day.wakeMs + 6 * HOUR_MS) / QUARTER_MS) * QUARTER_MS
  const toMs = fromMs + NAP.afterShortH * HOUR_MS
  if (toMs > day.onsetMs - NAP.clearOfSleepH * HOUR_MS) return []
  return nap(fromMs, toMs, 'The night was short. Half an hour, no longer, alarm set.', question)
}

function nap(fromMs: number, toMs: number, words: string, question: DoseQuestion): Advice[] {
  const busy = question.fixed.some((span) => span.fromMs < toMs && span.toMs > fromMs)
  if (busy) return []
  const zone = zoneDuring(question.itinerary, fromMs)
  const skipCost = 'A sleepier end of the day; the clock itself hardly notices.'
  return [{ kind: 'nap', fromMs, toMs, zone, reason: words, skipCost }]
}

function caffeine(day: WakingDay, question: DoseQuestion): Advice[] {
  const lastMs = day.onsetMs - CAFFEINE.beforeSleepH * HOUR_MS
  const work = lateWork(day, question)
  const wanted = work
    ? [work.fromMs, work.fromMs + HOUR_MS]
    : isTired(day, question)
      ? [day.wakeMs + HOUR_MS, day.wakeMs + 5 * HOUR_MS]
      : []
  const most = Math.floor(CAFFEINE.mostMg / CAFFEINE.cupMg)
  const cups = wanted.filter((ms) => ms <= lastMs && ms >= day.wakeMs).slice(0, most)
  const zone = (ms: number): string => zoneDuring(question.itinerary, ms)
  const told = cups.map((ms): Advice => {
    const why = work ? 'For the night ahead' : 'After a short night'
    return {
      kind: 'caffeine',
      fromMs: ms,
      toMs: ms + QUARTER_MS,
      zone: zone(ms),
      level: CAFFEINE.cupMg,
      reason: `${why}: a cup of coffee or two of tea, if you take caffeine at all.`,
      skipCost: 'You are less awake for some hours; the clock does not need it.',
    }
  })
  if (lastMs <= day.wakeMs) return told
  const bed = clockWords(zone(day.onsetMs), day.onsetMs)
  const end: Advice = {
    kind: 'noCaffeine',
    fromMs: lastMs,
    toMs: day.onsetMs,
    zone: zone(lastMs),
    reason: `Eight hours before sleep at ${bed}. Caffeine in the evening also moves the clock later.`,
    skipCost: 'Lighter, shorter sleep, and a clock some minutes later.',
  }
  return [...told, end]
}

function melatonin(day: WakingDay, question: DoseQuestion): Advice[] {
  const { direction, reachedMs, forecasts, startMs, fixed, itinerary } = question
  if (direction !== 1 || (reachedMs !== undefined && day.onsetMs > reachedMs)) return []
  const cbtmin = cbtminNear(forecasts, startMs, day.onsetMs + 4 * HOUR_MS)
  if (!cbtmin) return []
  if ((cbtmin.hi80Ms - cbtmin.lo80Ms) / 2 > MELATONIN.sureWithinH * HOUR_MS) return []
  const dlmoMs = cbtmin.medianMs - MELATONIN.dlmoToCbtminH * HOUR_MS
  const atMs = Math.round((dlmoMs - MELATONIN.beforeDlmoH * HOUR_MS) / QUARTER_MS) * QUARTER_MS
  const aboard = fixed.some(({ kind, fromMs, toMs }) => {
    return kind === 'flight' && fromMs < atMs && toMs > atMs
  })
  if (atMs < day.wakeMs || atMs > day.onsetMs || aboard) return []
  const zone = zoneDuring(itinerary, atMs)
  const rise = clockWords(zone, Math.round(dlmoMs / QUARTER_MS) * QUARTER_MS)
  return [
    {
      kind: 'melatonin',
      fromMs: atMs,
      toMs: atMs + QUARTER_MS,
      zone,
      level: MELATONIN.mg,
      reason: `Three hours before your own melatonin rises (about ${rise}): taken then it moves the clock earlier. That is hours before bed, and it is not there to make you sleep. Do not drive for five hours after it.`,
      skipCost:
        'A part of the shift: in a week of the laboratory clocks moved 3.0 h with it, 1.7 h without.',
    },
  ]
}
