import type { PlanProblem, PlanSolution, SleepWindow } from '../solve/problem.ts'
import { cbtminNear } from './forecast.ts'
import { addDays, dateAt, type Itinerary, momentOf, zoneDuring } from './itinerary.ts'
import { type LightBlock, lightBlocks } from './light-block.ts'
import type { Advice, MomentInterval, PlanDay } from './plan.ts'
import { lightReason, pullOfLight, skipWords, sleepReason, sleepSkipWords } from './words.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const QUARTER_MS = HOUR_MS / 4
/** A day belongs to the date that it was 18 h before the end of its sleep. */
const NIGHT_TO_DAY_MS = 18 * HOUR_MS
/** A date may name a day whose middle is this far from its noon. */
const NEAR_NOON_MS = 20 * HOUR_MS
/** People follow a few things a day; the weakest beyond these are left out. */
const MOST_LIGHT = 4
/** Light that costs less than this to skip, h, or this share of the day's best, is no advice. */
const WORTH_ADVICE_H = 0.25
const WORTH_SHARE = 0.1
/** No bright light so near to the low point when that is not known to an hour. */
const GUARD = { eachSideH: 0.5, halfWidthH: 1 } as const
/** What a cost of light is counted in. */
const SUMMED = 'Counted in hours out of step with the goal, over the coming days.'
/** Shortest piece of light advice. */
const SHORTEST_MS = HOUR_MS / 2

/** A waking day of a plan before its advice is put into words. */
type Day = {
  readonly wakeMs: number
  readonly onsetMs: number
  readonly offsetMs: number
  readonly zone: string
  readonly cbtmin: MomentInterval
}

/**
 * A solution as days of advice in words; `doses` are already in words and are put where they fall.
 * Dates ascend and each occurs once, also across the date line.
 */
export function planDays(
  problem: PlanProblem,
  solution: PlanSolution,
  itinerary: Itinerary,
  doses: readonly Advice[] = [],
): PlanDay[] {
  const days = wakingDays(problem, solution, itinerary)
  const blocks = lightBlocks(problem, solution)
  const planned: PlanDay[] = []
  for (const day of days) {
    const taken = doses.filter(({ fromMs }) => fromMs >= day.wakeMs && fromMs < day.offsetMs)
    const naps = taken.filter(({ kind }) => kind === 'nap')
    const light = lightAdvice(problem, solution, blocks, day, itinerary).flatMap((one) => {
      return naps.reduce<Advice[]>((left, nap) => left.flatMap((part) => aside(part, nap)), [one])
    })
    const sleep: Advice = {
      kind: 'sleep',
      fromMs: day.onsetMs,
      toMs: day.offsetMs,
      zone: day.zone,
      reason: sleepReason(day.cbtmin, day.onsetMs, day.offsetMs),
      skipCost: sleepSkipWords((day.offsetMs - day.onsetMs) / HOUR_MS),
    }
    const before = [...light, ...taken].sort((a, b) => a.fromMs - b.fromMs)
    addDay(planned, {
      date: dateAt(day.zone, day.offsetMs - NIGHT_TO_DAY_MS),
      zone: day.zone,
      advice: withFirst([...before, sleep]),
      predicted: {
        cbtmin: day.cbtmin,
        sleep: { onsetMs: day.onsetMs, offsetMs: day.offsetMs },
      },
    })
  }
  return planned
}

/**
 * Adds a day after the last one's date: the next date where its noon lies within or near the day,
 * so that clocks that drift past midnight neither repeat nor skip a date; a day that a flight over
 * the date line gives twice is one day.
 */
function addDay(planned: PlanDay[], day: PlanDay): void {
  const last = planned.at(-1)
  const next = last && addDays(last.date, 1)
  if (next === undefined || day.date === next) {
    planned.push(day)
    return
  }
  const middleMs = day.predicted.sleep.offsetMs - DAY_MS / 2
  const near = Math.abs(momentOf(day.zone, next, 12) - middleMs) <= NEAR_NOON_MS
  if (near || day.date > next) planned.push({ ...day, date: near ? next : day.date })
  else planned[planned.length - 1] = { ...day, advice: withFirst([...last!.advice, ...day.advice]) }
}

/** What is left of a stretch of light beside a nap: eyes are shut in it. */
function aside(light: Advice, nap: Advice): Advice[] {
  if (nap.toMs <= light.fromMs || nap.fromMs >= light.toMs) return [light]
  const parts = [
    { ...light, toMs: nap.fromMs },
    { ...light, fromMs: nap.toMs },
  ]
  return parts.filter(({ fromMs, toMs }) => toMs - fromMs >= SHORTEST_MS)
}

/**
 * From waking to the end of the next sleep; a sleep already begun at the start, or cut by the end
 * of the grid, ends no day.
 */
