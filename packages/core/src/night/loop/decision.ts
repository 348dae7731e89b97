import type { Actuator } from '../governor/lease.ts'
import type { WindowMoment } from '../stimulus/click-timing.ts'

/** What the loop saw when it decided; a number that was not known is NaN. */
export type Sight = {
  /** Probabilities of W N1 N2 N3 R by the causal stager. */
  readonly stages: readonly number[]
  /** Age of those, ms of signal. */
  readonly stageAgeMs: number
  /** Predictor that was in charge. */
  readonly predictor: string
  /** Phase at the moment the sound would be heard, radians (0 = positive peak). */
  readonly phaseRad: number
  readonly frequencyHz: number
  readonly amplitudeUv: number
  /** Credible spread of the predicted phase, radians. */
  readonly phaseSdRad: number
  /** Root mean square over 30 s of 1-4 Hz and above 20 Hz, uV. */
  readonly deltaRmsUv: number
  readonly muscleRmsUv: number
  /** Signal time since the last arousal ended, ms. */
  readonly sinceArousalMs: number
}

/** What the loop wanted to do. */
export type Want = {
  readonly actuator: Actuator
  /** dB(A) LAFmax at the ear for sound and cues, melanopic lux for light, degrees C for warmth. */
  readonly level: number
  /** Phase aimed at, radians; NaN for what is not aimed at a wave. */
  readonly targetRad: number
  /** Sample, with its fraction, at which it would be heard or seen. */
  readonly heardAt: number
}

/** A moment at which a click could have sounded but for the pattern and the governor. */
export type Chance = WindowMoment & {
  /** Sample, with its fraction, at which a click was or would have been heard. */
  readonly heardAt: number
}

/**
 * One moment at which the device could have acted: what it saw, what it wanted, what was allowed
 * and why, or why not. Written for every opportunity (about one a second) and whenever the reason
 * that stands changes.
 */
export type Decision = {
  readonly sample: number
  readonly atMs: number
  readonly saw: Sight
  /** Missing when the loop itself wanted nothing. */
  readonly want?: Want
  /**
   * Where it lies in the pairs of windows with and without sound; missing when a reason that has
   * nothing to do with them was first. Nights are compared by these (`NightMeasure`).
   */
  readonly chance?: Chance
  readonly allowed: boolean
  /** `ALLOWED`, or why not: of the loop's own gates or of the governor. */
  readonly code: string
  /** Rule of SPEC.md that decided. */
  readonly rule: string
}
