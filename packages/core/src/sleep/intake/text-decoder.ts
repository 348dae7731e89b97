import { DecodeUTF8, strFromU8 } from 'fflate'

/** How a file's characters are written. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** Turns bytes into text, chunk by chunk; bytes that are no character become U+FFFD. */
export type TextDecoding = {
  push(bytes: Uint8Array): string
  /** What was still held back. */
  end(): string
}

/** The characters of 0x80 to 0x9f in Windows-1252; the five that have none stay as they are. */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178'

/**
 * The encoding of a file by its first bytes: its byte order mark, else UTF-16 where every second
 * byte is zero, else UTF-8 where the bytes are that, else Windows-1252; undefined for what has
 * zeros or control characters as text has not.
 */
export function textEncodingOf(head: Uint8Array, isWhole: boolean): TextEncoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  let controls = 0
  for (const [i, byte] of head.entries()) {
    if (byte === 0) zeros[i % 2]!++
    else if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls++
  }
  const half = head.length / 2
  if (zeros[1]! > 0.7 * half && zeros[0]! < 0.05 * half) return 'utf-16le'
  if (zeros[0]! > 0.7 * half && zeros[1]! < 0.05 * half) return 'utf-16be'
  if (zeros[0]! + zeros[1]! + controls > head.length / 1000) return undefined
  return isUtf8(head, isWhole) ? 'utf-8' : 'windows-1252'
}

/** Begins to decode; a byte order mark is taken off. */
export function textDecoding(encoding: TextEncoding): TextDecoding {
  if (encoding === 'utf-8') return utf8()
  if (encoding === 'windows-1252') return { push: windows1252, end: () => '' }
  return utf16(encoding === 'utf-16le')
}

function utf8(): TextDecoding {
  let out = ''
  let isFirst = true
  const decoder = new DecodeUTF8((text) => {
    out += text
  })
  return {
    push(bytes) {
      out = ''
      decoder.push(bytes)
      if (isFirst && out !== '') {
        isFirst = false
        if (out[0] === '\ufeff') return out.slice(1)
      }
      return out
    },
    end() {
      out = ''
      try {
        decoder.push(new Uint8Array(0), true)
        return out
      } catch {
        // The file ends within a character.
        return '\ufffd'
      }
    },
  }
}

function windows1252(bytes: Uint8Array): string {
  const text = strFromU8(bytes, true)
  return text.replace(/[\u0080-\u009f]/g, (one) => WINDOWS_1252[one.charCodeAt(0) - 0x80]!)
}

function utf16(isLittle: boolean): TextDecoding {
  let odd: number | undefined
  let isFirst = true
  const unit = (a: number, b: number): number => (isLittle ? a | (b << 8) : (a << 8) | b)
  return {
    push(bytes) {
      const parts: string[] = []
      let at = 0
      const units: number[] = []
      if (odd !== undefined && bytes.length > 0) units.push(unit(odd, bytes[at++]!))
      if (bytes.length > 0) odd = undefined
      for (; at + 1 < bytes.length; at += 2) {
        units.push(unit(bytes[at]!, bytes[at + 1]!))
        if (units.length === 4096) parts.push(String.fromCharCode(...units.splice(0)))
      }
      if (at < bytes.length) odd = bytes[at]
      const text = parts.join('') + String.fromCharCode(...units)
      if (!isFirst || text === '') return text
      isFirst = false
      return text[0] === '\ufeff' ? text.slice(1) : text
    },
    end: () => (odd === undefined ? '' : '\ufffd'),
  }
}

/** Whether the bytes are UTF-8; a character cut off at the end is allowed unless they are whole. */
function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i]!
    const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    if (length === 0 || lead > 0xf4) return false
    for (let k = 1; k < length; k++) {
      if (i + k >= bytes.length) return !isWhole
      if ((bytes[i + k]! & 0xc0) !== 0x80) return false
    }
    i += length
  }
  return true
}
