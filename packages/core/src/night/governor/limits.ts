/**
 * Ceilings of what may act on a sleeper: never NaN. Tightening applies at once, loosening the next
 * night. Rules N14 and N21 of SPEC.md.
 */
export type Limits = {
  /** Loudest sound of stimulation, dB(A) LAFmax at the ear. */
  readonly soundDbA: number
  /** Sound dose of stimulation alone in a night, dB(A) LAeq over 8 h. */
  readonly soundLaeqDbA: number
  /** Light at the eye, melanopic EDI in lux, in the protected hours. */
  readonly lightMelanopicLux: number
  /** Warmth at the skin, degrees C. */
  readonly warmthC: number
  /** Longest time of stimulation in a night, minutes. */
  readonly stimulationMin: number
}

/** The name of a ceiling. */
export type LimitName = keyof Limits

/** The ceilings, in the order in which they are told. */
export const LIMIT_NAMES: readonly LimitName[] =
  'soundDbA soundLaeqDbA lightMelanopicLux warmthC stimulationMin'.split(' ') as LimitName[]

/** The lower of each ceiling; one that the second does not name, or names by NaN, stays. */
export function tighter(limits: Limits, by: Partial<Limits>): Limits {
  const lower: { -readonly [Name in LimitName]: number } = { ...limits }
  for (const name of LIMIT_NAMES) {
    if (by[name]! < limits[name]) lower[name] = by[name]!
  }
  return lower
}
