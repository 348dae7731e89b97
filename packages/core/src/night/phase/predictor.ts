/** Ways to foretell the phase of a slow wave. */
export type PredictorName =
  | 'fixed-step'
  | 'cecht'
  | 'state-space'
  | 'ridge'
  | 'ridge-learner'
  | 'phase-locked-loop'

/** The slow wave as seen from after: `lateSamples` before the last sample, NaN while unknown. */
export type SeenLate = {
  readonly lateSamples: number
  readonly re: number
  readonly im: number
}

/**
 * Follows the slow wave sample by sample and foretells its phase. Causal; allocates nothing; a
 * missing sample holds the last one, and foretelling is NaN until the memory is whole again.
 */
export type PhasePredictor = {
  readonly name: PredictorName
  /**
   * Says which `count` samples are pushed next, at most `TOGETHER`: what `push` then does is the
   * same, only sooner done.
   */
  foresee?(values: Float64Array, count: number): void
  /** Takes the next sample at the working rate, uV; NaN is missing. */
  push(x: number): void
  /**
   * Cosine phase `aheadS` seconds after the last sample, radians in (-pi, pi]; NaN while unknown.
   */
  phaseAt(aheadS: number): number
  /** Amplitude of the wave now, uV; NaN while unknown. */
  readonly amplitudeUv: number
  /** Its frequency, Hz. */
  readonly frequencyHz: number
  /** Spread of the error to be expected of `phaseAt`, radians; NaN while unknown. */
  readonly sdRad: number
  /** Forgets the signal: as new, but for what was learned. */
  reset(): void
  /**
   * Learns from the wave as seen from after, where a predictor can: called after each `push` with
   * the wave of some seconds ago; `deep` is whether now is deep, undisturbed sleep.
   */
  teach?(truth: SeenLate, deep: boolean): void
}

/** Slow waves are looked for in this band, Hz: its middle and its ends. */
export const SLOW_WAVE_HZ: {
  readonly low: number
  readonly centre: number
  readonly high: number
} = { low: 0.4, centre: 0.85, high: 1.8 }
