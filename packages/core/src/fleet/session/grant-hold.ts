import { type Mode, modeRank } from '../../night/governor/mode.ts'
import type { Grant } from '../telemetry/grant.ts'

/** What a device holds of its centre; plain JSON. */
export type GrantHold = {
  /** Highest epoch ever heard of; kept over restarts. */
  readonly epoch: number
  /** The newest grant of that epoch, 0 before the first. */
  readonly id: number
  readonly ceiling: Mode
  /** Device time at which it lapses, s. */
  readonly endsS: number
  /**
   * Device time at which the clock was last doubted, s, -1 = never: what the centre had heard by
   * then says nothing of how long ago that was.
   */
  readonly doubtedS: number
}

/** What became of a grant that came. */
export type GrantVerdict =
  | 'taken'
  | 'renewed'
  /** It is over already, or the same again: nothing is longer by it. */
  | 'no-longer'
  | 'forged'
  | 'other-boot'
  | 'older-epoch'
  | 'older-id'

/** How far rounding may put what was heard ahead of the device's own time, s. */
const AHEAD_S = 1

/** A start: no grant, which is natural. `epoch` is the highest that earlier boots heard of. */
export function noGrant(epoch: number): GrantHold {
  return { epoch, id: 0, ceiling: 'natural', endsS: 0, doubtedS: -1 }
}

/**
 * Takes a grant in. Its life runs from the device time that the centre had heard when it was given,
 * never from a later receipt; the same id again can move its end only to a later `heardS`; a newer
 * id or epoch replaces what was, also when it is over by itself. Rules F20-F27 of SPEC.md.
 */
export function takeGrant(
  hold: GrantHold,
  grant: Grant,
  verified: boolean,
  now: { readonly boot: number; readonly nowS: number },
): { readonly hold: GrantHold; readonly verdict: GrantVerdict } {
  if (!verified) return { hold, verdict: 'forged' }
  if (grant.boot !== now.boot) return { hold, verdict: 'other-boot' }
  if (grant.epoch < hold.epoch) return { hold, verdict: 'older-epoch' }
  const isSameEpoch = grant.epoch === hold.epoch
  if (isSameEpoch && grant.id < hold.id) return { hold, verdict: 'older-id' }
  // What is said to be heard and is yet to come was another's word: it would never be old.
  const isOfNow = grant.heardS > hold.doubtedS && grant.heardS <= now.nowS + AHEAD_S
  const endsS = isOfNow ? Math.min(grant.heardS, now.nowS) + grant.ttlS : 0
  if (isSameEpoch && grant.id === hold.id) {
    const ceiling = lower(hold.ceiling, grant.ceiling)
    const isLonger = endsS > hold.endsS && endsS > now.nowS
    const renewed = { ...hold, ceiling, endsS: Math.max(hold.endsS, endsS) }
    return { hold: renewed, verdict: isLonger ? 'renewed' : 'no-longer' }
  }
  const { epoch, id, ceiling } = grant
  const taken = { ...hold, epoch, id, ceiling, endsS }
  return { hold: taken, verdict: endsS > now.nowS ? 'taken' : 'no-longer' }
}

/** The ceiling that holds now; natural when the grant lapsed, or when time is not known. */
export function ceilingAt({ ceiling, endsS }: GrantHold, nowS: number): Mode {
  return nowS < endsS ? ceiling : 'natural'
}

/**
 * A clock that went back or jumped: what was held is void, its numbers stay, and so is what comes
 * later but was given before, on what was heard until `latestS`, the latest device time there was.
 */
export function voidGrant(hold: GrantHold, latestS: number): GrantHold {
  return { ...hold, ceiling: 'natural', endsS: 0, doubtedS: Math.max(hold.doubtedS, latestS) }
}

function lower(a: Mode, b: Mode): Mode {
  return modeRank(a) < modeRank(b) ? a : b
}
