import { type Mode, modeRank } from '../../night/governor/mode.ts'
import { GRANT_S, type Grant, type GrantReason, RENEW_S } from '../telemetry/grant.ts'
import type { FailsafeOrder } from './failsafe.ts'
import { FADE_S } from './softness.ts'

/** The most by which a device's monotonic clock may be slow or fast: a share, either way. */
export const CLOCK_DRIFT = 0.02

/** A device looks at its clock at least so often, s. */
export const DEVICE_TICK_S = 1

/** A clock that goes back by less between two looks is not seen to, s. */
export const UNSEEN_LEAP_S: number = DEVICE_TICK_S

/**
 * Life of a grant on the device's own clock, s: with a clock that is 2 % slow, looked at once a
 * second and once set back by less than can be seen, and the fade of what sounds then, all is
 * quiet 90 s after the centre last heard the device. Rule F62 of SPEC.md.
 */
export const GRANT_TTL_S: number =
  Math.floor(GRANT_S * (1 - CLOCK_DRIFT)) - FADE_S - DEVICE_TICK_S - UNSEEN_LEAP_S

/** Least time between two grants of one ceiling to one device, ms: half of the asked renewal. */
const SOONEST_RENEWAL_MS = (RENEW_S * 1000) / 2

/** What the centre knows of a device when it thinks of a grant. */
export type GrantFacts = {
  /** The start of the device that it was last heard of. */
  readonly boot: number
  /** Newest device time of that boot that was heard, s; NaN = none. */
  readonly heardS: number
  /** Centre time at which that was heard, ms. */
  readonly heardMs: number
  /** Highest epoch that the device said it knows. */
  readonly deviceEpoch: number
  /** What the consent in force allows at most, as the device said; the device holds it to that. */
  readonly consent: Mode
  /** No fault of the device is open. */
  readonly selfTestOk: boolean
  /** The newest frame has a stage. */
  readonly sleepKnown: boolean
  /** The sleeper asked to stay natural. */
  readonly staysNatural: boolean
  /** The lowest ceiling of the open incidents that concern it; `control` = none does. */
  readonly incidentCeiling: Mode
  /** The shortest life that an open incident asks for, s, 1 or more; no bound without one. */
  readonly incidentTtlS?: number
  /** What a planned end of control leaves of it just now; `control` when left out. */
  readonly plannedCeiling?: Mode
  readonly last?: GrantGiven
}

/** A grant, and when it was given in centre time, ms. */
export type GrantGiven = { readonly grant: Grant; readonly atMs: number }

/** Why there is no grant now; the device goes natural by itself, or has a living one. */
export type NoGrant =
  | 'failsafe'
  | 'stays-natural'
  | 'device-ahead'
  | 'not-heard'
  | 'no-consent'
  | 'self-test'
  | 'sleep-unknown'
  | 'incident'
  | 'ladder'
  | 'not-due'

/** A grant to be sent, or why there is none. */
export type Granting =
  | { readonly give: true; readonly grant: Grant }
  | { readonly give: false; readonly why: NoGrant }

/**
 * Who gets which grant now: the lowest of the order's ceiling, the ladder's `rung`, the open
 * incidents', a planned end's and the consent's; nothing where that is natural, or where any fact
 * is missing. Given again at most every 15 s and only when something was heard since. Rules
 * F60-F62, F68 of SPEC.md.
 */
export function grantFor(
  facts: GrantFacts,
  order: FailsafeOrder,
  rung: Mode,
  nowMs: number,
): Granting {
  const why = whyNone(facts, order, rung, nowMs)
  if (why !== undefined) return { give: false, why }
  const ceiling = ceilingOf(facts, order, rung)
  const { boot, last } = facts
  const sameEpoch = last !== undefined && last.grant.epoch === order.epoch
  const same = sameEpoch && last.grant.boot === boot && last.grant.ceiling === ceiling
  if (same) {
    const soon = nowMs - last.atMs < SOONEST_RENEWAL_MS
    if (soon || facts.heardS <= last.grant.heardS) return { give: false, why: 'not-due' }
  }
  const id = sameEpoch ? last.grant.id + 1 : 1
  const reason = reasonOf(facts, order, rung)
  const { heardS } = facts
  const ttlS = Math.max(1, Math.min(GRANT_TTL_S, facts.incidentTtlS ?? GRANT_TTL_S))
  return {
    give: true,
    grant: { epoch: order.epoch, id, ceiling, heardS, ttlS, boot, reason },
  }
}

function whyNone(
  facts: GrantFacts,
  order: FailsafeOrder,
  rung: Mode,
  nowMs: number,
): NoGrant | undefined {
  if (!order.granting) return 'failsafe'
  if (facts.staysNatural) return 'stays-natural'
  if (facts.deviceEpoch > order.epoch) return 'device-ahead'
  // Written so that NaN, never heard, is no.
  if (!(facts.heardS >= 0 && nowMs - facts.heardMs < GRANT_TTL_S * 1000)) return 'not-heard'
  if (facts.consent === 'natural') return 'no-consent'
  if (!facts.selfTestOk) return 'self-test'
  if (!facts.sleepKnown && order.ceiling !== 'control') return 'sleep-unknown'
  if (facts.incidentCeiling === 'natural') return 'incident'
  if (lower(order.ceiling, rung) === 'natural') return 'ladder'
  return undefined
}

function ceilingOf(facts: GrantFacts, order: FailsafeOrder, rung: Mode): Mode {
  const known: Mode = facts.sleepKnown ? 'control' : 'guidance'
  const allowed = lower(lower(order.ceiling, rung), facts.incidentCeiling)
  const planned = facts.plannedCeiling ?? 'control'
  return lower(lower(allowed, facts.consent), lower(known, planned))
}

function reasonOf(facts: GrantFacts, order: FailsafeOrder, rung: Mode): GrantReason {
  if (facts.incidentCeiling !== 'control') return 'incident'
  return lower(order.ceiling, rung) === 'control' ? 'normal' : 'recovery'
}

function lower(a: Mode, b: Mode): Mode {
  return modeRank(b) < modeRank(a) ? b : a
}
