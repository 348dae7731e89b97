import type { PlanProblem, PlanSolution } from '../solve/problem.ts'
import { cbtminNear } from './forecast.ts'

/** Hours of a waking day that a person can be asked to be in bright light, and to avoid light. */
const MOST_SEEK_H = 4
const MOST_AVOID_H = 5
const HOUR_MS = 3_600_000

/**
 * The same question for people with other things to do: of each waking day's advice only the hours
 * nearest to CBTmin, where light does most, stay open to advice (four of seeking, five of
 * avoiding); elsewhere light is as usual. Sleep is kept as the solution has it. Optimal light lasts
 * all day; real people follow the first part of a plan and drop the rest (Christensen et al. 2020).
 */
export function livableProblem(problem: PlanProblem, solution: PlanSolution): PlanProblem {
  const kept = keptAdvice(problem, solution)
  const { low, usual, high } = problem.light
  const open = (bound: Float64Array): Float64Array =>
    bound.map((lux, i) => (kept[i] === 0 ? usual[i]! : lux))
  return {
    ...problem,
    light: { low: open(low), usual, high: open(high) },
    fixedSleep: solution.sleep,
    previous: kept,
    price: { ...problem.price, changePerH: 0 },
  }
}

/** Advice per step, thinned to what a day can carry: 1 seek, -1 avoid, 0 none. */
function keptAdvice(problem: PlanProblem, solution: PlanSolution): Int8Array {
  const { steps, dtH } = problem
  const kept = new Int8Array(steps)
  let wake = 0
  for (const { onset, offset } of [...solution.sleep, { onset: steps, offset: steps }]) {
    const end = Math.min(steps, onset)
    for (const [level, most] of [[1, MOST_SEEK_H] as const, [-1, MOST_AVOID_H] as const]) {
      const advised: { step: number; far: number }[] = []
      for (let step = Math.max(0, wake); step < end; step++) {
        if (solution.advice[step] !== level) continue
        advised.push({ step, far: hoursFromCbtmin(problem, solution, step) })
      }
      advised.sort((a, b) => a.far - b.far || a.step - b.step)
      for (const { step } of advised.slice(0, Math.round(most / dtH))) kept[step] = level
    }
    wake = offset
  }
  return kept
}

function hoursFromCbtmin(problem: PlanProblem, solution: PlanSolution, step: number): number {
  const { startMs, dtH } = problem
  const ms = startMs + (step + 0.5) * dtH * HOUR_MS
  const cbtmin = cbtminNear(solution.forecasts, startMs, ms)
  return cbtmin ? Math.abs(ms - cbtmin.medianMs) / HOUR_MS : 0
}
