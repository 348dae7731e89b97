import { beginCohortWatch, type CohortWatch } from '../anomaly/cohort-watch.ts'
import { beginSilenceWatch, type SilenceWatch } from '../anomaly/silence.ts'
import type { CohortTally } from '../anomaly/tally.ts'
import { type FailsafeState, startFailsafe } from '../failsafe/failsafe.ts'
import { openBook } from '../incident/book.ts'
import type { IncidentBook } from '../incident/incident.ts'
import { type LadderState, startLadder } from '../recovery/ladder.ts'
import type { ArmCounters } from '../rollout/arm-count.ts'
import { noEvidence, type RateEvidence } from '../rollout/rate-evidence.ts'
import type { RolloutState } from '../rollout/state.ts'
import type { DeskWord, Standing } from './standing.ts'
import type { Tell } from './tell.ts'

/** The whole of the desk: a function of its log. Written in place by `deskStep`. */
export type DeskState = {
  /** What the front doors can do together, 1/s. */
  readonly handshakesPerS: number
  /** The place of the last tell of every partition. */
  readonly heard: Map<number, TellPlace>
  failsafe: FailsafeState
  ladder: LadderState
  /** What speaks for the next step of the ladder, and since when, ms. */
  climb: Climb
  rollouts: RolloutState[]
  book: IncidentBook
  watch: CohortWatch
  silence: SilenceWatch
  /** Sums of this step of 30 s, by cohort and by rollout. */
  readonly tallies: Map<string, CohortTally>
  readonly arms: Map<string, ArmCounters>
  /** What every partition told last. */
  readonly sums: Map<number, PartitionSums>
  /** When the detectors looked last, and at silence, ms. */
  lookedMs: number
  silenceMs: number
  /** The standing in force; null before the first tick. */
  standing: Standing | null
  /** When it was last said, ms; -1 = never. */
  saidMs: number
  /** Something happened since by which it may be another. */
  isStale: boolean
  /** The fleet of the last hour, oldest first. */
  curve: CurvePoint[]
}

/** The place of a tell in the log of its partition. */
export type TellPlace = { readonly offset: number; readonly index: number }

/** What of a partition's sums is true until the next. */
export type PartitionSums = Pick<
  Extract<Tell, { kind: 'sums' }>,
  'districts' | 'running' | 'modes' | 'enrolled' | 'online' | 'epoch'
>

/** A step of the ladder that is looked at. */
export type Climb = {
  sinceMs: number
  /** Adverse events of those back in control, against those who consented again and are not. */
  evidence: RateEvidence
  /** Nights slept since then by anybody. */
  nights: number
}

/** The fleet at a moment. */
export type CurvePoint = {
  readonly atMs: number
  readonly online: number
  readonly natural: number
  readonly guidance: number
  readonly control: number
}

/** A fleet of which nothing was heard; the front doors can do so many handshakes a second. */
export function beginDesk(settings: { readonly handshakesPerS: number }): DeskState {
  return {
    ...{ handshakesPerS: settings.handshakesPerS, heard: new Map() },
    ...{ failsafe: startFailsafe(), ladder: startLadder(), climb: beginClimb(0) },
    ...{ rollouts: [], book: openBook(), watch: beginCohortWatch() },
    ...{ silence: beginSilenceWatch(), tallies: new Map(), arms: new Map(), sums: new Map() },
    ...{ lookedMs: 0, silenceMs: 0, standing: null, saidMs: -1 },
    ...{ isStale: true, curve: [] },
  }
}

/** Nothing speaks for the next step yet. */
export function beginClimb(sinceMs: number): Climb {
  return { sinceMs, evidence: noEvidence(), nights: 0 }
}

/** The place of the last tell of every partition: those above it are told again after a crash. */
export function deskHeard(state: DeskState): ReadonlyMap<number, TellPlace> {
  return state.heard
}

/** The standing in force, and when it was last said; null before the first tick. */
export function wordOf({ standing, saidMs }: DeskState): DeskWord | null {
  return standing && { standing, saidMs }
}

/** Up to three devices by name that run a release, for pieces of their boxes. */
export function someOf({ sums }: DeskState, release: number): string[] {
  const some = [...sums.values()].flatMap(({ running }) =>
    running.flatMap((each) => (each.release === release ? each.some : [])),
  )
  return some.slice(0, 3)
}
