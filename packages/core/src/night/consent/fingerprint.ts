import { sha256 } from '../../math/sha256.ts'

const PURPOSE = 'nocturne key 1'
const GROUPS = 5
const DIGITS = 4

/**
 * A public key as a person compares it with another screen: the first 20 hexadecimal digits of the
 * SHA-256 of the line `nocturne key 1`, a line feed and the key's 64 digits, in groups of four.
 * Eighty bits: nobody makes another key that shows the same.
 */
export function keyFingerprint(signer: string): string {
  const text = `${PURPOSE}\n${signer}`
  const hash = sha256(Uint8Array.from(text, (character) => character.charCodeAt(0)))
  const group = (_: unknown, i: number): string => hash.slice(i * DIGITS, (i + 1) * DIGITS)
  return Array.from({ length: GROUPS }, group).join('-')
}

/**
 * Whether what a person typed is the fingerprint of a key: every digit of it, in any case, with
 * hyphens, spaces or nothing between the groups.
 */
export function isFingerprintOf(typed: string, signer: string): boolean {
  return bare(typed) === bare(keyFingerprint(signer))
}

function bare(text: string): string {
  return text.replace(/[\s-]/g, '').toLowerCase()
}
