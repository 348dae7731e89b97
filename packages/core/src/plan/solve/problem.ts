import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'

/**
 * A night's sleep on the grid of a problem: from step `onset` up to, not including, step `offset`.
 * The first may begin before the grid does, then `onset` is negative.
 */
export type SleepWindow = { readonly onset: number; readonly offset: number }

/**
 * What the person wants to be in tune with from one moment to another: sleep at the same hours of
 * every day. The solver finds where *this* person's clock comes to rest on such days.
 */
export type TargetSpan = {
  /** Steps of the grid, `toStep` not included. Spans follow each other; a gap is never wanted. */
  readonly fromStep: number
  readonly toStep: number
  /** Desired sleep, hours since `startMs` modulo 24; offset may be below onset (past the turn). */
  readonly onsetH: number
  readonly offsetH: number
  /** Light at the eye on such days while awake, photopic lux > 0 (100 to 300 indoors). */
  readonly wakeLux: number
  /**
   * Photopic lux of every step of such a day from `startMs` on (24 h), where one number does not
   * tell it (an office); it stands for all of the day, sleep included.
   */
  readonly dayLux?: Float64Array | undefined
  /** How much an hour of misalignment counts in this span, >= 0; 1 unless there is a reason. */
  readonly weight: number
}

/** What sleep may not do, whatever the clock would like. */
export type SleepRules = {
  /** Least opportunity to sleep a night, h: 7 unless the person says otherwise. */
  readonly leastH: number
  /** Usual opportunity, h; the windows are this long where the world lets them. */
  readonly usualH: number
  /** Most that mid-sleep moves earlier from one day to the next, h: 1. */
  readonly earlierHPerDay: number
  /** Most that mid-sleep moves later from one day to the next, h: 2. */
  readonly laterHPerDay: number
}

/**
 * The question to the solver, on a regular grid that starts at `startMs` (ms since 1970 UTC) and
 * has `steps` steps of `dtH` hours. Everything a calendar knows (zones, flights, work) is already
 * turned into numbers per step.
 */
export type PlanProblem = {
  readonly startMs: number
  /**
   * Hours; a whole number of steps makes 24 h. A quarter of an hour is what people can follow, and
   * there one Runge-Kutta step a step keeps CBTmin within 3 min of .0125 h, at 10,000 lux too.
   */
  readonly dtH: number
  readonly steps: number
  /** Beliefs about the person, states at `startMs`; weights sum to 1. Around 16 are plenty. */
  readonly draws: readonly ClockDraw[]
  /**
   * Photopic lux at the eye while awake, per step: the least the person can have (0 with dark
   * glasses or a blind), what they have when they follow no advice, and the most (300 at a desk,
   * `Imax` where seeking is possible). low <= usual <= high. Sleep makes all three 0.
   */
  readonly light: {
    readonly low: Float64Array
    readonly usual: Float64Array
    readonly high: Float64Array
  }
  /** 1 where sleep is possible, 0 where work or travel forbids it. */
  readonly sleepable: Uint8Array
  readonly rules: SleepRules
  /** The last main sleep before the grid (negative steps): where the sleep shift starts from. */
  readonly lastSleep: SleepWindow
  /**
   * Sleep windows that are fixed; undefined: the solver chooses them within `rules`. One a day, in
   * order.
   */
  readonly fixedSleep?: readonly SleepWindow[] | undefined
  readonly target: readonly TargetSpan[]
  /** What the plan before said per step, on this grid: 1 seek, -1 avoid, 0 no advice. */
  readonly previous?: Int8Array | undefined
  readonly price: PlanPrice
}

/** What advice and change cost, in hours of misalignment. */
export type PlanPrice = {
  /** Per hour of light advice that differs from usual light. */
  readonly advicePerH: number
  /** Per hour that advice differs from the plan before. */
  readonly changePerH: number
  /** Per hour of sleep opportunity below the usual. */
  readonly sleepDebtPerH: number
  /** Per night and hour that mid-sleep lies away from the target's. */
  readonly sleepAwayPerH: number
  /** Weight of the worst fifth of the draws beside the mean, 0..1 (CVaR). */
  readonly worstFifth: number
}

/** The prices the benches were run with. */
export const USUAL_PRICE: PlanPrice = {
  advicePerH: 0.02,
  changePerH: 0.02,
  sleepDebtPerH: 0.5,
  sleepAwayPerH: 0.1,
  worstFifth: 0.3,
}

/** The rules of a healthy adult. */
export const USUAL_SLEEP_RULES: SleepRules = {
  leastH: 7,
  usualH: 8,
  earlierHPerDay: 1,
  laterHPerDay: 2,
}

/** Where one draw's clock goes under the plan. */
export type DrawForecast = {
  readonly weight: number
  /** CBTmin of every cycle, hours since `startMs`, rising. */
  readonly cbtminH: readonly number[]
  /**
   * Where this draw's CBTmin would be on the target days: hours since `startMs` modulo 24, for
   * each span of the target.
   */
  readonly targetCbtminH: readonly number[]
  /** Days whose CBTmin is more than 1 h from the target's, within the target's spans. */
  readonly misalignedDays: number
}

/** The answer: one schedule of light and sleep, and what it is expected to do. */
export type PlanSolution = {
  /** Photopic lux per step when every piece of advice is followed; 0 asleep. */
  readonly lux: Float64Array
  /** 1 seek, -1 avoid, 0 no advice: `previous` of the next problem, after moving it along. */
  readonly advice: Int8Array
  readonly sleep: readonly SleepWindow[]
  readonly forecasts: readonly DrawForecast[]
  /** Mean plus worst fifth, hours of misalignment, advice and change included. */
  readonly cost: number
  /** Days misaligned: weighted mean, and the 90th percentile of the draws. */
  readonly misalignedDays: { readonly mean: number; readonly p90: number }
  /**
   * Step of the first CBTmin after which the median draw stays within 1 h of its target;
   * undefined: not on this grid.
   */
  readonly reentrainedStep: number | undefined
  /** Way the clock is moved: 1 earlier (advance), -1 later (delay), 0 hardly at all. */
  readonly direction: -1 | 0 | 1
  /** Fraction of awake steps at a bound before rounding to blocks. */
  readonly bangBang: number
  /** What could not be met, one line each. */
  readonly warnings: readonly string[]
}
