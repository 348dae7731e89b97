import type { Lease } from './lease.ts'
import type { Limits } from './limits.ts'
import type { Mode } from './mode.ts'
import type { ReasonCode } from './reason.ts'
import type { ConsentTerms } from './terms.ts'

/** What was heard tonight, as far as a rule needs it. */
export type SoundMemory = {
  /** Sound energy of stimulation so far, ms at 0 dB(A). */
  readonly energy: number
  /** The same in each of the last eleven minutes, the newest first. */
  readonly minutes: readonly number[]
  /** Minute of device time of the newest. */
  readonly minute: number
  /** Minutes of the night in which something sounded. */
  readonly stimulatedMin: number
  /** Level of the last sound, dB(A), and since when it has been that; NaN before the first. */
  readonly levelDbA: number
  readonly levelSinceMs: number
  /** Start of the last sound and how many there were in its train. */
  readonly lastStartMs: number
  readonly train: number
  readonly cues: number
  /** Level of the last fade; NaN before the first. */
  readonly fadeDbA: number
}

/** What the signal and the sleep were like until now: since when, device time in ms, else NaN. */
export type SleepMemory = {
  readonly goodSinceMs: number
  readonly nremSinceMs: number
  readonly deepSinceMs: number
  readonly remSinceMs: number
  readonly aroused: boolean
  /** End of the last arousal; NaN before the first. */
  readonly arousalEndMs: number
  /** Begin of the last arousals, at most three, oldest first. */
  readonly arousals: readonly number[]
}

/** What is known of the actuator. */
export type ActuatorMemory = {
  readonly heartbeatAtMs: number
  /** Lease whose effect is awaited, and until when. */
  readonly awaited: string
  readonly awaitedUntilMs: number
  /** Effects in a row that were not confirmed. */
  readonly missed: number
}

/** Everything the governor remembers: small, plain and frozen; a night begins with a new one. */
export type GovernorState = {
  readonly atMs: number
  readonly token: number
  /** What the sleeper set; it falls by itself and never rises by itself. */
  readonly mode: Mode
  /** The signal was lost: natural holds until it was good for five minutes. */
  readonly suspended: boolean
  /** Why nothing acts for the rest of the night. */
  readonly held: ReasonCode | undefined
  readonly lampsHeld: boolean
  readonly consent: ConsentTerms | undefined
  readonly revoked: readonly string[]
  /** Ceilings of the device tonight, as lowered since. */
  readonly limits: Limits
  /** Ceilings that the sleeper wants from the next night. */
  readonly laterLimits: Limits | undefined
  /** Leases that have not lapsed, one an actuator at most. */
  readonly leases: readonly Lease[]
  /** The wish that each of those came of. */
  readonly wishes: readonly string[]
  readonly seq: number
  /** Highest ask for a mode that was seen. */
  readonly ask: number
  /** Until when the loop counts as late, device time in ms. */
  readonly lateUntilMs: number
  /** The alarm: first lease, and whether it was stopped; NaN before it rang. */
  readonly wakeSinceMs: number
  readonly wakeStopped: boolean
  readonly sound: SoundMemory
  readonly sleep: SleepMemory
  readonly actuator: ActuatorMemory
  /** When all was last known to be well, and which alarm has been given since. */
  readonly wellAtMs: number
  readonly alarmed: 0 | 1 | 2 | 3
}

/** The mode that holds: natural while the signal is lost or the night is held. */
export function modeNow(state: GovernorState): Mode {
  if (state.suspended || state.held !== undefined) return 'natural'
  return state.mode
}
