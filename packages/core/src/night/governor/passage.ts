import type { Facts } from './facts.ts'
import { modeNow, type SleepMemory } from './governor-state.ts'
import { fallTo, isNoAlarm, lapse, mute, noteMode, type Turn } from './turn.ts'

/** The loop calls each second; three missed are a fault, and end what was counted (rule N50). */
const LONGEST_SILENCE_MS = 3000
const LATE_MS = 10_000

/** Longest gap that the signal may have, ms (rules N45, N46). */
export const LONGEST_GAP_MS = 1000
const LOST_AFTER_MS = 10_000
const GOOD_AGAIN_MS = 300_000
/** Largest error of the sampling rate, percent. */
export const MOST_RATE_ERROR_PCT = 2

/** Stage (rule N47), and when a stage begins and ends. */
const OLDEST_STAGE_MS = 10_000
const BEGINS_AT = 0.5
const ENDS_BELOW = 0.3
const WAKE_ABOVE = 0.4

/** Arousals after sound (rule N62). */
const SOUND_TO_AROUSAL_MS = 10_000
const AROUSALS_WITHIN_MS = 1_800_000
const MOST_AROUSALS = 3

/** The actuator (rules N51, N52). */
export const LONGEST_STILL_MS = 3000
const MOST_MISSED = 3

/** Alarms to the follower while nothing is known to be well (rule N58), ms. */
const ALARM_AFTER_MS = [300_000, 900_000, 1_800_000] as const

/** Lets the time since the last call pass, with what is known now; everything here only lets go. */
export function pass(turn: Turn, sinceMs: number, facts: Facts): void {
  const { next } = turn
  lapse(turn, ({ lease }) => lease.notAfterMs <= next.atMs)
  const isLate = sinceMs > LONGEST_SILENCE_MS
  if (isLate) {
    next.lateUntilMs = next.atMs + LATE_MS
    mute(turn, 'LOOP_LATE', isNoAlarm)
  }
  const asleep = next.sleep
  next.sleep = Object.freeze(sleepUntil(asleep, next.atMs, isLate ? {} : facts))
  watchSignal(turn, facts)
  watchArousal(turn, asleep, facts)
  watchConsent(turn, facts)
  watchActuator(turn)
  watchHealth(turn)
}

/** Whether the signal is known to be fit to act on. */
export function isGood(facts: Facts): boolean {
  const { gapMs = Number.NaN, rateErrorPct = Number.NaN, flat, clipped } = facts
  const isWhole = gapMs >= 0 && gapMs <= LONGEST_GAP_MS && flat === false && clipped === false
  return isWhole && Math.abs(rateErrorPct) <= MOST_RATE_ERROR_PCT
}

/** Whether the stage is known and fresh. */
export function isStageFresh({ stageAgeMs = Number.NaN }: Facts): boolean {
  return stageAgeMs >= 0 && stageAgeMs <= OLDEST_STAGE_MS
}

function sleepUntil(before: SleepMemory, atMs: number, facts: Facts): SleepMemory {
  const known = isStageFresh(facts) && (facts.wake ?? 1) <= WAKE_ABOVE
  return {
    goodSinceMs: isGood(facts) ? first(before.goodSinceMs, atMs) : Number.NaN,
    nremSinceMs: since(before.nremSinceMs, atMs, known ? facts.nrem : undefined),
    deepSinceMs: since(before.deepSinceMs, atMs, known ? facts.deep : undefined),
    remSinceMs: since(before.remSinceMs, atMs, known ? facts.rem : undefined),
    aroused: facts.aroused ?? before.aroused,
    arousalEndMs: facts.aroused === true ? atMs : before.arousalEndMs,
    arousals: before.arousals,
  }
}

/** Begins at a probability of .5, ends below .3; unknown ends it. */
function since(beforeMs: number, atMs: number, probability: number | undefined): number {
  const least = Number.isNaN(beforeMs) ? BEGINS_AT : ENDS_BELOW
  return probability !== undefined && probability >= least ? first(beforeMs, atMs) : Number.NaN
}

function first(beforeMs: number, atMs: number): number {
  return Number.isNaN(beforeMs) ? atMs : beforeMs
}

function watchSignal(turn: Turn, { gapMs, flat, clipped }: Facts): void {
  const { next } = turn
  const from = modeNow(next)
  const isLost = (gapMs !== undefined && gapMs > LOST_AFTER_MS) || flat === true || clipped === true
  if (isLost) {
    next.suspended = true
    mute(turn, 'SIGNAL_LOST', isNoAlarm)
  } else if (next.suspended && next.atMs - next.sleep.goodSinceMs >= GOOD_AGAIN_MS) {
    next.suspended = false
  }
  noteMode(turn, from, 'SIGNAL_LOST')
}

function watchArousal(turn: Turn, before: SleepMemory, { aroused }: Facts): void {
  const { next } = turn
  if (aroused !== true) return
  mute(turn, 'AROUSAL', ({ lease }) => lease.action === 'click' || lease.action === 'cue')
  if (before.aroused || !(next.atMs - next.sound.lastStartMs <= SOUND_TO_AROUSAL_MS)) return
  const arousals = [...before.arousals, next.atMs].slice(-MOST_AROUSALS)
  next.sleep = Object.freeze({ ...next.sleep, arousals: Object.freeze(arousals) })
  const isThird = arousals.length === MOST_AROUSALS
  if (!isThird || next.atMs - arousals[0]! > AROUSALS_WITHIN_MS) return
  const from = modeNow(next)
  next.held ??= 'THREE_AROUSALS'
  mute(turn, 'THREE_AROUSALS', isNoAlarm)
  noteMode(turn, from, 'THREE_AROUSALS')
}

/** A consent that ran out is gone, whatever the clock says later. */
function watchConsent(turn: Turn, { wallMs }: Facts): void {
  const { consent, revoked } = turn.next
  if (consent === undefined || wallMs === undefined || !(wallMs >= consent.validUntilMs)) return
  turn.next.consent = undefined
  turn.next.revoked = Object.freeze([...revoked, consent.id])
  fallTo(turn, 'natural', 'CONSENT_EXPIRED')
}

function watchActuator(turn: Turn): void {
  const { actuator, atMs } = turn.next
  if (actuator.awaited !== '' && atMs > actuator.awaitedUntilMs) missEffect(turn)
}

/** One more effect that was not seen; the third in a row is an incident. */
export function missEffect(turn: Turn): void {
  const { actuator } = turn.next
  const missed = actuator.missed + 1
  const isIncident = missed >= MOST_MISSED
  turn.next.actuator = Object.freeze({ ...actuator, awaited: '', missed: isIncident ? 0 : missed })
  if (!isIncident) return
  fallTo(turn, 'natural', 'EFFECT_UNCONFIRMED')
  turn.notes.push({ kind: 'alarm', code: 'EFFECT_UNCONFIRMED', level: 3 })
}

function watchHealth({ next, notes }: Turn): void {
  const { actuator, atMs } = next
  const isStill = !(atMs - actuator.heartbeatAtMs <= LONGEST_STILL_MS)
  const isIll = isStill || Number.isNaN(next.sleep.goodSinceMs) || actuator.missed > 0
  if (!isIll || next.mode !== 'control' || next.held !== undefined) {
    next.wellAtMs = atMs
    next.alarmed = 0
    return
  }
  const due = ALARM_AFTER_MS.filter((afterMs) => atMs - next.wellAtMs >= afterMs).length
  if (due <= next.alarmed) return
  next.alarmed = due as 1 | 2 | 3
  notes.push({ kind: 'alarm', code: 'INCIDENT_STILL', level: next.alarmed })
}
