import type { Lease } from '../governor/lease.ts'
import type { Note } from '../governor/verdict.ts'
import type { Seen } from '../watch/seen.ts'
import type { Decision } from './decision.ts'

/** Everything the loop says, in order; with the inputs it is the black box of a night. */
export type LoopEvent =
  /** Stages, waves, spindles, eye movements, arousals, movements. */
  | Seen
  | { readonly kind: 'decision'; readonly decision: Decision }
  /** A command to an actuator: a lease. The arm of a trial is not in it (rule N80). */
  | {
      readonly kind: 'command'
      readonly lease: Lease
      readonly level: number
      /** Sample, with its fraction, at which it is to be heard or seen. */
      readonly heardAt: number
      /**
       * Phase aimed at and phase foretold for that sample, radians; NaN when not aimed at a wave.
       */
      readonly targetRad: number
      readonly predictedRad: number
    }
  /** What the governor did by itself: silence, another mode, a word not followed, an alarm. */
  | { readonly kind: 'note'; readonly atMs: number; readonly sample: number; readonly note: Note }
  /** The predictor in charge changed, by its own measured error. */
  | { readonly kind: 'predictor'; readonly sample: number; readonly name: string }
  /** The level of stimulation moved, dB(A). */
  | {
      readonly kind: 'level'
      readonly sample: number
      readonly levelDb: number
      readonly why: string
    }
