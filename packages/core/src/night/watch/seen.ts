/** Events of sleep as the loop sees them live. */
export type SeenKind =
  | 'slow-wave'
  | 'spindle'
  | 'spindle-end'
  | 'eye-movement'
  | 'lrlr'
  | 'arousal'
  | 'arousal-end'
  | 'movement'
  | 'movement-end'

/** Why an arousal or a movement was called; `none` for all other kinds. */
export type SeenCause =
  | 'none'
  /** Fast power: a burst of 20-45 Hz in the EEG, or of the chin. */
  | 'muscle'
  /** The whole signal jumped. */
  | 'jump'
  /** The accelerometer moved. */
  | 'body'
  /** A flat top, a missing stretch, a still line: the electrode is not on the head. */
  | 'clipped'
  | 'missing'
  | 'flat'
  /** Swings beyond what brains do. */
  | 'lost'
  /** Fast against slow power for 3 s. */
  | 'fast-shift'
  /** P(W) + P(N1) above .4 after sleep, over 5 s. */
  | 'waking'
  /** Ten beats a minute more within 10 s. */
  | 'heart'

/** The causal stage, each second. */
export type StageSeen = {
  readonly kind: 'stage'
  /** Sample at which it was said. */
  readonly sample: number
  /** End of the 30 s it is about: that sample is the first that does not count. */
  readonly about: number
  /** W N1 N2 N3 R; NaN where nothing could be read. */
  readonly probabilities: readonly number[]
  /** 0 no usable signal .. 1. */
  readonly quality: number
}

/** Something in the signal: decided at `sample`, about `from` to `to` (a sample past the end). */
export type EventSeen = {
  readonly kind: 'seen'
  readonly what: SeenKind
  readonly sample: number
  readonly from: number
  readonly to: number
  /** Its most telling sample: the trough of a slow wave; else `from`. */
  readonly at: number
  /** Trough of a slow wave, peak to peak of a spindle, uV; NaN for the others. */
  readonly amplitudeUv: number
  readonly cause: SeenCause
}

/** What the watch says, in order of `sample`. */
export type Seen = StageSeen | EventSeen
