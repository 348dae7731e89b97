import type { Result } from '../../math/result.ts'
import { type Canonical, canonicalBytes } from '../../night/consent/canonical.ts'
import {
  isSignedBy,
  publicKeyOf,
  type SubtleEd25519,
  signBytes,
} from '../../night/consent/ed25519.ts'
import type { Shape } from '../telemetry/field.ts'
import { incidentField, wallField } from '../telemetry/names.ts'
import {
  name,
  readCanonical,
  readFields,
  type ShapeCode,
  writeCanonical,
  writeFields,
} from '../telemetry/shape.ts'

/** A sleeper's yes to one piece of the black box for one incident, before it is signed. */
export type PieceConsentDraft = {
  readonly incident: string
  readonly device: string
  /** Unix times, whole ms. */
  readonly fromMs: number
  readonly toMs: number
}

/** The same with the sleeper's public key and the Ed25519 signature, in hexadecimal digits. */
export type PieceConsent = PieceConsentDraft & {
  readonly signer: string
  readonly signature: string
}

const PURPOSE = 'nocturne piece 1'
const LONGEST_CONSENT = 1024

const CONSENT: Shape<PieceConsent> = {
  ...{ incident: incidentField, device: name(/^[a-z0-9-]{4,48}$/) },
  ...{ fromMs: wallField, toMs: wallField },
  ...{ signer: name(/^[0-9a-f]{64}$/), signature: name(/^[0-9a-f]{128}$/) },
}

/** A yes to a piece as it travels: canonical JSON. */
export function encodePieceConsent(consent: PieceConsent): Uint8Array<ArrayBuffer> {
  return writeCanonical(writeFields(CONSENT, consent))
}

/** Reads a yes to a piece; whether the sleeper signed it is for `verifyPieceConsent` to find. */
export function decodePieceConsent(bytes: Uint8Array): Result<PieceConsent, ShapeCode> {
  const json = readCanonical(bytes, LONGEST_CONSENT)
  return json.ok ? readFields(CONSENT, json.value, 'piece') : json
}

/** Signs it with the sleeper's private key, 64 hexadecimal digits; rejects when it is none. */
export async function signPieceConsent(
  subtle: SubtleEd25519,
  draft: PieceConsentDraft,
  seed: string,
): Promise<PieceConsent> {
  const signer = await publicKeyOf(subtle, seed)
  return { ...draft, signer, signature: await signBytes(subtle, pieceBytes(draft, signer), seed) }
}

/**
 * Whether the sleeper, by public key, said yes to just this piece: the same incident, the same
 * device, and a span that holds the one asked for.
 */
export async function verifyPieceConsent(
  subtle: SubtleEd25519,
  consent: PieceConsent,
  asked: PieceConsentDraft,
  sleeper: string,
): Promise<boolean> {
  const { incident, device, fromMs, toMs, signer, signature } = consent
  if (signer !== sleeper || incident !== asked.incident || device !== asked.device) return false
  if (!(fromMs <= asked.fromMs && toMs >= asked.toMs)) return false
  if (!Number.isSafeInteger(fromMs) || !Number.isSafeInteger(toMs)) return false
  return isSignedBy(subtle, pieceBytes(consent, signer), signature, signer)
}

function pieceBytes(
  { incident, device, fromMs, toMs }: PieceConsentDraft,
  signer: string,
): Uint8Array<ArrayBuffer> {
  const terms: Canonical = { incident, device, fromMs, toMs, signer }
  return canonicalBytes(PURPOSE, terms)
}
