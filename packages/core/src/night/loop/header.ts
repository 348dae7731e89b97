import type { Montage } from '../watch/montage.ts'
import type { Release } from './release.ts'

/** What tonight's arm is to the loop: which phase is aimed at. Silence is made behind the loop. */
export type Aim =
  | { readonly kind: 'target' }
  /** A random phase for each click, drawn from this seed. */
  | { readonly kind: 'random-phase'; readonly seed: number }
  | { readonly kind: 'none' }

/** What earlier nights say to the rules; unknown counts as the cautious value. */
export type History = {
  /** Nights in a row with stimulation, before this one. */
  readonly nightsInRow: number
  /** Nights since the last one without stimulation or with sham, before this one. */
  readonly sinceSilent: number
  readonly distress?: number
}

/**
 * Everything a night starts from, before its first input: with the inputs it determines every
 * event. Times are wall clock in ms since the epoch.
 */
export type NightHeader = {
  readonly montage: Montage
  /** Wall clock at device time 0. */
  readonly startMs: number
  readonly timeZone: string
  readonly release: Release
  readonly aim: Aim
  /** Seed of block order. */
  readonly seed: number
  readonly bedtimeMs?: number
  /** Latest moment to wake; no window without it. */
  readonly wakeMs?: number
  /** Weights of the personal predictor, learned from the sleeper's own deep sleep. */
  readonly personal?: unknown
  /** Full-scale output at the ear, dB(A); unknown when the loudspeaker was never calibrated. */
  readonly fullScaleDbA?: number
  readonly history?: History
  /** Playback only: nothing outside a file may act. */
  readonly rehearsal: boolean
}
