import type { ClockPosterior } from '../packages/core/src/clock/fit/clock-posterior.ts'
import { populationPosterior } from '../packages/core/src/clock/fit/population-sleeper.ts'
import { momentOfText } from '../packages/core/src/math/time-zone.ts'
import {
  DEFAULT_CONSTRAINTS,
  type PlanConstraints,
} from '../packages/core/src/plan/guide/constraint.ts'
import { parseGoal } from '../packages/core/src/plan/guide/goal.ts'
import { makePlan } from '../packages/core/src/plan/guide/make-plan.ts'
import type { Plan } from '../packages/core/src/plan/guide/plan.ts'
import type { PlanRequest } from '../packages/core/src/plan/guide/request.ts'

/** A request for an average sleeper (23:00 to 07:00 unless said) who starts at a local time. */
export function madeUpRequest(
  goal: string,
  options: {
    readonly start: string
    readonly zone?: string
    readonly habit?: { readonly onsetH: number; readonly offsetH: number }
    readonly constraints?: Partial<PlanConstraints>
    readonly previous?: PlanRequest['previous']
    readonly effort?: PlanRequest['effort']
  },
): PlanRequest {
  const parsed = parseGoal(goal)
  if (!parsed.ok) throw new Error(`${goal}: ${parsed.problem.got}`)
  const zone = options.zone ?? 'Europe/Berlin'
  const startMs = momentOfText(zone, options.start)
  if (startMs === undefined) throw new Error(options.start)
  const habit = options.habit ?? { onsetH: 23, offsetH: 7 }
  return {
    posterior: averageSleeper(habit, zone, startMs),
    goal: parsed.value,
    constraints: { ...DEFAULT_CONSTRAINTS, ...options.constraints },
    startMs,
    zone,
    previous: options.previous,
    effort: options.effort ?? 'quick',
  }
}

const sleepers = new Map<string, ClockPosterior>()

/** One posterior per habit and zone: on usual days only the clock time of a start counts. */
function averageSleeper(
  habit: { readonly onsetH: number; readonly offsetH: number },
  zone: string,
  startMs: number,
): ClockPosterior {
  const key = `${habit.onsetH} ${habit.offsetH} ${zone}`
  const known = sleepers.get(key) ?? populationPosterior(habit, zone, startMs)
  sleepers.set(key, known)
  return known
}

/** The plan of `madeUpRequest`; throws when there is none. */
export function madeUpPlan(...request: Parameters<typeof madeUpRequest>): Plan {
  const plan = makePlan(madeUpRequest(...request))
  if (!plan.ok) throw new Error(`${plan.problem.where}: ${plan.problem.got}`)
  return plan.value
}
