/** Bytes of a message that are read from the front. */
export type Cursor = { readonly bytes: Uint8Array; at: number }

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const ZERO = 0x30
/** Digits of the largest whole number that is exact. */
const MOST_DIGITS = 16

/** Whether these letters come next, as bytes; they are passed then. */
export function scanLetters(cursor: Cursor, letters: Uint8Array): boolean {
  const { bytes, at } = cursor
  if (at + letters.length > bytes.length) return false
  for (let i = 0; i < letters.length; i++) if (bytes[at + i] !== letters[i]) return false
  cursor.at = at + letters.length
  return true
}

/** A whole number in its one canonical form; undefined for all else, and the cursor is lost then. */
export function scanWhole(cursor: Cursor): number | undefined {
  const { bytes } = cursor
  let at = cursor.at
  const isBelowZero = bytes[at] === MINUS
  if (isBelowZero) at++
  const from = at
  let value = 0
  for (; at < bytes.length; at++) {
    const digit = bytes[at]! - ZERO
    if (digit < 0 || digit > 9) break
    value = 10 * value + digit
  }
  const digits = at - from
  const isOdd = bytes[from] === ZERO && (digits > 1 || isBelowZero)
  if (digits === 0 || digits > MOST_DIGITS || isOdd) return undefined
  if (value > Number.MAX_SAFE_INTEGER) return undefined
  cursor.at = at
  return isBelowZero ? -value : value
}

/** Text in quotation marks that stands for itself; undefined for all else. */
export function scanText(cursor: Cursor): string | undefined {
  const { bytes, at } = cursor
  if (bytes[at] !== QUOTE) return undefined
  for (let end = at + 1; end < bytes.length; end++) {
    const byte = bytes[end]!
    if (byte === QUOTE) {
      cursor.at = end + 1
      return textOfBytes(bytes, at + 1, end)
    }
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return undefined
  }
  return undefined
}

/** The text of bytes from `from` to before `to`, each a character of U+0000 to U+00FF. */
export function textOfBytes(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  const { fromCharCode } = String
  let text = ''
  let i = from
  for (; i + 8 <= to; i += 8) {
    text += fromCharCode(
      bytes[i]!,
      bytes[i + 1]!,
      bytes[i + 2]!,
      bytes[i + 3]!,
      bytes[i + 4]!,
      bytes[i + 5]!,
      bytes[i + 6]!,
      bytes[i + 7]!,
    )
  }
  for (; i < to; i++) text += fromCharCode(bytes[i]!)
  return text
}

/** The bytes of a text in ASCII. */
export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
