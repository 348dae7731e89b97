import type { Facts } from './facts.ts'
import type { FacilityWord, GovernorEvent, Stopper } from './governor-event.ts'
import { type Granted, modeNow } from './governor-state.ts'
import { GUARDRAILS, standing } from './guardrail.ts'
import { LIMIT_NAMES, type LimitName, type Limits, tighter } from './limits.ts'
import { type Mode, modeRank } from './mode.ts'
import { isStageFresh, missEffect } from './passage.ts'
import type { ReasonCode } from './reason.ts'
import { type ConsentTerms, LONGEST_CONSENT_MS } from './terms.ts'
import { fallTo, ignore, isNoAlarm, mute, noteMode, type Turn } from './turn.ts'

/** A step of the wall clock that ends every lease, ms (rule N48). */
const LONGEST_STEP_MS = 200
/** Nights without incident before control (rule N20). */
const CLEAN_NIGHTS = 2
/** Consents that can end in one night before no further one is taken. */
const MOST_REVOKED = 32
const ASLEEP = 0.5

/** Follows one event: lets go at once, or rises when the sleeper, awake, may have it so. */
export function react(turn: Turn, event: GovernorEvent, facts: Facts): void {
  switch (event.kind) {
    case 'tick':
      break
    case 'consent':
      takeConsent(turn, event.terms, event.verified, facts)
      break
    case 'revoke':
      revoke(turn, event.consentId)
      break
    case 'stop':
      stop(turn, event.by)
      break
    case 'mode':
      askMode(turn, event, facts)
      break
    case 'limits':
      setLimits(turn, event.limits, event.awake)
      break
    case 'facility':
      hearFacility(turn, event.word)
      break
    case 'heartbeat':
      hearActuator(turn, event.token)
      break
    case 'effect':
      seeEffect(turn, event.leaseId, event.effect)
      break
    case 'rival':
      meetRival(turn)
      break
    case 'clock':
      if (!(Math.abs(event.stepMs) <= LONGEST_STEP_MS)) mute(turn, 'CLOCK_STEP', isNoAlarm)
  }
}

/** A consent never raises the mode: whoever changes it asks for the mode again, awake. */
function takeConsent(turn: Turn, terms: ConsentTerms, verified: boolean, facts: Facts): void {
  const { next } = turn
  if (next.consent?.id === terms.id) return
  const flaw = flawOfConsent(next.revoked, terms, verified, facts)
  if (flaw !== undefined) {
    ignore(turn, flaw)
    return
  }
  next.consent = Object.freeze({
    ...terms,
    actuators: Object.freeze([...terms.actuators]),
    conditions: Object.freeze([...terms.conditions]),
    hours: Object.freeze({ ...terms.hours }),
    ceilings: Object.freeze({ ...terms.ceilings }),
  })
  fallTo(turn, 'natural', 'NO_CONSENT')
}

function flawOfConsent(
  revoked: readonly string[],
  terms: ConsentTerms,
  verified: boolean,
  { wallMs }: Facts,
): ReasonCode | undefined {
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

function askMode(
  turn: Turn,
  { to, awake, ask }: { readonly to: Mode; readonly awake: boolean; readonly ask: number },
  facts: Facts,
): void {
  const { next } = turn
  const isOld = !(ask > next.ask)
  if (!isOld) next.ask = ask
  if (modeRank(to) <= modeRank(next.mode)) {
    fallTo(turn, to, 'ASKED')
    return
  }
  const refusal = isOld ? 'MODE_ASKED_BEFORE' : refusalOfMode(turn, to, awake, facts)
  if (refusal === undefined) riseTo(turn, to)
  else ignore(turn, refusal)
}

function riseTo(turn: Turn, mode: Mode): void {
  const from = modeNow(turn.next)
  turn.next.mode = mode
  noteMode(turn, from, 'ASKED')
}

function refusalOfMode(
  { next }: Turn,
  to: Mode,
  awake: boolean,
  facts: Facts,
): ReasonCode | undefined {
  if (next.held !== undefined) return next.held
  const { nrem = 0, rem = 0, wallMs, cleanNights } = facts
  if (awake !== true || (isStageFresh(facts) && nrem + rem >= ASLEEP)) return 'MODE_ASLEEP'
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
  if (awake === true) next.laterLimits = Object.freeze(tighter({ ...limits }, absolute()))
}

function absolute(): Partial<Limits> {
  return Object.fromEntries(LIMIT_NAMES.map((name) => [name, GUARDRAILS[name].absolute.to]))
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
  if (word.say === 'natural') fallTo(turn, 'natural', 'FACILITY')
  else tighten(turn, word.limits)
}

function hearActuator(turn: Turn, token: number): void {
  const { next } = turn
  if (token > next.token) meetRival(turn)
  else if (token <= next.token) {
    next.actuator = Object.freeze({ ...next.actuator, heartbeatAtMs: next.atMs })
  }
}

function seeEffect(turn: Turn, leaseId: string, effect: 'confirmed' | 'failed' | 'ended'): void {
  const { next } = turn
  const isAwaited = leaseId !== '' && leaseId === next.actuator.awaited
  if (effect === 'confirmed') {
    if (isAwaited) next.actuator = Object.freeze({ ...next.actuator, awaited: '', missed: 0 })
    return
  }
  const isMeant = (granted: Granted): boolean => isNoAlarm(granted) && granted.lease.id === leaseId
  const isOurs = next.granted.some(isMeant)
  if (effect === 'failed') mute(turn, 'EFFECT_UNCONFIRMED', isMeant)
  else if (isOurs) next.granted = next.granted.filter((granted) => !isMeant(granted))
  if (isAwaited || (isOurs && effect === 'failed')) missEffect(turn)
}

function meetRival(turn: Turn): void {
  fallTo(turn, 'natural', 'RIVAL')
  turn.notes.push({ kind: 'alarm', code: 'RIVAL', level: 3 })
}
