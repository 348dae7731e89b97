import { bangBangShare } from './bang-bang.ts'
import { type BlockRules, descendBlocks, type Schedule, scheduleOf } from './block-descent.ts'
import { type Ensemble, ensembleOf, judge, type Member } from './ensemble.ts'
import { guarded } from './guard.ts'
import type { PlanProblem, PlanSolution, SleepWindow } from './problem.ts'
import { siblingsOf } from './right-way.ts'
import { asleepIn, type SleepPlan, sleepCost, sleepToward } from './sleep-windows.ts'
import { solutionOf } from './solution.ts'
import { alone, type SearchEffort, type Start, startingSchedules } from './starts.ts'

/** Shortest block of light advice, h. */
const BLOCK_H = 0.5
const EFFORT: SearchEffort = { screen: 14, keep: 3, relax: 40 }
const TRIAL_ROUNDS = 6
const FINAL_ROUNDS = 24
const SLEEP_SWEEPS = 2
const WATCHED_H = 36
const NUDGES_H = [-1, -0.5, 0.5, 1] as const

/**
 * How far the guards reach: every block, those before tomorrow's plan is made (it will have its
 * own), or none (the bare optimum, to compare with, not to follow).
 */
export type PlanGuard = 'all' | 'today' | 'none'

/** A way to sleep with the light that goes with it. */
export type Candidate = {
  readonly sleep: SleepPlan
  readonly schedule: Schedule
  readonly cost: number
}

/**
 * The first plan: eight starts relaxed for the middle draw, rounded to blocks of half an hour and
 * more, descended for all draws together, over the ways that sleep can move; then single nights are
 * moved where that pays, and the light is descended again.
 */
export function solvePlan(problem: PlanProblem, guard: PlanGuard = 'all'): PlanSolution {
  const ensemble = ensembleOf(problem)
  const member = middleMember(ensemble, problem)
  let bangBang = 1
  const candidates = sleepWays(problem).map((sleep): Candidate => {
    const rules = blockRules(problem, sleep.windows)
    const starts = startingSchedules(ensemble, member, rules, EFFORT)
    bangBang = Math.min(bangBang, boundShare(member, rules, starts[0]!))
    const trials = startLevels(starts, problem).map((levels) =>
      descendBlocks(ensemble, levels, rules, TRIAL_ROUNDS),
    )
    return candidateOf(problem, sleep, cheapest(trials))
  })
  let best = candidates.reduce((a, b) => (b.cost < a.cost ? b : a))
  if (problem.fixedSleep === undefined) best = moveNights(problem, ensemble, best)
  return finish(problem, ensemble, best, FINAL_ROUNDS, bangBang, guard)
}

