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
  /** The zone the person is in when it begins. */
  readonly zone: string
  /**
   * Lux at the eye for light (at least, or at most for avoidLight), mg for caffeine and melatonin.
   */
  readonly level?: number | undefined
  readonly reason: string
  /** What skipping it costs, in words and, where it can be said, in hours of misalignment. */
  readonly skipCost: string
  readonly skipCostH?: number | undefined
  /** The one to do if only one is done that day. */
  readonly first?: boolean | undefined
}

/** A stretch that the plan works around. */
export type FixedSpan = {
  readonly kind: 'work' | 'flight'
  readonly fromMs: number
  readonly toMs: number
}

/** Middle and 80 % bounds of a moment, ms since 1970 UTC. */
export type MomentInterval = {
  readonly medianMs: number
  readonly lo80Ms: number
  readonly hi80Ms: number
}

/** One day of a plan: from waking to the end of the sleep after it. */
export type PlanDay = {
  /** `YYYY-MM-DD` of the zone the person is in that day. */
  readonly date: string
  readonly zone: string
  /** In order of time; the night's sleep is the last. */
  readonly advice: readonly Advice[]
  readonly predicted: {
    /** CBTmin nearest to that sleep: middle and 80 % bounds. */
    readonly cbtmin: MomentInterval
    /** The sleep window that ends the day. */
    readonly sleep: { readonly onsetMs: number; readonly offsetMs: number }
  }
}

/** Guidance for the coming days. */
export type Plan = {
  /** The goal as `parseGoal` reads it. */
  readonly goal: string
  /** What the plan does, in one or two sentences. */
  readonly headline: string
  readonly days: readonly PlanDay[]
  /** Work and flights within these days, in order. */
  readonly fixed: readonly FixedSpan[]
  /**
   * `YYYY-MM-DD` on which the clock is expected within 1 h of its target; undefined: not in these
   * days.
   */
  readonly reentrainedOn?: string | undefined
  /** Way the clock is moved: 1 earlier, -1 later, 0 hardly at all. */
  readonly direction: -1 | 0 | 1
  readonly solverMs?: number | undefined
  /** What could not be met, and why, one line each. */
  readonly warnings: readonly string[]
  /** What holds on every day and needs no date, one line each. */
  readonly notes: readonly string[]
}
