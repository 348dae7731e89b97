import { assert } from './assert.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 with padding (RFC 4648), without the platform's help. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += ALPHABET[bits >> 18]! + ALPHABET[(bits >> 12) & 63]!
    text += i + 1 < bytes.length ? ALPHABET[(bits >> 6) & 63]! : '='
    text += i + 2 < bytes.length ? ALPHABET[bits & 63]! : '='
  }
  return text
}

/** The bytes of a base64 text with padding; asserts that its letters are of the alphabet. */
export function bytesOfBase64(text: string): Uint8Array {
  const codes = new Int8Array(128).fill(-1)
  for (let i = 0; i < ALPHABET.length; i++) codes[ALPHABET.charCodeAt(i)] = i
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let bits = 0
    for (let j = i; j < i + 4; j++) {
      const code = j < text.length - padding ? (codes[text.charCodeAt(j)] ?? -1) : 0
      assert(code >= 0, `base64 letter ${text.charCodeAt(j)} at ${j}, expected A-Z a-z 0-9 + /`)
      bits = (bits << 6) | code
    }
    for (let shift = 16; shift >= 0 && at < bytes.length; shift -= 8) bytes[at++] = bits >> shift
  }
  return bytes
}
