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
  /** How long no sample has come, ms of signal time; 0 while they come. */
  gapMs: number
  /** Length of the last gap of a second or more, and recorded time since; undefined: none yet. */
  lastGapMs: number | undefined
  sinceGapMs: number | undefined
  /** Arrival against the stated rate over the last minute: .01 is 1 % too fast. */
  rateError: number | undefined

  /** How many in the last minute; undefined before a minute without a gap. */
  slowWavesPerMin: number | undefined
  spindlesPerMin: number | undefined
  /** Undefined without two channels beside the eyes. */
  eyeMovementsPerMin: number | undefined
  /** What the thresholds of slow waves are multiplied with: 1, or less where waves are small. */
  slowWaveGain: number

  /** Undefined without the channel, or while it says nothing. */
  heartBpm: number | undefined
  chinRmsUv: number | undefined
  motionG: number | undefined
}
