import type { SeenCause } from './seen.ts'

/**
 * What is known at this sample, as plain numbers; undefined is unknown, and unknown never
 * triggers. The object is the watch's own and changes with the next piece: read it, do not keep
 * it.
 */
export type WatchFacts = {
  /** The next sample that is awaited. */
  sample: number

  /** P of W N1 N2 N3 R in the last 30 s; the array is reused. */
  stages: ArrayLike<number> | undefined
  stageQuality: number | undefined
  /** Signal time since the end of the 30 s that they are about, ms. */
  stageAgeMs: number | undefined
  /** First sample of the first minute in which sleep was more likely than not throughout. */
  sleepOnset: number | undefined
  /** How long N1, N2 or N3 has been most likely without a break over 15 s, s. */
  stableNremS: number | undefined
  /** How long N3 alone has been the most likely stage, s. */
  n3S: number | undefined
  /** Mean of P(R) over the last 60 s. */
  remMean: number | undefined
  /** How long that mean has been at least .6, s; 0 when it is not. */
  remS: number | undefined

  /** Root mean square over 30 s of the first EEG, 1-4 Hz and 20-45 Hz, uV. */
  deltaRmsUv: number | undefined
  muscleRmsUv: number | undefined
  /** How long 1-4 Hz has been above 7 uV and 20-45 Hz below 4 uV (both over 30 s), s. */
  deepS: number | undefined

  /** An arousal or a movement is under way. */
  disturbed: boolean
  /** Why, or why the last one was; `none` before the first. */
  disturbedBy: SeenCause
  /** Signal time since the last one ended, ms; undefined when there was none. */
  sinceDisturbedMs: number | undefined

  /** State of the first EEG over the last second. */
  missing: boolean
  flat: boolean
  clipped: boolean
  /** Swings beyond what brains do: the electrode hangs in the air. */
  contactLost: boolean
  /** Length of the last run of missing samples (0 when they come), ms of signal time. */
  gapMs: number
  /** Signal time since the last gap of over a second, ms; undefined when there was none. */
  sinceGapMs: number | undefined
  /** Arrival against the stated rate over the last minute: .01 is 1 % too fast. */
  rateError: number | undefined

  /** Trough amplitude and count of slow waves of the last minute. */
  slowWavesPerMin: number | undefined
  spindlesPerMin: number | undefined
  /** Rapid eye movements of the last minute; undefined without two EOG channels. */
  eyeMovementsPerMin: number | undefined

  /** Whether the channel is there at all and was heard in the last 10 s. */
  heartBpm: number | undefined
  chinRmsUv: number | undefined
  motionG: number | undefined
}
