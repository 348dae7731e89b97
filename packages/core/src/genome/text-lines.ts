import { strFromU8 } from 'fflate'

/** Longest line read: a VCF of some hundred thousand people. */
const MAX_LINE_CHARS = 4_000_000

/** Takes bytes of a text and hands on its lines. */
export type LineSplitter = {
  /** False: a line is longer than any genotype file has. */
  push(bytes: Uint8Array): boolean
  /** Hands on a last line that has no end. */
  end(): void
}

/**
 * Splits bytes into lines as they come, in memory of a chunk and a line. UTF-16 of either order is
 * known by its mark or its zeros and read by its low bytes, all else byte for byte as Latin-1: what
 * genotype files say is ASCII. CR, LF and CRLF end a line; a byte order mark is dropped. A line
 * handler that returns false ends the reading.
 */
export function lineSplitter(onLine: (line: string) => boolean): LineSplitter {
  let carry = ''
  let wide: WideDecoder | undefined
  let isFirst = true
  let isDone = false
  const text = (bytes: Uint8Array): string => {
    if (!isFirst) return wide ? wide(bytes) : strFromU8(bytes, true)
    isFirst = false
    wide = wideDecoder(bytes)
    const decoded = wide ? wide(bytes) : strFromU8(bytes, true)
    return decoded.replace(/^(\u00ef\u00bb\u00bf|\u00ff|\u00fe)/, '')
  }
  return {
    push: (bytes) => {
      if (isDone || bytes.length === 0) return true
      const joined = carry + text(bytes)
      let start = 0
      for (;;) {
        const end = lineEnd(joined, start)
        if (end < 0) break
        const hasCr = joined.charCodeAt(end - 1) === 13 && end > start
        if (!onLine(joined.slice(start, hasCr ? end - 1 : end))) {
          isDone = true
          return true
        }
        start = end + 1
      }
      carry = joined.slice(start)
      return carry.length <= MAX_LINE_CHARS
    },
    end: () => {
      const line = carry.replace(/\r$/, '')
      if (!isDone && line !== '') onLine(line)
    },
  }
}

/** Line ends are LF; a text with CR alone is one with CR for an end. */
function lineEnd(text: string, start: number): number {
  const feed = text.indexOf('\n', start)
  if (feed >= 0) return feed
  const cr = text.indexOf('\r', start)
  return cr >= 0 && cr < text.length - 1 ? cr : -1
}

type WideDecoder = (bytes: Uint8Array) => string

/** Keeps the byte of each pair that is not zero; undefined for text of single bytes. */
function wideDecoder(head: Uint8Array): WideDecoder | undefined {
  if (head.length < 2) return undefined
  const [first, second] = head
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
  if (!isLittle && !isBig) return undefined
  let seen = 0
  return (bytes) => {
    const kept = new Uint8Array((bytes.length >> 1) + 1)
    let n = 0
    for (const byte of bytes) {
      const isLow = (seen & 1) === (isLittle ? 0 : 1)
      if (isLow) kept[n++] = byte
      seen++
    }
    return strFromU8(kept.subarray(0, n), true)
  }
}
