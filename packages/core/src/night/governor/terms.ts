import type { Actuator } from './lease.ts'
import type { Limits } from './limits.ts'
import type { Mode } from './mode.ts'

/** What a sleeper is asked about before signing, and which actuators it rules out (rule N16). */
export const BARRED_BY = {
  apnoea: ['sound', 'cue', 'warmth'],
  bipolar: ['cue', 'light'],
  epilepsy: ['sound', 'light', 'cue'],
  insomnia: ['sound', 'cue'],
  migraine: ['light'],
  nightmares: ['cue'],
  photosensitive: ['light'],
  pregnant: ['sound', 'cue', 'warmth'],
  psychosis: ['sound', 'cue'],
  tinnitus: ['sound', 'cue'],
  'under-18': ['sound', 'light', 'cue', 'warmth'],
} as const

/** A condition that a sleeper may have. */
export type Condition = keyof typeof BARRED_BY

/** What a sleeper allowed, in terms the governor can weigh: dated, expiring, revocable. */
export type ConsentTerms = {
  readonly id: string
  /** The highest mode allowed. */
  readonly mode: Mode
  readonly actuators: readonly Actuator[]
  /** Conditions that the sleeper said apply; asked for all of them. */
  readonly conditions: readonly Condition[]
  /**
   * Hours of the day in which anything may act, minutes of the local day (0 to 1439); may pass
   * midnight. Equal ends are the whole day.
   */
  readonly hours: { readonly fromMin: number; readonly toMin: number }
  /** Wall clock, ms since the epoch. */
  readonly validFromMs: number
  /** Wall clock, ms since the epoch: at most 30 days after `validFromMs`. */
  readonly validUntilMs: number
  readonly ceilings: Limits
}

/** Longest life of a consent: 30 nights, ms. */
export const LONGEST_CONSENT_MS: number = 30 * 24 * 3_600_000
