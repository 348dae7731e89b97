/** What a piece of advice asks for. */
export type AdviceKind =
  | 'sleep'
  | 'seekLight'
  | 'avoidLight'
  | 'nap'
  | 'caffeine'
  | 'noCaffeine'
  | 'melatonin'

/**
 * One piece of advice: what, when, why, and what skipping it costs. Moments are ms since 1970 UTC.
 */
export type Advice = {
  readonly kind: AdviceKind
  readonly fromMs: number
  readonly toMs: number
  /**
   * Lux at the eye for light (at least, or at most for avoidLight), mg for caffeine and melatonin.
   */
  readonly level?: number | undefined
  readonly reason: string
  /** What skipping it costs, in words and, where it can be said, in hours of misalignment. */
  readonly skipCost: string
  readonly skipCostH?: number | undefined
}

/** One local date of a plan. */
export type PlanDay = {
  /** `YYYY-MM-DD` of the zone the person is in that day. */
  readonly date: string
  readonly zone: string
  readonly advice: readonly Advice[]
  readonly predicted: {
    /** CBTmin of that day: middle and 80 % bounds, ms since 1970 UTC. */
    readonly cbtmin: { readonly medianMs: number; readonly lo80Ms: number; readonly hi80Ms: number }
    readonly sleep: { readonly onsetMs: number; readonly offsetMs: number }
  }
}

/** Guidance for the coming days. */
export type Plan = {
  readonly days: readonly PlanDay[]
  /**
   * `YYYY-MM-DD` on which the clock is expected within 1 h of its target; undefined: not in these
   * days.
   */
  readonly reentrainedOn?: string | undefined
  readonly solverMs?: number | undefined
  /** What could not be met, and why, one line each. */
  readonly warnings: readonly string[]
}
