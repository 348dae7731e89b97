import type { Actuator } from '../governor/lease.ts'
import type { Limits } from '../governor/limits.ts'
import type { Mode } from '../governor/mode.ts'

/** What a sleeper allowed, in terms the governor can weigh: dated, expiring, revocable. */
export type ConsentTerms = {
  readonly id: string
  /** The highest mode allowed. */
  readonly mode: Mode
  readonly actuators: readonly Actuator[]
  /** Hours of the day in which anything may act, minutes of the local day; may pass midnight. */
  readonly hours: { readonly fromMin: number; readonly toMin: number }
  /** Wall clock, ms since the epoch. */
  readonly validFromMs: number
  /** Wall clock, ms since the epoch: at most 30 nights after `validFromMs`. */
  readonly validUntilMs: number
  readonly ceilings: Limits
}

/** A consent as it was signed: the terms, who signed, and the signature over the canonical bytes. */
export type Consent = {
  readonly terms: ConsentTerms
  /** Who may see what: a person's name or role, and the kinds of record. */
  readonly audience: readonly { readonly who: string; readonly sees: readonly string[] }[]
  /** Ed25519 public key of the sleeper, 64 hexadecimal digits. */
  readonly signer: string
  /** Ed25519 signature, 128 hexadecimal digits. */
  readonly signature: string
}
