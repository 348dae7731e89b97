import type { ConsentTerms } from '../governor/terms.ts'

/** Who may see what of a night. */
export type Audience = { readonly who: string; readonly sees: readonly string[] }

/** A consent as it was signed: the terms, who signed, and the signature over the canonical bytes. */
export type Consent = {
  readonly terms: ConsentTerms
  /** A person's name or role, and the kinds of record. */
  readonly audience: readonly Audience[]
  /** Ed25519 public key of the sleeper, 64 hexadecimal digits. */
  readonly signer: string
  /** Ed25519 signature, 128 hexadecimal digits. */
  readonly signature: string
}
