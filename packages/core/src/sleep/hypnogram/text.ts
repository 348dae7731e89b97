import { rawLatin1, utf8 } from '../../signal/edf/text.ts'

/**
 * Text of a file, whatever its encoding: UTF-8 or UTF-16 with a byte-order mark, UTF-16 without one
 * when every other byte of the beginning is zero, else UTF-8, and Latin-1 for bytes that are not
 * UTF-8. A byte-order mark is dropped. Never fails.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes, 2, 0)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return utf16(bytes, 2, 1)
  if (looksWide(bytes, 1)) return utf16(bytes, 0, 0)
  if (looksWide(bytes, 0)) return utf16(bytes, 0, 1)
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const body = bytes.subarray(start)
  return utf8(body) ?? rawLatin1(body)
}

/** True when bytes can be no text: NULs in them that UTF-16 does not explain. */
export function isBinary(bytes: Uint8Array): boolean {
  const marked =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (marked || looksWide(bytes, 0) || looksWide(bytes, 1)) return false
  return bytes.subarray(0, 65536).includes(0)
}

/** Lines of a text without their ends; CR, LF and CRLF all end a line. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/)
  while (lines.length > 0 && lines[lines.length - 1]!.trim() === '') lines.pop()
  return lines
}

function looksWide(bytes: Uint8Array, zeroAt: 0 | 1): boolean {
  const n = Math.min(bytes.length & ~1, 64)
  if (n < 4) return false
  for (let i = 0; i < n; i += 2) {
    if (bytes[i + zeroAt] !== 0 || bytes[i + 1 - zeroAt] === 0) return false
  }
  return true
}

function utf16(bytes: Uint8Array, start: number, bigEndian: 0 | 1): string {
  const n = (bytes.length - start) >> 1
  return joined(n, (i) => {
    const at = start + 2 * i
    return bytes[at + 1 - bigEndian]! * 256 + bytes[at + bigEndian]!
  })
}

/** Joins code points in runs: one `fromCodePoint` of a whole file would overflow the stack. */
function joined(n: number, codeAt: (index: number) => number): string {
  const RUN = 4096
  let text = ''
  for (let start = 0; start < n; start += RUN) {
    const run = Array.from({ length: Math.min(RUN, n - start) }, (_, k) => codeAt(start + k))
    text += String.fromCodePoint(...run)
  }
  return text
}
