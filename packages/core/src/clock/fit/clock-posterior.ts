import type { TimeZone } from '../../math/time-zone.ts'
import type { PacemakerName } from '../pacemaker/pacemaker.ts'

/** Middle and the bounds that hold 80 % of the belief. */
export type Interval80 = { readonly median: number; readonly lo80: number; readonly hi80: number }

/** One sleeper that would explain the evidence: a draw of the posterior. */
export type ClockDraw = {
  readonly model: PacemakerName
  /** Weight, the draws' sum is 1. */
  readonly weight: number
  /** Intrinsic period in constant darkness, h. */
  readonly tauH: number
  /** Gain on lux relative to the model's published receptor, > 0; the population's median is 1. */
  readonly lightGain: number
  /** Sleep a day when nothing wakes this person, h. */
  readonly sleepNeedH: number
  /** Hours from DLMO to CBTmin. */
  readonly dlmoToCbtminH: number
  /** Hours from sleep onset to CBTmin of an undisturbed night. */
  readonly onsetToCbtminH: number
  /** The model's state at `ClockPosterior.atMs`. */
  readonly state: readonly number[]
  /**
   * Hours to add to the model's own CBTmin to have this sleeper's, 0 when undefined: models differ
   * by hours in where they put the clock under one light, people differ too, and the state stays on
   * the model's own orbit.
   */
  readonly cbtminShiftH?: number | undefined
  /** What is left unknown of this sleeper's CBTmin, a standard deviation, h; 0 when undefined. */
  readonly cbtminSdH?: number | undefined
}

/** What is believed of a person's clock at a moment. */
export type ClockPosterior = {
  /** ms since 1970 UTC: the moment the states hold for. */
  readonly atMs: number
  readonly zone: TimeZone
  readonly draws: readonly ClockDraw[]
  /** Usual sleep, decimal hours of the local clock; bed may be above 24 for after midnight. */
  readonly habit: { readonly onsetH: number; readonly offsetH: number }
}
