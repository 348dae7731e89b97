import type { TimeZone } from '../../math/time-zone.ts'
import type { PersonalRecord } from '../../sleep/evidence/personal-record.ts'

/** A normal belief: middle and standard deviation in the unit of its name. */
export type Belief = { readonly mean: number; readonly sd: number }

/** What a person's genes say of the clock before any night is seen. */
export type GenesEvidence = {
  /** Intrinsic period, h. */
  readonly tauPriorH: Belief
  /**
   * The same genes as minutes of sleep timing; shown, and not used a second time beside
   * `tauPriorH`.
   */
  readonly chronotypePriorMin?: Belief | undefined
}

/** Everything a fit may use. Sleep is needed; light, activity, genes and melatonin are not. */
export type ClockEvidence = {
  /** Sleeps, and light (`photopicLux`, `melanopicEdiLux`) or activity series where there are. */
  readonly records: readonly PersonalRecord[]
  /** The zone the answer is told in; the first record's when undefined. */
  readonly zone?: TimeZone | undefined
  readonly genes?: GenesEvidence | undefined
  /** Measured dim light melatonin onsets, ms since 1970 UTC. */
  readonly dlmoMs?: readonly number[] | undefined
}

/** Why there is no fit: no usable night, or an unknown zone. */
export type FitCode = 'FIT_EMPTY' | 'TIME_ZONE'

/** Nights of a fit at most, the latest: the clock forgets in weeks, and the work stays bounded. */
export const MAX_FIT_NIGHTS = 60
/** Days between the first and the last night of a fit at most, for the same reasons. */
export const MAX_FIT_DAYS = 90
