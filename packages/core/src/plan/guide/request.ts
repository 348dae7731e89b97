import type { ClockPosterior } from '../../clock/fit/clock-posterior.ts'
import type { TimeZone } from '../../math/time-zone.ts'
import type { PlanConstraints } from './constraint.ts'
import type { Goal } from './goal.ts'
import type { FormerPlan } from './plan-document.ts'

/** Everything a plan is made from. */
export type PlanRequest = {
  /** What is believed of the person's clock; its habit is the usual sleep at home. */
  readonly posterior: ClockPosterior
  readonly goal: Goal
  readonly constraints: PlanConstraints
  /** The moment the plan begins, ms since 1970 UTC: now, as the caller's clock has it. */
  readonly startMs: number
  /** The zone the person lives in. */
  readonly zone: TimeZone
  /** The plan that was followed until now: advice near to it is preferred to advice like it. */
  readonly previous?: FormerPlan | undefined
  /**
   * `whole` (default) searches for the best plan for sixteen draws, a second or two; `quick` looks
   * a few rounds for five, for a preview while someone is still choosing. Limits hold in both.
   */
  readonly effort?: 'whole' | 'quick' | undefined
}
