import { log } from '../../math/elementary.ts'
import { hashShare } from '../../math/hash.ts'
import type { Mode } from '../../night/governor/mode.ts'
import { logHigherE, type RateEvidence, ratioShownBelow } from '../rollout/rate-evidence.ts'

/** Shares of those who consented again to which control is given back, one after the other. */
export const COHORT_SHARES: readonly number[] = [0.001, 0.01, 0.1, 0.5, 1]

/** Where a fleet stands on its way back after the failsafe or an incident; plain JSON. */
export type LadderState = {
  /** `level`: never fell, or all is given back. `stopped` waits for a person. */
  readonly standing: 'level' | 'climbing' | 'stopped'
  /** Centre time at which the way back began, ms: a consent counts only when it is younger. */
  readonly startedMs: number
  /** The epoch of the order that began it: who comes first differs from time to time. */
  readonly salt: number
  /** Cohorts that may have control, 0 to 5; 0 = nobody. */
  readonly cohorts: number
  /** Nights that ended since the last step. */
  readonly nights: number
}

/** What an e-process says of the newest cohort, as in a rollout. */
export type LadderVerdict = 'wait' | 'advance' | 'stop'

/** Probability of ever stopping a way back that harms nobody. */
const FALSE_STOP = 0.001
/** Probability of ever going on wrongly, and the ratio of rates that must be refuted for it. */
const FALSE_ADVANCE = 0.05
const MOST_RATIO = 1.25

/**
 * What the counts of adverse events say of those who are back in control (canary) against those who
 * consented again and are still in guidance (baseline): the rollout's own e-process and bounds.
 */
export function ladderVerdict(evidence: RateEvidence): LadderVerdict {
  if (logHigherE(evidence) >= -log(FALSE_STOP)) return 'stop'
  return ratioShownBelow(evidence, FALSE_ADVANCE) <= MOST_RATIO ? 'advance' : 'wait'
}

/** What the ladder is told. */
export type LadderInput =
  | { readonly kind: 'begin'; readonly atMs: number; readonly epoch: number }
  /** A night has ended since the last step, for the devices of the newest cohort. */
  | { readonly kind: 'night' }
  | { readonly kind: 'evidence'; readonly verdict: LadderVerdict }
  /** An operator goes on after a stop, or stops, wherever the fleet stands. */
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop' }

/** What of a person the ladder hangs on. */
export type Climber = {
  readonly device: string
  /** Centre time at which the consent in force was first heard of, ms; NaN = there is none. */
  readonly consentHeardMs: number
  /** The sleeper asked to stay natural. */
  readonly staysNatural: boolean
}

/** A fleet that never fell. */
export function startLadder(): LadderState {
  return { standing: 'level', startedMs: Number.NEGATIVE_INFINITY, salt: 0, cohorts: 5, nights: 0 }
}

/**
 * One step of the way back: natural to guidance at once, guidance to control by cohorts, each step
 * after at least one night and only when the evidence says so; a stop takes control back from all,
 * also from a fleet that never fell. Rules F74-F76 of SPEC.md.
 */
export function ladderStep(state: LadderState, input: LadderInput): LadderState {
  switch (input.kind) {
    case 'begin':
      return {
        standing: 'climbing',
        startedMs: input.atMs,
        salt: input.epoch,
        cohorts: 0,
        nights: 0,
      }
    case 'night':
      return state.standing === 'climbing' ? { ...state, nights: state.nights + 1 } : state
    case 'evidence':
      return judged(state, input.verdict)
    case 'stop':
      return stopped(state)
    case 'resume':
      return state.standing === 'stopped' ? { ...state, standing: 'climbing', nights: 0 } : state
  }
}

function judged(state: LadderState, verdict: LadderVerdict): LadderState {
  if (state.standing !== 'climbing' || verdict === 'wait') return state
  if (verdict === 'stop') return stopped(state)
  if (state.nights < 1) return state
  const cohorts = state.cohorts + 1
  const standing = cohorts >= COHORT_SHARES.length ? 'level' : 'climbing'
  return { ...state, standing, cohorts, nights: 0 }
}

/** Control from nobody, from wherever the fleet stands; once it is so, nothing more. */
function stopped(state: LadderState): LadderState {
  if (state.standing === 'stopped') return state
  return { ...state, standing: 'stopped', cohorts: 0, nights: 0 }
}

/**
 * The highest mode that the way back allows a person: natural for whoever wants that, for ever;
 * guidance for everybody else; control for those who consented after the fall and whose cohort has
 * come. An unknown consent is none. Rules F75 and F77 of SPEC.md.
 */
export function ladderCeiling(state: LadderState, climber: Climber): Mode {
  if (climber.staysNatural) return 'natural'
  const share = state.cohorts === 0 ? 0 : COHORT_SHARES[state.cohorts - 1]!
  const again = climber.consentHeardMs >= state.startedMs
  return again && cohortPlace(state, climber.device) < share ? 'control' : 'guidance'
}

/** Where a device stands in the order of cohorts, in [0, 1): new at every fall. */
function cohortPlace(state: LadderState, device: string): number {
  return hashShare(device, state.salt)
}
