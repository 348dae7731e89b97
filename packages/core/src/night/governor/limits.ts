/** Ceilings of what may act on a sleeper. Tightening applies at once, loosening the next day. */
export type Limits = {
  /** Loudest sound of stimulation, dB(A) LAFmax at the ear. */
  readonly soundDbA: number
  /** Sound dose of stimulation alone, dB(A) LAeq over 8 h. */
  readonly soundLaeqDbA: number
  /** Light at the eye, melanopic EDI in lux, in the protected hours. */
  readonly lightMelanopicLux: number
  /** Longest time of stimulation in a night, minutes. */
  readonly stimulationMin: number
}
