import type { BlockRules, Schedule } from './block-descent.ts'
import { type Ensemble, levelSlopes } from './ensemble.ts'
import { forecastsOf, reentrainedH, travelH } from './forecast.ts'
import { quantileOf } from './guard.ts'
import type { DrawForecast, LightBlock, PlanProblem, PlanSolution } from './problem.ts'
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
    blocks: blocksOf(problem, ensemble, schedule, asleep),
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

/** Runs of advice, cut at sleep; their skip costs from one adjoint sweep. */
function blocksOf(
  problem: PlanProblem,
  ensemble: Ensemble,
  schedule: Schedule,
  asleep: Uint8Array,
): LightBlock[] {
  const { levels, verdict } = schedule
  if (!levels.some((level) => level !== 0)) return []
  const mean = { ...verdict, tilt: Float64Array.from(ensemble.members, (m) => m.clock.weight) }
  const [, skipped] = levelSlopes(ensemble, levels, asleep, mean)
  const blocks: LightBlock[] = []
  const levelAt = (i: number): number => (i < levels.length && !asleep[i] ? levels[i]! : 0)
  for (let from = 0; from < levels.length; ) {
    const level = levelAt(from)
    let to = from + 1
    while (to < levels.length && levelAt(to) === level) to++
    if (level !== 0) {
      const bound = level > 0 ? problem.light.high : problem.light.low
      let cost = 0
      for (let i = from; i < to; i++) cost += skipped[i]!
      const lux = [...bound.subarray(from, to)].sort((a, b) => a - b)
      blocks.push({
        kind: level > 0 ? 'seekLight' : 'avoidLight',
        fromStep: from,
        toStep: to,
        lux: lux[lux.length >> 1]!,
        skipCostH: Math.max(0, cost),
      })
    }
    from = to
  }
  return blocks
}
