import { sha256 } from '../../math/sha256.ts'
import { type Canonical, canonicalText } from '../../night/consent/canonical.ts'
import {
  isSignedBy,
  publicKeyOf,
  type SubtleEd25519,
  signBytes,
} from '../../night/consent/ed25519.ts'
import type { Document, ReleaseKey, RoleName, SignedOf } from './metadata.ts'

/** The version of The Update Framework's specification that the documents follow. */
export const SPEC_VERSION = '1.0.31'

/**
 * The bytes that are signed: the canonical text, as TUF signs it, so that its own clients read
 * ours. A purpose stands in them by `_type`.
 */
function signedBytes(signed: SignedOf[RoleName]): Uint8Array<ArrayBuffer> {
  return asciiBytes(canonicalText(signed as unknown as Canonical))
}

/** A document as the bytes of its file, one line of canonical JSON. */
export function documentBytes(document: Document): Uint8Array<ArrayBuffer> {
  return asciiBytes(`${canonicalText(document as unknown as Canonical)}\n`)
}

/** A key by its public half, 64 hexadecimal digits. */
export function releaseKey(publicKey: string): ReleaseKey {
  return { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicKey } }
}

/** The id of a key: the SHA-256 of its canonical text. */
export function keyIdOf(key: ReleaseKey): string {
  return sha256(asciiBytes(canonicalText(key as Canonical)))
}

/**
 * Adds a signature, in place of an older one by the same key. `seed` is the private key, 64
 * hexadecimal digits; rejects when it is none.
 */
export async function withSignature<R extends RoleName>(
  subtle: SubtleEd25519,
  document: Document<R>,
  seed: string,
): Promise<Document<R>> {
  const keyid = keyIdOf(releaseKey(await publicKeyOf(subtle, seed)))
  const sig = await signBytes(subtle, signedBytes(document.signed), seed)
  const others = document.signatures.filter((signature) => signature.keyid !== keyid)
  return { ...document, signatures: [...others, { keyid, sig }] }
}

/** Signatures that were checked and found good, by document and key. */
export type GoodSignatures = { has(document: Document, keyid: string): boolean }

/**
 * Checks every signature of documents whose key is among these. What it finds is all that the rest
 * of the checks needs to know of cryptography; rejects when the engine has no Ed25519.
 */
export async function goodSignatures(
  subtle: SubtleEd25519,
  documents: readonly Document[],
  keys: Readonly<Record<string, ReleaseKey>>,
): Promise<GoodSignatures> {
  const good = new Set<string>()
  for (const document of documents) {
    const bytes = signedBytes(document.signed)
    const digest = sha256(bytes)
    for (const { keyid, sig } of document.signatures) {
      const key = Object.hasOwn(keys, keyid) ? keys[keyid] : undefined
      if (key && (await isSignedBy(subtle, bytes, sig, key.keyval.public))) {
        good.add(`${digest} ${keyid}`)
      }
    }
  }
  return {
    has: (document, keyid) => good.has(`${sha256(signedBytes(document.signed))} ${keyid}`),
  }
}

/** Text of ASCII letters as bytes. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}
