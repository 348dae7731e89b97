/** Text of header bytes as ISO 8859-1, one character a byte, padding (spaces, NULs) trimmed. */
export function latin1(bytes: Uint8Array): string {
  return rawLatin1(bytes).replace(/^[\s\0]+|[\s\0]+$/g, '')
}

/** Text of bytes as ISO 8859-1, untrimmed. */
export function rawLatin1(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, i + 4096))
  }
  return text
}

/**
 * Text of bytes as UTF-8; undefined where they are no well-formed UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF), so that the caller can fall back to ISO 8859-1.
 */
export function utf8(bytes: Uint8Array): string | undefined {
  let text = ''
  let i = 0
  while (i < bytes.length) {
    const first = bytes[i]!
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    if (length === 0 || first > 0xf4 || i + length > bytes.length) return undefined
    let code = length === 1 ? first : first & (0x7f >> length)
    for (let k = 1; k < length; k++) {
      const next = bytes[i + k]!
      if ((next & 0xc0) !== 0x80) return undefined
      code = (code << 6) | (next & 0x3f)
    }
    if (isMisfit(code, length)) return undefined
    text += String.fromCodePoint(code)
    i += length
  }
  return text
}

/** UTF-8 bytes of a text; a lone surrogate becomes U+FFFD. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0)!
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f))
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f))
      bytes.push(0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
    }
  }
  return Uint8Array.from(bytes)
}

/**
 * Text fit for an EDF header field: printable US-ASCII as the standard demands, accents and the
 * micro sign reduced to their base letter, anything else `_`; cut to `width`.
 */
export function asciiField(text: string, width: number): string {
  const plain = text.replace(/[µμ]/g, 'u').normalize('NFD').replace(/\p{M}/gu, '')
  return plain
    .replace(/[^ -~]/gu, '_')
    .slice(0, width)
    .trimEnd()
}

/** A text shown in a message: quoted, control characters escaped, cut to 40 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

function isMisfit(code: number, length: number): boolean {
  if (length === 3) return code < 0x800 || (code >= 0xd800 && code <= 0xdfff)
  return length === 4 && (code < 0x10000 || code > 0x10ffff)
}
