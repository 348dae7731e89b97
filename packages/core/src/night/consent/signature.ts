import { sha256 } from '../../math/sha256.ts'
import { type Canonical, canonicalBytes } from './canonical.ts'
import type { Consent, ConsentDraft } from './consent.ts'

/** What is used of WebCrypto's `SubtleCrypto`; the core is given it and has none of its own. */
export type SubtleEd25519 = {
  importKey(
    format: 'raw' | 'pkcs8',
    bytes: Uint8Array<ArrayBuffer>,
    algorithm: 'Ed25519',
    extractable: boolean,
    usages: ('sign' | 'verify')[],
  ): Promise<unknown>
  exportKey(format: 'jwk', key: never): Promise<unknown>
  sign(algorithm: 'Ed25519', key: never, bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
  verify(
    algorithm: 'Ed25519',
    key: never,
    signature: Uint8Array<ArrayBuffer>,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>
}

const PURPOSE = 'nocturne consent 1'
const ID_DIGITS = 16
/** PKCS #8 around an Ed25519 seed (RFC 8410, section 7). */
const PKCS8 = '302e020100300506032b657004220420'

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
  const key = await privateKey(subtle, seed)
  const signer = await publicKeyOf(subtle, seed)
  const bytes = consentBytes(draft, signer)
  const signature = hexOf(new Uint8Array(await subtle.sign('Ed25519', key, bytes)))
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
  const [key, sign] = [bytesOf(signer, 32), bytesOf(signature, 64)]
  if (key === undefined || sign === undefined) return false
  const publicKey = await subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
  return subtle.verify('Ed25519', publicKey as never, sign, consentBytes(draft, signer))
}

/**
 * The public key, 64 hexadecimal digits, that belongs to a private one. Rejects as signing does.
 */
export async function publicKeyOf(subtle: SubtleEd25519, seed: string): Promise<string> {
  const jwk = await subtle.exportKey('jwk', await privateKey(subtle, seed))
  return hexOf(fromBase64Url((jwk as { readonly x: string }).x))
}

async function privateKey(subtle: SubtleEd25519, seed: string): Promise<never> {
  const bytes = bytesOf(PKCS8 + seed, 48)
  if (bytes === undefined) throw new Error('got no private key, expected 64 hexadecimal digits')
  return (await subtle.importKey('pkcs8', bytes, 'Ed25519', true, ['sign'])) as never
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bytesOf(hex: string, length: number): Uint8Array<ArrayBuffer> | undefined {
  if (hex.length !== 2 * length || !/^[0-9a-f]*$/.test(hex)) return undefined
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function fromBase64Url(text: string): Uint8Array {
  const bytes: number[] = []
  let bits = 0
  let held = 0
  for (const letter of text) {
    held = (held << 6) | BASE64URL.indexOf(letter)
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 255)
  }
  return Uint8Array.from(bytes)
}
