import type { Action, Actuator } from './lease.ts'

/** What the loop would like to do; never a command until a lease comes of it. */
export type Proposal = {
  readonly kind: 'proposal'
  /** Names this wish in a night; the same again gives the same lease and counts once. */
  readonly id: string
  /** Device time at which the governor is asked, and at which the wish was formed, ms. */
  readonly atMs: number
  readonly madeAtMs: number
  /** Device time at which it would be heard, seen or felt, ms; its fraction counts. */
  readonly startsAtMs: number
  readonly actuator: Actuator
  readonly action: Action
  /** dB(A) LAFmax at the ear for sound and cues, melanopic lux for light, degrees C for warmth. */
  readonly level: number
  /** How long it sounds or shines, ms, above 0; warmth lasts as long as its lease. */
  readonly durationMs: number
  /** Flashes of a light, Hz; 0 or missing is steady. */
  readonly flashHz?: number
}
