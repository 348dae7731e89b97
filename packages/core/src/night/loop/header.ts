import type { GovernorState } from '../governor/governor-state.ts'
import type { Limits } from '../governor/limits.ts'
import type { RidgeWeights } from '../phase/ridge-fit.ts'
import type { Montage } from '../watch/montage.ts'
import type { Release } from './release.ts'

/** What tonight's arm is to the loop: which phase is aimed at. Silence is made behind the loop. */
export type Aim =
  | { readonly kind: 'target' }
  /** A random phase for each click, drawn from this seed. */
  | { readonly kind: 'random-phase'; readonly seed: number }
  | { readonly kind: 'none' }

/** What earlier nights say to the rules; a missing one is unknown and allows nothing. */
export type History = {
  /** Nights in a row in control, before this one. */
  readonly nightsInRow?: number
  /** Nights since the last one without stimulation or with sham, before this one. */
  readonly sinceSilent?: number
  /** Nights without incident in natural or guidance, since the device was set up. */
  readonly cleanNights?: number
  /** Nights since one that bars cues; 1000 when there was none. */
  readonly sinceDistress?: number
  /** Whether the evidence says that sounds wake this sleeper. */
  readonly soundWakes?: boolean
}

/** Local time from a moment on: ms that its clocks are ahead of UTC. */
export type LocalOffset = { readonly fromMs: number; readonly offsetMs: number }

/**
 * Everything a night starts from, before its first input: with the inputs it determines every
 * event. Times are wall clock in ms since the epoch.
 */
export type NightHeader = {
  readonly montage: Montage
  /** Wall clock at device time 0. */
  readonly startMs: number
  /** IANA zone, for showing; the loop itself uses `offsets`. */
  readonly timeZone: string
  /**
   * Local time of the night, earliest first: written down, since zone tables differ between
   * machines.
   */
  readonly offsets: readonly LocalOffset[]
  /** Fencing token of this controller. */
  readonly token: number
  /** Ceilings that the sleeper set on the device. */
  readonly limits: Limits
  readonly release: Release
  readonly aim: Aim
  /** Seed of block order. */
  readonly seed: number
  readonly bedtimeMs?: number
  /** Latest moment to wake; no window without it. */
  readonly wakeMs?: number
  /** Weights of the personal predictor, learned from the sleeper's own deep sleep. */
  readonly personal?: RidgeWeights
  /** Full-scale output at the ear, dB(A); unknown when the loudspeaker was never calibrated. */
  readonly fullScaleDbA?: number
  readonly history?: History
  /** No lamp is joined to this device: light is not wished for (rule N54). */
  readonly noLamp?: boolean
  /**
   * The governor of the controller before this one, where that was lost in the same night: what was
   * heard, stopped, lowered and taken back goes on counting (rule N53). Missing as a night begins.
   */
  readonly resumed?: GovernorState
  /** Playback only: nothing outside a file may act. */
  readonly rehearsal: boolean
}
