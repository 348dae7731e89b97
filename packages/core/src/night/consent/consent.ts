import type { ConsentTerms } from '../governor/terms.ts'

/** Who may see what of a night: a person's name or role, and the kinds of record. */
export type Audience = { readonly who: string; readonly sees: readonly RecordKind[] }

/** The kinds of record of a night, from the least to the most that they tell. */
export type RecordKind = 'alarms' | 'summary' | 'decisions' | 'signal'

/** What a sleeper allows, before it has an id and a signature. */
export type ConsentDraft = Omit<ConsentTerms, 'id'> & { readonly audience: readonly Audience[] }

/** A consent as it was signed: the terms, who signed, and the signature over the canonical bytes. */
export type Consent = {
  /** Their `id` is the begin of the SHA-256 of everything that is signed. */
  readonly terms: ConsentTerms
  readonly audience: readonly Audience[]
  /** Ed25519 public key of the sleeper, 64 hexadecimal digits. */
  readonly signer: string
  /** Ed25519 signature, 128 hexadecimal digits. */
  readonly signature: string
}
