import { atMost, type Case, type Check, minutesLeft, must } from './case.ts'
import { ACTUATORS_OF, type Action, type Actuator } from './lease.ts'
import {
  isGood,
  isStageFresh,
  LONGEST_GAP_MS,
  LONGEST_STILL_MS,
  MOST_RATE_ERROR_PCT,
} from './passage.ts'
import { BARRED_BY } from './terms.ts'

/** A wish lives two seconds, and is for the next two (rule N28), ms. */
const WISH_MS = 2000

const ALL: readonly Action[] = ['click', 'cue', 'wake', 'lamp', 'fade', 'warmth']
const NO_ALARM: readonly Action[] = ['click', 'cue', 'lamp', 'fade', 'warmth']
const IN_SLEEP: readonly Action[] = ['click', 'cue']

/** Whether anything at all may act now: the wish itself, stops, mode, consent, liveness, signal. */
export const STANDING_CHECKS: readonly Check[] = [
  must('PROPOSAL_SHAPE', ALL, hasShape),
  atMost('PROPOSAL_STALE', ALL, ({ atMs, wish }) => Math.abs(atMs - wish.madeAtMs), WISH_MS),
  must('PROPOSAL_EARLY', ALL, ({ atMs, wish }) => wish.startsAtMs >= atMs),
  atMost('PROPOSAL_EARLY', ALL, ({ atMs, wish }) => wish.startsAtMs - atMs, WISH_MS),
  must('STOPPED', NO_ALARM, ({ state }) => state.held !== 'STOPPED'),
  must('THREE_AROUSALS', NO_ALARM, ({ state }) => state.held === undefined),
  must('LAMPS_STOPPED', ALL, ({ state, wish }) => wish.actuator !== 'light' || !state.lampsHeld),
  must('NOT_IN_CONTROL', ALL, isInControl),
  must('SIGNAL_LOST', NO_ALARM, ({ state }) => !state.suspended),
  must('CONSENT_EXPIRED', NO_ALARM, isInDates),
  must('OUT_OF_HOURS', NO_ALARM, (of) => minutesLeft(of) > 0),
  must('ACTUATOR_NOT_CONSENTED', NO_ALARM, isConsented),
  must('CONDITION', NO_ALARM, isNotBarred),
  must('LOOP_LATE', NO_ALARM, ({ state, atMs }) => atMs >= state.lateUntilMs),
  atMost('ACTUATOR_SILENT', NO_ALARM, sinceHeartbeat, LONGEST_STILL_MS),
  atMost('SIGNAL_GAP', NO_ALARM, ({ facts }) => facts.gapMs, LONGEST_GAP_MS),
  atMost('RATE_ERROR', NO_ALARM, rateError, MOST_RATE_ERROR_PCT),
  must('SIGNAL_UNKNOWN', NO_ALARM, ({ facts }) => isGood(facts)),
  must('STAGE_STALE', IN_SLEEP, ({ facts }) => isStageFresh(facts)),
]

function hasShape({ wish }: Case): boolean {
  const { id, actuator, action, madeAtMs, startsAtMs, level, durationMs, flashHz = 0 } = wish
  const actuators: readonly Actuator[] = ACTUATORS_OF[action]
  const areNumbers = [madeAtMs, startsAtMs, level, durationMs, flashHz].every(Number.isFinite)
  return id !== '' && actuators.includes(actuator) && areNumbers && level >= 0 && durationMs > 0
}

/** Once its time has come, an alarm rings in every mode; before, in control only. */
function isInControl({ state, atMs, wish, wakeAtMs }: Case): boolean {
  const isAlarm = wish.action === 'wake'
  if (isAlarm && atMs >= wakeAtMs) return true
  return state.mode === 'control' && !(isAlarm && (state.suspended || state.held !== undefined))
}

function sinceHeartbeat({ state, atMs }: Case): number {
  return atMs - state.actuator.heartbeatAtMs
}

function rateError({ facts: { rateErrorPct = Number.NaN } }: Case): number {
  return Math.abs(rateErrorPct)
}

function isInDates({ state: { consent }, facts: { wallMs = Number.NaN } }: Case): boolean {
  return wallMs >= consent!.validFromMs && wallMs < consent!.validUntilMs
}

function isConsented({ state: { consent }, wish }: Case): boolean {
  return consent!.actuators.includes(wish.actuator)
}

function isNotBarred({ state: { consent }, wish }: Case): boolean {
  const barred = consent!.conditions.flatMap(
    (condition): readonly Actuator[] => BARRED_BY[condition],
  )
  return !barred.includes(wish.actuator)
}
