import type { Lease } from './lease.ts'
import type { Limits } from './limits.ts'
import type { Mode } from './mode.ts'
import type { ConsentTerms } from './terms.ts'

/** What was heard tonight, as far as a rule needs it. */
export type SoundMemory = {
  /** Sound energy of stimulation so far, ms at 0 dB(A). */
  readonly energy: number
  /** The same in each of eleven minutes, the newest first, and which of the night that is. */
  readonly minutes: readonly number[]
  readonly minute: number
  /** Minutes of the night in which something sounded. */
  readonly stimulatedMin: number
  /** Level of the last sound, dB(A), since when, and its start; NaN before the first. */
  readonly levelDbA: number
  readonly levelSinceMs: number
  readonly lastStartMs: number
  /** Sounds of the train it was in. */
  readonly train: number
  readonly cues: number
}

/** What the signal and the sleep were like until now: since when, device time in ms, else NaN. */
export type SleepMemory = {
  readonly goodSinceMs: number
  readonly nremSinceMs: number
  readonly deepSinceMs: number
  readonly remSinceMs: number
  readonly aroused: boolean
  /** End of the last arousal so far; NaN before the first. */
  readonly arousalEndMs: number
  /** Begin of the last arousals that followed a sound, at most three, oldest first. */
  readonly arousals: readonly number[]
}

/** What is known of the actuators. */
export type ActuatorMemory = {
  readonly heartbeatAtMs: number
  /** Lease whose effect is awaited, and until when; empty when none is. */
  readonly awaited: string
  readonly awaitedUntilMs: number
  /** Effects in a row that were not confirmed. */
  readonly missed: number
}

/** A lease that has not lapsed, and the wish it came of. */
export type Granted = { readonly lease: Lease; readonly wish: string }

/** Everything the governor remembers: small, plain and frozen; a night begins with a new one. */
export type GovernorState = {
  readonly atMs: number
  /** Rises with every start of any controller; see rule N27. */
  readonly token: number
  /** What the sleeper set; it falls by itself and never rises by itself. */
  readonly mode: Mode
  /** The signal was lost: natural holds until it was good for five minutes. */
  readonly suspended: boolean
  /** Why nothing acts for the rest of the night. */
  readonly held: 'STOPPED' | 'THREE_AROUSALS' | undefined
  readonly lampsHeld: boolean
  readonly consent: ConsentTerms | undefined
  /** Consents that were taken back or ran out tonight: none of them comes back. */
  readonly revoked: readonly string[]
  /** Ceilings of the device tonight, as lowered since, and those wanted from the next night. */
  readonly limits: Limits
  readonly laterLimits: Limits | undefined
  /** One an actuator at most. */
  readonly granted: readonly Granted[]
  /** Number of the last lease, and highest ask for a mode that was seen. */
  readonly seq: number
  readonly ask: number
  /** Until when the loop counts as late, device time in ms. */
  readonly lateUntilMs: number
  /** The alarm rang, and whether it was stopped. */
  readonly wakeRang: boolean
  readonly wakeStopped: boolean
  /** Level of the last fade, dB(A); Infinity before the first. */
  readonly fadeDbA: number
  readonly sound: SoundMemory
  readonly sleep: SleepMemory
  readonly actuator: ActuatorMemory
  /** When all was last known to be well, and which alarm has been given since. */
  readonly wellAtMs: number
  readonly alarmed: 0 | 1 | 2 | 3
}

/** A state in the making; only the governor's own turn holds one. */
export type Draft = { -readonly [Key in keyof GovernorState]: GovernorState[Key] }

/** The mode that holds: natural while the signal is lost or the night is held. */
export function modeNow(state: GovernorState): Mode {
  return state.suspended || state.held !== undefined ? 'natural' : state.mode
}