function wakingDays(
  { startMs, dtH, steps }: PlanProblem,
  { sleep, forecasts }: PlanSolution,
  itinerary: Itinerary,
): Day[] {
  const moment = (step: number): number => startMs + step * dtH * HOUR_MS
  const days: Day[] = []
  let wakeMs = startMs
  for (const { onset, offset } of sleep) {
    const [onsetMs, offsetMs] = [moment(onset), moment(offset)]
    if (onset > 0 && offset <= steps) {
      const middleMs = (onsetMs + offsetMs) / 2
      const zone = zoneDuring(itinerary, onsetMs)
      const cbtmin = cbtminNear(forecasts, startMs, middleMs)
      if (cbtmin) days.push({ wakeMs, onsetMs, offsetMs, zone, cbtmin })
    }
    wakeMs = offsetMs
  }
  return days
}

function lightAdvice(
  problem: PlanProblem,
  solution: PlanSolution,
  blocks: readonly LightBlock[],
  day: Day,
  itinerary: Itinerary,
): Advice[] {
  const { startMs, dtH } = problem
  const moment = (step: number): number => startMs + step * dtH * HOUR_MS
  const advice: Advice[] = []
  for (const block of blocks) {
    const fromMs = Math.max(moment(block.fromStep), day.wakeMs)
    const toMs = Math.min(moment(block.toStep), day.onsetMs)
    const middleMs = (fromMs + toMs) / 2
    if (toMs - fromMs < SHORTEST_MS) continue
    const cbtmin = cbtminNear(solution.forecasts, startMs, middleMs) ?? day.cbtmin
    const lows = [fromMs, middleMs, toMs].flatMap((ms) => {
      return cbtminNear(solution.forecasts, startMs, ms) ?? []
    })
    for (const [from, to] of guarded(block, fromMs, toMs, [...lows, day.cbtmin])) {
      const zone = zoneDuring(itinerary, from)
      advice.push(lightPiece(block, from, to, cbtmin, zone, solution.direction))
    }
  }
  const byCost = [...advice].sort((a, b) => (b.skipCostH ?? 0) - (a.skipCostH ?? 0))
  const most = byCost[0]?.skipCostH ?? 0
  const worth = byCost.filter((a) => {
    return a.skipCostH! >= WORTH_ADVICE_H && a.skipCostH! >= WORTH_SHARE * most
  })
  const kept = new Set(worth.slice(0, MOST_LIGHT))
  return advice.filter((one) => kept.has(one))
}

function lightPiece(
  block: LightBlock,
  fromMs: number,
  toMs: number,
  cbtmin: MomentInterval,
  zone: string,
  direction: -1 | 0 | 1,
): Advice {
  const pull = pullOfLight((fromMs + toMs) / 2, cbtmin.medianMs)
  return {
    kind: block.kind,
    fromMs,
    toMs,
    zone,
    level: Math.round(block.lux),
    reason: lightReason(block.kind === 'seekLight', pull, direction, cbtmin, zone, block.lux),
    skipCost: `${skipWords(block.skipCostH)} ${SUMMED}`,
    skipCostH: block.skipCostH,
  }
}

/** What is left of a stretch of light when every uncertain low point is kept clear. */
function guarded(
  { kind }: LightBlock,
  fromMs: number,
  toMs: number,
  lows: readonly MomentInterval[],
): (readonly [number, number])[] {
  if (kind !== 'seekLight') return [[fromMs, toMs]]
  let parts: (readonly [number, number])[] = [[fromMs, toMs]]
  for (const { medianMs, lo80Ms, hi80Ms } of lows) {
    if ((hi80Ms - lo80Ms) / 2 <= GUARD.halfWidthH * HOUR_MS) continue
    const low = Math.floor((medianMs - GUARD.eachSideH * HOUR_MS) / QUARTER_MS) * QUARTER_MS
    const high = Math.ceil((medianMs + GUARD.eachSideH * HOUR_MS) / QUARTER_MS) * QUARTER_MS
    parts = parts.flatMap(([from, to]): (readonly [number, number])[] => {
      if (high <= from || low >= to) return [[from, to]]
      return [
        [from, low],
        [high, to],
      ]
    })
  }
  return parts.filter(([from, to]) => to - from >= SHORTEST_MS)
}

/** Marks the one that costs most to skip; the night's sleep when no light is worth a number. */
function withFirst(advice: readonly Advice[]): Advice[] {
  let best = advice.length - 1
  let cost = WORTH_ADVICE_H
  for (const [i, { skipCostH }] of advice.entries()) {
    if ((skipCostH ?? 0) <= cost) continue
    best = i
    cost = skipCostH!
  }
  return advice.map(({ first: _, ...one }, i) => (i === best ? { ...one, first: true } : one))
}

/** Main sleep of the grid as moments. */
export function sleepMoments(
  { startMs, dtH }: PlanProblem,
  { onset, offset }: SleepWindow,
): { readonly onsetMs: number; readonly offsetMs: number } {
  return {
    onsetMs: startMs + onset * dtH * HOUR_MS,
    offsetMs: startMs + offset * dtH * HOUR_MS,
  }
}
