import { fail, ok, type Result } from '../../math/result.ts'
import { hourOfDayAt, type TimeZone, zonedText, zoneOffsetMs } from '../../math/time-zone.ts'
import { wallClockS } from '../../math/wall-clock.ts'
import { timeText } from './goal.ts'
import type { Advice, AdviceKind, Plan, PlanDay } from './plan.ts'

/** What a plan made before told a person to do, as its document keeps it. */
export type FormerPlan = {
  readonly advice: readonly {
    readonly date: string
    readonly kind: AdviceKind
    readonly fromMs: number
    readonly toMs: number
  }[]
  /** Way its clock was moved: 1 earlier, -1 later, 0 hardly at all or unknown. */
  readonly direction: -1 | 0 | 1
}

/** Why a plan's document could not be read back. */
export type PlanDocumentCode = 'PLAN_DOCUMENT'

const KINDS: ReadonlySet<string> = new Set<AdviceKind>([
  'sleep',
  'seekLight',
  'avoidLight',
  'nap',
  'caffeine',
  'noCaffeine',
  'melatonin',
])
/** A plan of three weeks has some 200 pieces of advice. */
const MOST_ADVICE = 2000

/**
 * A plan as the JSON of `nocturne plan`: moments as ISO 8601 local time with its offset, clock
 * times as `{hours, text}`. The same plan gives the same text.
 */
export function planDocument(plan: Plan): Readonly<Record<string, unknown>> {
  const { goal, headline, days, fixed, reentrainedOn, direction, solverMs, warnings, notes } = plan
  const home = days[0]?.zone ?? 'UTC'
  return {
    goal,
    headline,
    days: days.map(dayDocument),
    fixed: fixed.map(({ kind, fromMs, toMs }) => {
      return { kind, from: isoText(home, fromMs), to: isoText(home, toMs) }
    }),
    reentrainedOn: reentrainedOn ?? null,
    direction,
    solverMs: solverMs === undefined ? null : Math.round(solverMs),
    warnings,
    notes,
  }
}

/**
 * A moment as ISO 8601 local time with its offset, `2026-12-01T07:30:00-05:00`. An unknown zone
 * counts as UTC.
 */
export function isoText(zone: TimeZone, ms: number): string {
  const offset = zoneOffsetMs(zone, ms)
  const minutes = Math.round((offset.ok ? offset.value : 0) / 60_000)
  const sign = minutes < 0 ? '-' : '+'
  return `${zonedText(zone, ms)}${sign}${timeText(Math.abs(minutes) / 60)}`
}

/**
 * Reads back what `planDocument` made, for re-planning and for calendars: advice whose times and
 * kind can be read. Fails with PLAN_DOCUMENT when it is no such document.
 */
export function readPlanDocument(json: unknown): Result<FormerPlan, PlanDocumentCode> {
  const days = isRecord(json) ? json.days : undefined
  if (!Array.isArray(days)) {
    return fail('PLAN_DOCUMENT', 'plan', 'no days', 'the JSON of nocturne plan --json')
  }
  const advice: { date: string; kind: AdviceKind; fromMs: number; toMs: number }[] = []
  for (const [i, day] of days.entries()) {
    const list = isRecord(day) ? day.advice : undefined
    if (!isRecord(day) || !Array.isArray(list) || !isDate(day.date)) {
      const got = JSON.stringify(day)?.slice(0, 60) ?? 'nothing'
      return fail('PLAN_DOCUMENT', `plan days[${i}]`, got, '{date, advice: […]}')
    }
    for (const [j, one] of list.entries()) {
      const { kind, from, to } = isRecord(one) ? one : {}
      const [fromMs, toMs] = [momentOfIso(from), momentOfIso(to)]
      if (!isKind(kind) || fromMs === undefined || toMs === undefined || toMs < fromMs) {
        const got = JSON.stringify(one)?.slice(0, 60) ?? 'nothing'
        return fail('PLAN_DOCUMENT', `plan days[${i}].advice[${j}]`, got, '{kind, from, to}')
      }
      if (advice.length < MOST_ADVICE) advice.push({ date: day.date, kind, fromMs, toMs })
    }
  }
  const { direction } = json as Record<string, unknown>
  return ok({ advice, direction: direction === 1 || direction === -1 ? direction : 0 })
}

/** The advice of a plan in the form `readPlanDocument` gives, for plans that were never written. */
export function formerPlan(plan: Plan): FormerPlan {
  return {
    direction: plan.direction,
    advice: plan.days.flatMap(({ date, advice }) =>
      advice.map(({ kind, fromMs, toMs }) => ({ date, kind, fromMs, toMs })),
    ),
  }
}

function dayDocument({ date, zone, advice, predicted }: PlanDay): Record<string, unknown> {
  const { cbtmin, sleep } = predicted
  const clock = (ms: number): Record<string, unknown> => {
    const hours = Math.round(hourOfDayAt(zone, ms) * 1e4) / 1e4
    return { hours, text: timeText(hours), at: isoText(zone, Math.round(ms / 1000) * 1000) }
  }
  return {
    date,
    zone,
    advice: advice.map(adviceDocument),
    predicted: {
      cbtmin: {
        median: clock(cbtmin.medianMs),
        lo80: clock(cbtmin.lo80Ms),
        hi80: clock(cbtmin.hi80Ms),
      },
      sleep: { from: isoText(zone, sleep.onsetMs), to: isoText(zone, sleep.offsetMs) },
    },
  }
}

function adviceDocument(advice: Advice): Record<string, unknown> {
  const { kind, fromMs, toMs, zone, level, reason, skipCost, skipCostH, first } = advice
  return {
    kind,
    from: isoText(zone, fromMs),
    to: isoText(zone, toMs),
    ...(level !== undefined && { level }),
    reason,
    skipCost,
    ...(skipCostH !== undefined && { skipCostH: Math.round(skipCostH * 100) / 100 }),
    ...(first && { first }),
  }
}

function momentOfIso(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined
  const match = /^(.{16,23}?)(Z|[+-]\d\d:\d\d)$/.exec(text)
  const seconds = match ? wallClockS(match[1]!) : undefined
  const offset = match ? zoneOffsetMs(match[2]!, 0) : undefined
  return seconds === undefined || !offset?.ok ? undefined : seconds * 1000 - offset.value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && wallClockS(`${value}T00:00`) !== undefined
}

function isKind(value: unknown): value is AdviceKind {
  return typeof value === 'string' && KINDS.has(value)
}
