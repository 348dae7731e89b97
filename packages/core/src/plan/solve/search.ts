import { descendBlocks, scheduleOf } from './block-descent.ts'
import { type Ensemble, ensembleOf } from './ensemble.ts'
import { meanDraw } from './mean-draw.ts'
import type { PlanProblem, SleepWindow } from './problem.ts'
import { blockRules, cheapest } from './solve-plan.ts'
import { type SearchEffort, startingSchedules } from './starts.ts'

/** Days from the target's begin that are searched: what is later will be searched again. */
const SEARCH_DAYS = 6
const EFFORT: SearchEffort = { screen: 8, keep: 2, relax: 40 }
const TRIAL_ROUNDS = 6
const LAST_ROUNDS = 1

/**
 * The best levels, over all ways home, for the mean of the draws: the coming days searched from
 * eight starts, then the plan before; or the plan before, where that is cheaper. The mean and not
 * all draws, because tomorrow's plan will know more: draws that descend together stay where the
 * plan before is (light before CBTmin alone), as no one way through a low amplitude suits them all.
 * `ensemble` is made of `problem`, `windows` is its sleep.
 */
export function searchedLevels(
  problem: PlanProblem,
  ensemble: Ensemble,
  windows: readonly SleepWindow[],
): Int8Array {
  const whole = { ...problem, draws: [meanDraw(problem.draws, ensemble)] }
  const one = ensembleOf(whole)
  const rules = blockRules(whole, windows)
  const before = problem.previous ?? new Int8Array(problem.steps)
  const after = before.slice()
  after.set(soonLevels(soonOf(whole), windows))
  const ways = [before, after].map((levels) => scheduleOf(one, levels, rules))
  return descendBlocks(one, cheapest(ways).levels, rules, LAST_ROUNDS).levels
}

function soonLevels(soon: PlanProblem, windows: readonly SleepWindow[]): Int8Array {
  const one = ensembleOf(soon)
  const rules = blockRules(soon, windows)
  const starts = startingSchedules(one, one.members[0]!, rules, EFFORT)
  const trials = starts.map(({ levels }) => descendBlocks(one, levels, rules, TRIAL_ROUNDS))
  return cheapest(trials).levels
}

/** The first days of a problem. */
function soonOf(problem: PlanProblem): PlanProblem {
  const { light, previous, sleepable, target, dtH } = problem
  const begin = Math.max(0, Math.min(...target.map(({ fromStep }) => fromStep)))
  const steps = Math.min(problem.steps, begin + SEARCH_DAYS * Math.round(24 / dtH))
  return {
    ...problem,
    steps,
    sleepable: sleepable.subarray(0, steps),
    previous: previous?.subarray(0, steps),
    light: {
      low: light.low.subarray(0, steps),
      usual: light.usual.subarray(0, steps),
      high: light.high.subarray(0, steps),
    },
  }
}
