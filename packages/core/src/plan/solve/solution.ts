import type { BlockRules, Schedule } from './block-descent.ts'
import type { Ensemble } from './ensemble.ts'
import { forecastsOf, reentrainedH, travelH } from './forecast.ts'
import { quantileOf } from './guard.ts'
import type { DrawForecast, PlanProblem, PlanSolution } from './problem.ts'
import type { SleepPlan } from './sleep-windows.ts'

/** Travel below which a plan has no direction, h. */
const STILL_H = 0.25

/** A schedule told as a solution. Uses the paths that its own `judge` left. */
export function solutionOf(
  problem: PlanProblem,
  ensemble: Ensemble,
  sleep: SleepPlan,
  schedule: Schedule,
  rules: BlockRules,
  sums: { readonly cost: number; readonly bangBang: number },
): PlanSolution {
  const { levels } = schedule
  const { asleep } = rules
  const forecasts = forecastsOf(ensemble)
  const home = reentrainedH(ensemble)
  const travel = ensemble.members.map((member) => ({
    hour: travelH(ensemble, member),
    weight: member.clock.weight,
  }))
  const middle = quantileOf(travel, 0.5)
  return {
    lux: luxOf(problem, levels, asleep),
    advice: levels.map((level, i) => (asleep[i] ? 0 : level)),
    sleep: sleep.windows,
    forecasts,
    cost: sums.cost,
    misalignedDays: misaligned(forecasts),
    reentrainedStep: home === undefined ? undefined : Math.round(home / problem.dtH),
    direction: Math.abs(middle) < STILL_H ? 0 : middle > 0 ? 1 : -1,
    bangBang: sums.bangBang,
    warnings: sleep.warnings,
  }
}

function luxOf(problem: PlanProblem, levels: Int8Array, asleep: Uint8Array): Float64Array {
  const { low, usual, high } = problem.light
  const byLevel = [low, usual, high]
  return Float64Array.from(levels, (level, i) => (asleep[i] ? 0 : byLevel[level + 1]![i]!))
}

function misaligned(forecasts: readonly DrawForecast[]): PlanSolution['misalignedDays'] {
  const days = forecasts.map(({ misalignedDays, weight }) => ({ hour: misalignedDays, weight }))
  const mean = days.reduce((sum, { hour, weight }) => sum + hour * weight, 0)
  return { mean, p90: quantileOf(days, 0.9) }
}
