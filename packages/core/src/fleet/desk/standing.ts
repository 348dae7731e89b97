import type { FailsafeOrder } from '../failsafe/failsafe.ts'
import type { Incident } from '../incident/incident.ts'
import type { LadderState } from '../recovery/ladder.ts'
import type { RolloutAim } from '../rollout/aim.ts'

/**
 * All that the desk wants of the partitions just now, whole: a partition holds the one with the
 * highest number, so that one that missed some, or was just taken over, needs only the newest.
 */
export type Standing = {
  /** Rises with every change: the desk's time of it, ms, or one more than the last. */
  readonly number: number
  readonly failsafe: FailsafeOrder
  readonly ladder: LadderState
  readonly aims: readonly StandingAim[]
  readonly incidents: readonly OpenCause[]
  /** Over how many seconds devices come back after an outage. Rule F70 of SPEC.md. */
  readonly spreadS: number
}

/** A rollout's aim, and the seed by which devices have their places in it. */
export type StandingAim = { readonly aim: RolloutAim; readonly seed: string }

/** The desk says what it wants again, though it is the same, after so long, ms. Rule F29. */
export const SAY_AGAIN_MS = 25_000

/** A partition that had no word of the desk for so long gives no grant, ms. Rule F29. */
export const DESK_SILENT_MS = 60_000

/** What the desk wants, and the centre's time at which it said so, ms; -1 = long ago. */
export type DeskWord = { readonly standing: Standing; readonly saidMs: number }

/** What of an open incident bears upon grants. */
export type OpenCause = Pick<Incident, 'id' | 'cause' | 'status' | 'actions'>
