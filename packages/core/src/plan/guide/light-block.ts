import { asleepIn, ensembleOf, judge } from '../solve/index.ts'
import type { PlanProblem, PlanSolution } from '../solve/problem.ts'

/** Shortest stretch of light that is advised, h. */
const SHORTEST_H = 0.5
/** Two stretches this near are one to a person, h. */
const GAP_H = 0.75
const ALIKE = 2.5

/** A stretch of light to seek or avoid, at least half an hour long. */
export type LightBlock = {
  readonly kind: 'seekLight' | 'avoidLight'
  /** Steps of the grid, `toStep` not included. */
  readonly fromStep: number
  readonly toStep: number
  /** Photopic lux: at least (seek) or at most (avoid), the median of the block's bounds. */
  readonly lux: number
  /** Hours of misalignment that usual light instead would add over the horizon, mean over draws. */
  readonly skipCostH: number
}

/**
 * The stretches of light of a solution that change anything (where the bound advised differs from
 * usual light), half an hour or longer, in order. `skipCostH` is what skipping that stretch alone
 * adds in hours of misalignment over the horizon, found by running every draw again: weighted mean,
 * below 0 where skipping would help.
 */
export function lightBlocks(problem: PlanProblem, solution: PlanSolution): LightBlock[] {
  const { steps, dtH } = problem
  const advice = effective(problem, solution)
  const skipCost = skipper(problem, solution, advice)
  const blocks: LightBlock[] = []
  for (let fromStep = 0; fromStep < steps; ) {
    const level = advice[fromStep]!
    let toStep = fromStep + 1
    while (toStep < steps && advice[toStep] === level && alike(problem, level, fromStep, toStep)) {
      toStep++
    }
    if (level !== 0 && (toStep - fromStep) * dtH >= SHORTEST_H) {
      const bound = level > 0 ? problem.light.high : problem.light.low
      const lux = bound.slice(fromStep, toStep).sort()
      blocks.push({
        kind: level > 0 ? 'seekLight' : 'avoidLight',
        fromStep,
        toStep,
        lux: lux[lux.length >> 1]!,
        skipCostH: skipCost(fromStep, toStep),
      })
    }
    fromStep = toStep
  }
  return blocks
}

/** Light to seek in a cabin is another thing than outdoors: a stretch ends where the most does. */
function alike({ light }: PlanProblem, level: number, first: number, step: number): boolean {
  if (level < 0) return true
  const ratio = light.high[step]! / light.high[first]!
  return ratio <= ALIKE && ratio >= 1 / ALIKE
}

/** Advice per step, 0 asleep and where the light advised is the usual; short gaps are closed. */
function effective({ light, steps, dtH }: PlanProblem, { advice, sleep }: PlanSolution): Int8Array {
  const asleep = asleepIn(sleep, steps)
  const counts = (level: number, i: number): boolean => {
    if (asleep[i] === 1 || level === 0) return false
    return (level > 0 ? light.high[i]! : light.low[i]!) !== light.usual[i]!
  }
  const kept = advice.map((level, i) => (counts(level, i) ? level : 0))
  const gap = Math.round(GAP_H / dtH)
  for (let i = 0, last = -1; i < steps; i++) {
    if (kept[i] === 0) continue
    const level = kept[i]!
    const near = last >= 0 && kept[last] === level && i - last - 1 > 0 && i - last - 1 <= gap
    if (near && kept.subarray(last + 1, i).every((_, k) => asleep[last + 1 + k] === 0)) {
      kept.fill(level, last + 1, i)
    }
    last = i
  }
  return kept
}

function skipper(
  problem: PlanProblem,
  { sleep }: PlanSolution,
  advice: Int8Array,
): (fromStep: number, toStep: number) => number {
  const ensemble = ensembleOf(problem)
  const asleep = asleepIn(sleep, problem.steps)
  const meanOf = (levels: Int8Array): number => {
    const { each } = judge(ensemble, levels, asleep)
    return each.reduce((sum, cost, k) => sum + cost * problem.draws[k]!.weight, 0)
  }
  const followed = meanOf(advice)
  return (fromStep, toStep) => {
    const skipped = advice.slice()
    skipped.fill(0, fromStep, toStep)
    return meanOf(skipped) - followed
  }
}
