/** A sleep spindle; times in seconds from the first sample of the signal. */
export type Spindle = {
  readonly startS: number
  readonly durationS: number
  readonly peakS: number
  readonly frequencyHz: number
  /** Peak to peak of the detrended 1-30 Hz signal, uV. */
  readonly amplitudeUv: number
  /** Peak to peak in the sigma band, uV. */
  readonly sigmaAmplitudeUv: number
}
