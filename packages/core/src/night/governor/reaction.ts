import type { Facts } from './facts.ts'
import type { Effect, FacilityWord, GovernorEvent, ModeAsk, Stopper } from './governor-event.ts'
import { type Granted, modeNow } from './governor-state.ts'
import { ABSOLUTE_LIMITS, GUARDRAILS, standing } from './guardrail.ts'
import { LIMIT_NAMES, type LimitName, type Limits, tighter } from './limits.ts'
import { type Mode, modeRank } from './mode.ts'
import { isStageFresh, missEffect } from './passage.ts'
import type { ReasonCode } from './reason.ts'
import { type ConsentTerms, LONGEST_CONSENT_MS } from './terms.ts'
import { fallTo, ignore, isNoAlarm, lapse, mute, noteMode, type Turn } from './turn.ts'

/** A step of the wall clock that ends every lease, ms (rule N48). */
const LONGEST_STEP_MS = 200
/** Nights without incident before control (rule N20). */
const CLEAN_NIGHTS = 2
/** Consents that can end in one night before no further one is taken. */
const MOST_REVOKED = 32

type Flaw = ReasonCode | undefined

/** Follows one event: lets go at once, or rises when the sleeper, awake, may have it so. */
export function react(turn: Turn, event: GovernorEvent, facts: Facts): void {
  if (event.kind === 'consent') takeConsent(turn, event.terms, event.verified, facts)
  else if (event.kind === 'revoke') revoke(turn, event.consentId)
  else if (event.kind === 'stop') stop(turn, event.by)
  else if (event.kind === 'mode') askMode(turn, event, facts)
  else if (event.kind === 'limits') setLimits(turn, event.limits, event.awake)
  else if (event.kind === 'facility') hearFacility(turn, event.word)
  else if (event.kind === 'heartbeat') hearActuator(turn, event.token)
  else if (event.kind === 'effect') seeEffect(turn, event.leaseId, event.effect)
  else if (event.kind === 'rival') meetRival(turn)
  else if (event.kind === 'clock' && !(Math.abs(event.stepMs) <= LONGEST_STEP_MS)) {
    mute(turn, 'CLOCK_STEP', isNoAlarm)
  }
}

/** A consent never raises the mode: whoever changes it asks for the mode again, awake. */
function takeConsent(turn: Turn, terms: ConsentTerms, verified: boolean, facts: Facts): void {
  if (turn.next.consent?.id === terms.id) return
  const flaw = flawOf(turn, terms, verified, facts)
  if (flaw !== undefined) ignore(turn, flaw)
  else adopt(turn, terms)
}

function adopt(turn: Turn, terms: ConsentTerms): void {
  turn.next.consent = Object.freeze({
    ...terms,
    actuators: Object.freeze([...terms.actuators]),
    conditions: Object.freeze([...terms.conditions]),
    hours: Object.freeze({ ...terms.hours }),
    ceilings: Object.freeze({ ...terms.ceilings }),
  })
  fallTo(turn, 'natural', 'NO_CONSENT')
}

function flawOf(turn: Turn, terms: ConsentTerms, verified: boolean, { wallMs }: Facts): Flaw {
  const { revoked } = turn.next
  if (verified !== true) return 'NO_CONSENT'
  if (revoked.includes(terms.id) || revoked.length >= MOST_REVOKED) return 'CONSENT_REVOKED'
  const lastsMs = terms.validUntilMs - terms.validFromMs
  if (!(lastsMs > 0 && lastsMs <= LONGEST_CONSENT_MS)) return 'CONSENT_TOO_LONG'
  const isOutside = (name: LimitName): boolean =>
    standing(terms.ceilings[name], GUARDRAILS[name]) === 'outside'
  if (LIMIT_NAMES.some(isOutside)) return 'CONSENT_CEILINGS'
  return wallMs !== undefined && wallMs >= terms.validUntilMs ? 'CONSENT_EXPIRED' : undefined
}

function revoke(turn: Turn, consentId: string): void {
  const { next } = turn
  if (!next.revoked.includes(consentId) && next.revoked.length < MOST_REVOKED) {
    next.revoked = Object.freeze([...next.revoked, consentId])
  }
  if (next.consent?.id !== consentId) return
  next.consent = undefined
  fallTo(turn, 'natural', 'CONSENT_REVOKED')
}