function sleepWays(problem: PlanProblem): SleepPlan[] {
  if (problem.fixedSleep) return [{ windows: problem.fixedSleep, warnings: [] }]
  const plans = ([0, 1, -1] as const).map((way) => sleepToward(problem, way))
  const seen = new Set<string>()
  return plans.filter(({ windows }) => {
    const key = windows.map(({ onset }) => onset).join()
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The rules of blocks under some sleep windows, no guard yet. */
export function blockRules(problem: PlanProblem, windows: readonly SleepWindow[]): BlockRules {
  return {
    shortest: Math.round(BLOCK_H / problem.dtH),
    advicePrice: problem.price.advicePerH * problem.dtH,
    changePrice: problem.price.changePerH * problem.dtH,
    previous: problem.previous,
    noSeek: sameAs(problem.light.high, problem.light.usual),
    noAvoid: sameAs(problem.light.low, problem.light.usual),
    asleep: asleepIn(windows, problem.steps),
  }
}

/** 1 where a bound is the usual light: advice would change nothing. */
function sameAs(bound: Float64Array, usual: Float64Array): Uint8Array {
  const same = new Uint8Array(bound.length)
  for (let i = 0; i < same.length; i++) if (bound[i] === usual[i]) same[i] = 1
  return same
}

/** The draw nearest to the weighted middle of period and sensitivity. */
export function middleMember(ensemble: Ensemble, problem: PlanProblem): Member {
  const { draws } = problem
  const tau = draws.reduce((sum, draw) => sum + draw.weight * draw.tauH, 0)
  const gain = draws.reduce((sum, draw) => sum + draw.weight * draw.lightGain, 0)
  const far = draws.map((draw) => {
    const byTau = (draw.tauH - tau) / 0.2
    const byGain = (draw.lightGain - gain) / (0.35 * gain)
    return byTau * byTau + byGain * byGain - draw.weight
  })
  return ensemble.members[far.indexOf(Math.min(...far))]!
}

function startLevels(starts: readonly Start[], problem: PlanProblem): Int8Array[] {
  const levels = starts.map((start) => start.levels)
  return problem.previous ? [...levels, problem.previous] : levels
}

/** Share of steps at a bound, before the light settles to what merely holds the clock. */
function boundShare(member: Member, rules: BlockRules, start: Start): number {
  const last = start.levels.findLastIndex((level) => level !== 0) + 1
  return bangBangShare(member, rules.asleep, start.share.subarray(0, last))
}

/** The schedule of least cost. */
export function cheapest(schedules: readonly Schedule[]): Schedule {
  return schedules.reduce((a, b) => (b.cost < a.cost ? b : a))
}

/** A schedule with the sleep it was made for, and what both cost. */
export function candidateOf(problem: PlanProblem, sleep: SleepPlan, schedule: Schedule): Candidate {
  return { sleep, schedule, cost: schedule.cost + sleepCost(problem, sleep.windows) }
}

/** Coordinate search over nights: each is moved with all that follow, and stays if it pays. */
function moveNights(problem: PlanProblem, ensemble: Ensemble, start: Candidate): Candidate {
  const middle = alone(ensemble, middleMember(ensemble, problem))
  const way = wayOf(problem, start.sleep)
  const nudges = new Array<number>(start.sleep.windows.length).fill(0)
  const costOf = (sleep: SleepPlan, levels: Int8Array): Candidate =>
    candidateOf(problem, sleep, scheduleOf(middle, levels, blockRules(problem, sleep.windows)))
  let best = start
  for (let sweep = 0; sweep < SLEEP_SWEEPS; sweep++) {
    let now = costOf(best.sleep, best.schedule.levels)
    const before = now.cost
    for (let night = 0; night < nudges.length; night++) {
      for (const nudge of NUDGES_H) {
        const trial = nudges.with(night, nudges[night]! + nudge)
        const moved = costOf(sleepToward(problem, way, trial), now.schedule.levels)
        if (moved.cost >= now.cost) continue
        now = moved
        nudges[night] = trial[night]!
      }
    }
    if (now.cost >= before) break
    const rules = blockRules(problem, now.sleep.windows)
    const schedule = descendBlocks(ensemble, now.schedule.levels, rules, TRIAL_ROUNDS)
    const moved = candidateOf(problem, now.sleep, schedule)
    if (moved.cost >= best.cost) break
    best = moved
  }
  return best
}

function wayOf(problem: PlanProblem, sleep: SleepPlan): -1 | 0 | 1 {
  for (const way of [0, 1, -1] as const) {
    const { windows } = sleepToward(problem, way)
    if (windows.every(({ onset }, night) => onset === sleep.windows[night]?.onset)) return way
  }
  return 0
}

/** Descends once more, keeps the guard and tells the solution. */
export function finish(
  problem: PlanProblem,
  ensemble: Ensemble,
  start: Candidate,
  rounds: number,
  bangBang: number,
  guard: PlanGuard,
): PlanSolution {
  const rules = blockRules(problem, start.sleep.windows)
  const free = descendBlocks(ensemble, start.schedule.levels, rules, rounds)
  const watched = guard === 'all' ? problem.steps : WATCHED_H / problem.dtH
  // A belief of one draw says that the clock is known: there is nothing to guard against.
  const { schedule, rules: kept } =
    guard === 'none' || (guard === 'today' && problem.draws.length === 1)
      ? { schedule: { ...free, verdict: judge(ensemble, free.levels, rules.asleep) }, rules }
      : guarded(ensemble, siblingsOf(problem, ensemble), free, rules, watched)
  const cost = schedule.cost + sleepCost(problem, start.sleep.windows)
  return solutionOf(problem, ensemble, start.sleep, schedule, kept, { cost, bangBang })
}
