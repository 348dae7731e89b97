import type { Facts } from './facts.ts'
import type { GovernorState } from './governor-state.ts'
import type { Action } from './lease.ts'
import { type Limits, tighter } from './limits.ts'
import type { Proposal } from './proposal.ts'
import type { ReasonCode } from './reason.ts'

/** A wish with everything that it is weighed against. */
export type Case = {
  readonly state: GovernorState
  readonly atMs: number
  readonly wish: Proposal
  readonly facts: Facts
  /** The lower of the device's and the consent's ceilings. */
  readonly limits: Limits
  /** Latest start of the alarm, device time; NaN when none is set. */
  readonly wakeAtMs: number
}

type Actions = readonly Action[]

/** Something a wish is held to: a yes, or a number that is at most another. NaN is a no. */
export type Check = { readonly code: ReasonCode; readonly actions: Actions } & (
  | { readonly holds: (of: Case) => boolean }
  | { readonly value: (of: Case) => number; readonly most: (of: Case) => number }
)

/** A check that is a yes or no. */
export function must(code: ReasonCode, actions: Actions, holds: (of: Case) => boolean): Check {
  return { code, actions, holds }
}

/** A check of a number against the most it may be. */
export function atMost(
  code: ReasonCode,
  actions: Actions,
  value: (of: Case) => number | undefined,
  most: number | ((of: Case) => number),
): Check {
  const limit = typeof most === 'number' ? () => most : most
  return { code, actions, value: (of) => value(of) ?? Number.NaN, most: limit }
}

/** Lays a wish beside the state and the facts. */
export function caseOf(state: GovernorState, wish: Proposal, facts: Facts): Case {
  const { atMs, consent, limits: own } = state
  const limits = consent === undefined ? own : tighter(own, consent.ceilings)
  return { state, atMs, wish, facts, limits, wakeAtMs: facts.wakeAtMs ?? Number.NaN }
}

/** Minutes of the consented hours that are left, 0 outside them, Infinity when they never end. */
export function minutesLeft({ state, facts: { localMin = Number.NaN } }: Case): number {
  if (!(localMin >= 0 && localMin < 1440)) return 0
  const { fromMin, toMin } = state.consent!.hours
  if (fromMin === toMin) return Number.POSITIVE_INFINITY
  const length = (toMin - fromMin + 1440) % 1440
  return Math.max(0, length - ((localMin - fromMin + 1440) % 1440))
}

/** Device time at which the consented hours end, ms; Infinity when they never do. */
export function hoursEndMs(of: Case): number {
  return of.atMs + minutesLeft(of) * 60_000 - (of.facts.wallMs! % 60_000)
}
