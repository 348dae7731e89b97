import type { Mode } from '../../night/governor/mode.ts'

/** Longest life of a grant, s: with nobody there every device is natural after it. */
export const GRANT_S = 90

/** Time between two renewals of a grant, s. */
export const RENEW_S = 30

/**
 * The only thing by which a centre takes part in a device's mode: a ceiling that lapses. A device's
 * mode is the lowest of what its sleeper wants, the consent allows, and the living grant says;
 * without one it is natural. It can begin nothing and widen nothing. Rules F20-F29 of SPEC.md.
 */
export type Grant = {
  /** Rises at every failsafe and every change of the partition's owner; lower ones are refused. */
  readonly epoch: number
  /** Rises with each new grant of an epoch; a repeated id renews and changes nothing else. */
  readonly id: number
  readonly ceiling: Mode
  /**
   * The newest device time of this boot that the centre had heard when it granted, s since the
   * boot. The life is counted from there and not from receipt, so that a grant which waited in a
   * network, came twice, or was recorded and played again lengthens nothing (rule F61).
   */
  readonly heardS: number
  /** Life from `heardS` on the device's own monotonic clock, s, 1 to 90. */
  readonly ttlS: number
  /** The boot it is for: after a restart it is void. */
  readonly boot: number
  readonly reason: GrantReason
}

/** Why a ceiling is what it is. */
export type GrantReason = 'normal' | 'recovery' | 'incident' | 'failsafe' | 'rollout'

/**
 * A grant with the centre's Ed25519 signature, 128 hexadecimal digits, over its canonical bytes.
 */
export type SignedGrant = Grant & { readonly signature: string }