function stop(turn: Turn, by: Stopper): void {
  const { next } = turn
  if (by === 'manual-light') {
    next.lampsHeld = true
    mute(turn, 'LAMPS_STOPPED', ({ lease }) => lease.actuator === 'light')
    return
  }
  const from = modeNow(next)
  next.held = 'STOPPED'
  next.mode = 'natural'
  const endsAlarm = next.wakeRang && by !== 'headband-off'
  if (endsAlarm) next.wakeStopped = true
  mute(turn, 'STOPPED', endsAlarm ? () => true : isNoAlarm)
  noteMode(turn, from, 'STOPPED')
}

function askMode(turn: Turn, { to, awake, ask }: ModeAsk, facts: Facts): void {
  const { next } = turn
  const isOld = !(ask > next.ask)
  if (!isOld) next.ask = ask
  if (modeRank(to) <= modeRank(next.mode)) {
    fallTo(turn, to, 'ASKED')
    return
  }
  const refusal = isOld ? 'MODE_ASKED_BEFORE' : refusalOf(turn, to, awake, facts)
  const from = modeNow(next)
  if (refusal === undefined) next.mode = to
  else ignore(turn, refusal)
  noteMode(turn, from, 'ASKED')
}

function refusalOf({ next }: Turn, to: Mode, awake: boolean, facts: Facts): Flaw {
  if (next.held !== undefined) return next.held
  const { nrem = 0, rem = 0, wallMs, cleanNights } = facts
  if (awake !== true || (isStageFresh(facts) && nrem + rem >= 0.5)) return 'MODE_ASLEEP'
  const { consent } = next
  if (consent === undefined) return 'NO_CONSENT'
  if (!(wallMs !== undefined && wallMs >= consent.validFromMs)) return 'CONSENT_EXPIRED'
  if (modeRank(to) > modeRank(consent.mode)) return 'MODE_NOT_CONSENTED'
  const isEarned = cleanNights !== undefined && cleanNights >= CLEAN_NIGHTS
  return to === 'control' && !isEarned ? 'MODE_NOT_EARNED' : undefined
}

function setLimits(turn: Turn, limits: Limits, awake: boolean): void {
  const { next } = turn
  tighten(turn, limits)
  if (!LIMIT_NAMES.some((name) => limits[name] > next.limits[name])) return
  ignore(turn, awake === true ? 'LIMITS_LATER' : 'MODE_ASLEEP')
  if (awake === true) next.laterLimits = Object.freeze(tighter(ABSOLUTE_LIMITS, limits))
}

/** Lower ceilings hold at once and end what is above them. */
function tighten(turn: Turn, by: Partial<Limits>): void {
  const before = turn.next.limits
  const limits = tighter(before, by)
  if (LIMIT_NAMES.every((name) => limits[name] === before[name])) return
  turn.next.limits = Object.freeze(limits)
  mute(turn, 'LIMITS_LOWERED', (granted) => isNoAlarm(granted) && isOver(granted, limits))
}

/** By their own ceiling: of lamps the one of the protected hours, at every hour. */
function isOver({ lease: { actuator, maxLevel } }: Granted, limits: Limits): boolean {
  if (actuator === 'light') return maxLevel > limits.lightMelanopicLux
  return maxLevel > (actuator === 'warmth' ? limits.warmthC : limits.soundDbA)
}

function hearFacility(turn: Turn, word: FacilityWord): void {
  if (word.say === 'lower-limits') tighten(turn, word.limits)
  else fallTo(turn, word.say, 'FACILITY')
}

function hearActuator(turn: Turn, token: number): void {
  const { next } = turn
  if (token > next.token) meetRival(turn)
  else if (token <= next.token) {
    next.actuator = Object.freeze({ ...next.actuator, heartbeatAtMs: next.atMs })
  }
}

function seeEffect(turn: Turn, leaseId: string, effect: Effect): void {
  const { next } = turn
  const isAwaited = leaseId !== '' && leaseId === next.actuator.awaited
  if (effect === 'confirmed') {
    if (isAwaited) next.actuator = Object.freeze({ ...next.actuator, awaited: '', missed: 0 })
    return
  }
  const isMeant = (granted: Granted): boolean => isNoAlarm(granted) && granted.lease.id === leaseId
  const isOurs = next.granted.some(isMeant)
  if (effect === 'failed') mute(turn, 'EFFECT_UNCONFIRMED', isMeant)
  else lapse(turn, isMeant)
  if (isAwaited || (isOurs && effect === 'failed')) missEffect(turn)
}

function meetRival(turn: Turn): void {
  fallTo(turn, 'natural', 'RIVAL')
  turn.notes.push({ kind: 'alarm', code: 'RIVAL', level: 3 })
}
