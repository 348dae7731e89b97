import type { Pacemaker, ParameterSet } from '../pacemaker/pacemaker.ts'

/** The models of sleep and waking, by the names of the command line. */
export type SleepWakeName = 'skeldon23' | 'twoprocess' | 'phillipsrobinson07'

/**
 * A model of sleep and waking as a value: a right-hand side, its transposed derivative, the margin
 * at which sleep and waking change places, and its markers. Time is in hours; `hour` is hours since
 * midnight of day 1, `awake` 1 or 0; the two derivatives are those of a `Pacemaker`. A model
 * without light ignores `alpha`; one without a switch ignores `awake`.
 */
export type SleepWakeModel = Pick<Pacemaker, 'derivative' | 'vjp'> & {
  readonly name: SleepWakeName
  readonly parameters: ParameterSet
  readonly stateNames: readonly string[]
  readonly initialState: readonly number[]
  readonly initiallyAwake: boolean
  /** Drive of the receptor by light that reaches the eye, per minute. Below 0 lux counts as 0. */
  alpha(lux: number): number
  /** At 0 and above the sleeper falls asleep (if awake) or wakes (if asleep). */
  switchMargin(state: Float64Array, awake: number, hour: number): number
  /** Circadian phase, radians, growing with time, 0 at the marker of the temperature minimum. */
  phaseRad(state: Float64Array, hour: number): number
  /** Hours from phase 0 to CBTmin. */
  readonly cbtminOffsetH: number
  /** Hours from DLMO to CBTmin: a population constant, 7. */
  readonly dlmoToCbtminH: number
}

/** A change from waking to sleep or back, located inside the step. */
export type SleepSwitch = {
  readonly atH: number
  /** 1 = woke up, 0 = fell asleep. */
  readonly awake: 0 | 1
}

/** A run of a model: rows of states on a regular grid, the switches and the markers between. */
export type SleepWakeTrajectory = {
  readonly dtH: number
  /** Hours since midnight of day 1. */
  readonly timesH: Float64Array
  /** Row-major: `states[i * stateNames.length + k]`. */
  readonly states: Float64Array
  /** 1 awake, 0 asleep, at each time. */
  readonly awake: Uint8Array
  readonly switches: readonly SleepSwitch[]
  /** Minima of core body temperature, one a cycle, h. */
  readonly cbtminH: readonly number[]
  /** Dim-light melatonin onsets, h. */
  readonly dlmoH: readonly number[]
}
