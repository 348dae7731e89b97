import { ACTION_CHECKS } from './action-checks.ts'
import { type Case, type Check, caseOf } from './case.ts'
import type { Facts } from './facts.ts'
import type { GovernorEvent } from './governor-event.ts'
import type { GovernorState } from './governor-state.ts'
import { grant } from './grant.ts'
import { ABSOLUTE_LIMITS } from './guardrail.ts'
import { type Action, LEASE_MS } from './lease.ts'
import { type Limits, tighter } from './limits.ts'
import { pass } from './passage.ts'
import type { Proposal } from './proposal.ts'
import { react } from './reaction.ts'
import { REASONS } from './reason.ts'
import { STANDING_CHECKS } from './standing-checks.ts'
import { beginTurn, endTurn, type Turn } from './turn.ts'
import type { Bound, Governed, Verdict } from './verdict.ts'

type GovernorInput = GovernorEvent | Proposal

/** The order is fixed: the first check that fails is the reason. */
const CHECKS: readonly Check[] = [...STANDING_CHECKS, ...ACTION_CHECKS]

const CHECKS_OF = new Map(
  Object.keys(LEASE_MS).map((action) => {
    const checks = CHECKS.filter((check) => check.actions.includes(action as Action))
    const rules = new Set(checks.map(({ code }) => REASONS[code].rule))
    return [action, { checks, rules: Object.freeze([...rules]) }]
  }),
)

/**
 * The state before anything is known: natural, no consent, no lease (rule N17). `token` is whole
 * and above that of every controller that started before; `limits` are the device's ceilings for
 * the night, held to the absolute ones.
 */
export function newGovernor(token: number, limits: Limits = ABSOLUTE_LIMITS): GovernorState {
  return Object.freeze({
    atMs: 0,
    token,
    mode: 'natural',
    suspended: false,
    held: undefined,
    lampsHeld: false,
    consent: undefined,
    revoked: Object.freeze([]),
    limits: Object.freeze(tighter(ABSOLUTE_LIMITS, limits)),
    laterLimits: undefined,
    granted: Object.freeze([]),
    seq: 0,
    ask: 0,
    lateUntilMs: 0,
    wakeRang: false,
    wakeStopped: false,
    fadeDbA: Number.POSITIVE_INFINITY,
    sound: NO_SOUND,
    sleep: NO_SLEEP,
    actuator: NO_ACTUATOR,
    wellAtMs: 0,
    alarmed: 0,
  })
}

/**
 * The state after the controller started again within a night (rule N53): natural and without any
 * lease or consent, but what was heard, stopped, lowered and revoked tonight still counts. `token`
 * is above the one before.
 */
export function restartedGovernor(before: GovernorState, token: number): GovernorState {
  const { atMs, held, lampsHeld, revoked, limits, laterLimits, seq, ask } = before
  const { wakeRang, wakeStopped, fadeDbA, sound, sleep } = before
  const arousal = { arousalEndMs: sleep.arousalEndMs, arousals: sleep.arousals }
  return Object.freeze({
    ...newGovernor(token, limits),
    ...{ atMs, held, lampsHeld, revoked, laterLimits, seq, ask },
    ...{ wakeRang, wakeStopped, fadeDbA, sound },
    sleep: Object.freeze({ ...NO_SLEEP, ...arousal }),
    wellAtMs: atMs,
  })
}

/**
 * One turn of the governor: time passes to `input.atMs`, the facts are weighed, then an event is
 * followed or a wish is judged. Pure; the same arguments give the same answer in every engine.
 * Facts that are unknown (`undefined`, NaN) never allow anything. The loop calls it for every piece
 * of signal, at least each second, also when nothing came. Rules N10-N77 of SPEC.md.
 */
export function govern(state: GovernorState, input: GovernorInput, facts: Facts): Governed {
  const turn = beginTurn(state, input.atMs)
  pass(turn, turn.next.atMs - state.atMs, facts)
  if (input.kind === 'proposal') return endTurn(turn, judge(turn, input, facts))
  react(turn, input, facts)
  return endTurn(turn)
}

function judge(turn: Turn, wish: Proposal, facts: Facts): Verdict {
  const same = turn.next.granted.find((granted) => granted.wish === wish.id)
  if (same !== undefined) {
    return { kind: 'allowed', lease: same.lease, repeated: true, rules: ['N25'], bounds: [] }
  }
  const of = caseOf(turn.next, wish, facts)
  const bounds: Bound[] = []
  const { checks, rules } = CHECKS_OF.get(wish.action)!
  for (const check of checks) {
    if (!isKept(check, of, bounds)) {
      return { kind: 'refused', code: check.code, rule: REASONS[check.code].rule }
    }
  }
  const lease = grant(turn, of)
  return { kind: 'allowed', lease, repeated: false, rules, bounds }
}

function isKept(check: Check, of: Case, bounds: Bound[]): boolean {
  if ('holds' in check) return check.holds(of)
  const value = check.value(of)
  const most = check.most(of)
  bounds.push({ rule: REASONS[check.code].rule, code: check.code, value, most })
  return value <= most
}

const NO_SOUND = Object.freeze({
  energy: 0,
  minutes: Object.freeze(new Array<number>(11).fill(0)),
  minute: -1,
  stimulatedMin: 0,
  levelDbA: Number.NaN,
  levelSinceMs: Number.NaN,
  lastStartMs: Number.NaN,
  train: 0,
  cues: 0,
})

const NO_SLEEP = Object.freeze({
  goodSinceMs: Number.NaN,
  nremSinceMs: Number.NaN,
  deepSinceMs: Number.NaN,
  remSinceMs: Number.NaN,
  aroused: false,
  arousalEndMs: Number.NaN,
  arousals: Object.freeze([]),
})

const NO_ACTUATOR = Object.freeze({
  heartbeatAtMs: Number.NaN,
  awaited: '',
  awaitedUntilMs: Number.NaN,
  missed: 0,
})
