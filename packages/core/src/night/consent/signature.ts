import { sha256 } from '../../math/sha256.ts'
import { type Canonical, canonicalBytes } from './canonical.ts'
import type { Consent, ConsentDraft } from './consent.ts'
import { isSignedBy, publicKeyOf, type SubtleEd25519, signBytes } from './ed25519.ts'

const PURPOSE = 'nocturne consent 1'
const ID_DIGITS = 16

/** The bytes of a consent that its id and its signature are made of; the id is not among them. */
export function consentBytes(draft: ConsentDraft, signer: string): Uint8Array<ArrayBuffer> {
  const { mode, actuators, conditions, hours, validFromMs, validUntilMs, ceilings } = draft
  const terms = { mode, actuators, conditions, hours, validFromMs, validUntilMs, ceilings }
  const audience = draft.audience.map(({ who, sees }) => ({ who, sees }))
  return canonicalBytes(PURPOSE, { ...terms, audience, signer } as Canonical)
}

/** A consent's id: 16 hexadecimal digits of the SHA-256 of what is signed. */
export function consentId(draft: ConsentDraft, signer: string): string {
  return sha256(consentBytes(draft, signer)).slice(0, ID_DIGITS)
}

/**
 * Signs a consent with the sleeper's private key, 64 hexadecimal digits (the 32-byte seed of RFC
 * 8032). Rejects when the engine has no Ed25519 or the seed is none.
 */
export async function signConsent(
  subtle: SubtleEd25519,
  draft: ConsentDraft,
  seed: string,
): Promise<Consent> {
  const signer = await publicKeyOf(subtle, seed)
  const signature = await signBytes(subtle, consentBytes(draft, signer), seed)
  const { audience, ...terms } = draft
  return { terms: { id: consentId(draft, signer), ...terms }, audience, signer, signature }
}

/**
 * Whether a consent is what its signer signed, and the signer is the sleeper whose public key is
 * given (rule N10). False for anything that is not so, an unreadable key among it; rejects only
 * when the engine has no Ed25519.
 */
export async function verifyConsent(
  subtle: SubtleEd25519,
  consent: Consent,
  sleeper: string,
): Promise<boolean> {
  const { terms, audience, signer, signature } = consent
  const draft = { ...terms, audience }
  if (signer !== sleeper || terms.id !== consentId(draft, signer)) return false
  return isSignedBy(subtle, consentBytes(draft, signer), signature, signer)
}
