import { assert } from './assert.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** The two letters of every 12 bits. */
const PAIRS = Array.from({ length: 4096 }, (_, bits) => ALPHABET[bits >> 6]! + ALPHABET[bits & 63]!)
/** The 6 bits of every letter of ASCII; -1 = it is none of the alphabet. */
const CODES = Int8Array.from({ length: 128 }, (_, unit) =>
  ALPHABET.indexOf(String.fromCharCode(unit)),
)

/** Base64 with padding (RFC 4648), without the platform's help. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  const rest = bytes.length % 3
  const whole = bytes.length - rest
  for (let i = 0; i < whole; i += 3) {
    const bits = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!
    text += PAIRS[bits >> 12]! + PAIRS[bits & 4095]!
  }
  if (rest === 1) return `${text}${PAIRS[bytes[whole]! << 4]!}==`
  if (rest === 0) return text
  const bits = (bytes[whole]! << 10) | (bytes[whole + 1]! << 2)
  return `${text}${PAIRS[bits >> 6]!}${ALPHABET[bits & 63]!}=`
}

/** The bytes of a base64 text with padding; asserts that its letters are of the alphabet. */
export function bytesOfBase64(text: string): Uint8Array {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const letters = text.length - padding
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let bits = 0
    for (let j = i; j < i + 4; j++) bits = (bits << 6) | (j < letters ? codeAt(text, j) : 0)
    // What would be beyond the end is padding.
    bytes[at++] = bits >> 16
    bytes[at++] = bits >> 8
    bytes[at++] = bits
  }
  return bytes
}

function codeAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  const code = CODES[unit] ?? -1
  const isLetter = code >= 0
  assert(isLetter, isLetter ? '' : `base64 letter ${unit} at ${at}, expected A-Z a-z 0-9 + /`)
  return code
}
