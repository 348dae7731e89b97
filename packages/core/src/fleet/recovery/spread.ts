import { assert } from '../../math/assert.ts'
import { hash32, hashShare } from '../../math/hash.ts'

/**
 * Share of what the front door can take that a returning fleet may use: the rest is for its own
 * unevenness and for others. The reference's formula has 0.7, its table and its target (99 % back
 * in 1.3 times the least) need 0.77 at least.
 */
const SPREAD_SHARE = 0.8
/** Longest wait between two attempts of a small fleet, s. */
export const BACK_OFF_S = 300
/** More attempts than this lengthen a wait no further. */
const MOST_DOUBLINGS = 16

/**
 * Time over which a fleet of `devices` comes back so that about 0.8 of `handshakesPerS` is used, s,
 * at least 1. The centre says it in every answer to a birth; a device keeps the last one it was
 * told, so that after a blackout it needs nobody to know it. Rule F70 of SPEC.md.
 */
export function spreadWindowS(devices: number, handshakesPerS: number): number {
  assert(devices >= 0 && handshakesPerS > 0, `${devices} devices, ${handshakesPerS} handshakes/s`)
  return Math.max(1, Math.ceil(devices / (SPREAD_SHARE * handshakesPerS)))
}

/**
 * How long a device waits before its first attempt after its power or its connection came to an
 * end, s, even over 0 .. `spreadS`: fixed by its name and by a number that is new at each loss, so
 * that nobody is last every time. Rule F71 of SPEC.md.
 */
export function firstWaitS(device: string, nonce: number, spreadS: number): number {
  return hashShare(device, hash32(String(nonce))) * spreadS
}

/**
 * How long a device waits after its `attempt`-th attempt in a row (from 1) that failed, s: even
 * over 0 .. spread, then twice that, never above the longer of 300 s and two spreads. `uniform` is
 * in [0, 1). A fixed bound of 300 s alone would, after a long outage, bring a million devices back
 * at 6,700/s, whatever the front door can take. Full jitter: Brooker, AWS Architecture Blog, 2015.
 * Rule F72 of SPEC.md.
 */
export function backOffS(attempt: number, uniform: number, spreadS: number): number {
  assert(attempt >= 1 && uniform >= 0 && uniform < 1, `attempt ${attempt}, uniform ${uniform}`)
  let longest = Math.max(1, spreadS)
  for (let k = 1; k < Math.min(attempt, MOST_DOUBLINGS); k++) longest *= 2
  return uniform * Math.min(longest, Math.max(BACK_OFF_S, 2 * spreadS))
}
