import { type BlockRules, type Schedule, scheduleOf } from './block-descent.ts'
import { type Ensemble, ensembleOf } from './ensemble.ts'
import { greedyLevels } from './greedy.ts'
import { quantileOf } from './guard.ts'
import { hoursAhead } from './home-orbit.ts'
import type { PlanProblem, PlanSolution } from './problem.ts'
import { searchedLevels } from './search.ts'
import { sleepToward } from './sleep-windows.ts'
import { solutionOf } from './solution.ts'
import { blockRules, candidateOf, cheapest, finish, middleMember } from './solve-plan.ts'

/** Where a person under guidance stands from one plan to the next. */
export type Standing = {
  /** True while the clock counts as in tune: then nothing is advised. */
  readonly tuned: boolean
  /** Way of the plan in force, which sleep keeps. */
  readonly direction: -1 | 0 | 1
}

/**
 * In tune from here, and no longer in tune from there, h: a dead band against measurement noise.
 */
const ENTER_H = 0.75
const LEAVE_H = 1.5
const ROUNDS = 6
/** Days for which no advice must keep the clock in tune before none is given. */
const AHEAD_DAYS = 4

/**
 * How a plan is made again: searched over all ways home for the mean draw, or near the plan before,
 * for all draws.
 */
export type Again = 'searched' | 'near'

/**
 * The plan again after news (`problem.draws` and `problem.previous` are today's). Within the dead
 * band it advises nothing; without the band a planner chases noise for ever. Outside, the way home
 * is searched for the mean draw, and the guards ask all the others; or, `near`, it descends for all
 * draws in a few rounds from the cheapest of the plan before, no advice and the shorter way.
 */
export function replan(
  problem: PlanProblem,
  standing: Standing,
  again: Again = 'searched',
): { readonly solution: PlanSolution; readonly standing: Standing } {
  const ensemble = ensembleOf(problem)
  const sleep = problem.fixedSleep
    ? { windows: problem.fixedSleep, warnings: [] }
    : sleepToward(problem, standing.direction)
  const rules = blockRules(problem, sleep.windows)
  const none = new Int8Array(problem.steps)
  const resting = scheduleOf(ensemble, none, rules)
  const offH = offTargetH(ensemble)
  const tuned = offH < (standing.tuned ? LEAVE_H : ENTER_H)
  if (tuned) {
    const { schedule, cost } = candidateOf(problem, sleep, resting)
    const solution = solutionOf(problem, ensemble, sleep, schedule, rules, { cost, bangBang: 1 })
    return { solution, standing: { tuned, direction: 0 } }
  }
  const isNear = again === 'near'
  const first = isNear
    ? cheapest([resting, ...nearby(ensemble, problem, rules)])
    : scheduleOf(ensemble, searchedLevels(problem, ensemble, sleep.windows), rules)
  const best = candidateOf(problem, sleep, first)
  const solution = finish(problem, ensemble, best, isNear ? ROUNDS : 0, 1, 'today')
  return { solution, standing: { tuned, direction: solution.direction } }
}

/** The shorter way and the plan before, for all draws. */
function nearby(ensemble: Ensemble, problem: PlanProblem, rules: BlockRules): Schedule[] {
  const member = middleMember(ensemble, problem)
  const shorter = greedyLevels(ensemble, member, rules.asleep, 0)
  const starts = problem.previous ? [shorter, problem.previous] : [shorter]
  return starts.map((levels) => scheduleOf(ensemble, levels, rules))
}

/**
 * Hours, without sign, that the middle draw is off its target at worst on the coming days if
 * nothing is advised (the paths that `judge` left); Infinity before the target begins or while it
 * is still to change, when being in tune is no reason to rest.
 */
function offTargetH(ensemble: Ensemble): number {
  const { spanOf, members, perDay, steps } = ensemble
  const span = spanOf[0] ?? -1
  if (span < 0 || spanOf.some((other) => other !== span)) return Infinity
  const worst = members.map(({ clock, homes, path }) => {
    const { ab } = homes[span]!
    let hour = 0
    for (let day = 0; day < AHEAD_DAYS && day * perDay <= steps; day++) {
      const at = 3 * day * perDay
      hour = Math.max(hour, Math.abs(hoursAhead(path[at]!, path[at + 1]!, ab[0]!, ab[1]!)))
    }
    return { hour, weight: clock.weight }
  })
  return quantileOf(worst, 0.5)
}
