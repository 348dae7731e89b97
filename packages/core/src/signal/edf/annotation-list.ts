import { MAX_ONSET_S, MAX_TEXT_LENGTH } from './limit.ts'
import { rawLatin1, utf8, utf8Bytes } from './text.ts'

/** One entry of a time-stamped annotation list, onset as written (from the header's start time). */
export type TimedText = {
  readonly onsetS: number
  readonly durationS?: number
  readonly text: string
}

/** What a record's annotation bytes hold, and what was wrong with them. */
export type AnnotationBlock = {
  /** The first list's onset where its first text is empty: when the record starts. */
  readonly recordOnsetS?: number
  readonly entries: readonly TimedText[]
  /** Lists that could not be read and were left out. */
  readonly malformed: number
  /** Texts that were no UTF-8 and were read as Latin-1. */
  readonly latin1Texts: number
}

const TEXT_END = 0x14
const SPACE = 0x20
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/

/**
 * Reads the time-stamped annotation lists (TALs) of one annotation signal in one record, EDF+
 * 2.2.2: `onset [15h duration] 14h text 14h text 14h 0h`. Empty texts say nothing and are left out.
 * Lists without a readable onset are counted, not guessed; a list whose end is missing gives the
 * texts it has. At most `most` entries are kept.
 */
export function readAnnotationBlock(bytes: Uint8Array, most: number): AnnotationBlock {
  const entries: TimedText[] = []
  let [malformed, latin1Texts, start] = [0, 0, 0]
  let recordOnsetS: number | undefined
  let isFirst = true
  while (start < bytes.length && (isFirst || entries.length < most)) {
    if (bytes[start] === 0 || bytes[start] === SPACE) {
      start++
      continue
    }
    const end = endOfList(bytes, start)
    const list = readList(bytes.subarray(start, end))
    if (list === undefined) malformed++
    else {
      if (isFirst && list.keepsTime) recordOnsetS = list.onsetS
      latin1Texts += list.latin1Texts
      const { onsetS, durationS } = list
      const time = durationS === undefined ? { onsetS } : { onsetS, durationS }
      for (const text of list.texts) {
        if (entries.length < most) entries.push({ ...time, text })
      }
    }
    isFirst = false
    start = end
  }
  const found = { entries, malformed, latin1Texts }
  return recordOnsetS === undefined ? found : { ...found, recordOnsetS }
}

/**
 * The bytes of one list: onset and duration in seconds, one text. Control codes other than tab and
 * line ends become spaces, an empty text one space; texts are cut to `MAX_TEXT_LENGTH` characters.
 */
export function annotationBytes(entry: TimedText): Uint8Array {
  const duration = entry.durationS === undefined ? '' : `\x15${seconds(entry.durationS)}`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the list's own delimiters
  const text = entry.text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, ' ').slice(0, MAX_TEXT_LENGTH)
  return utf8Bytes(`${onset(entry.onsetS)}${duration}\x14${text === '' ? ' ' : text}\x14\0`)
}

/** The list that says when a record starts, seconds from the header's start time. */
export function timeKeepingBytes(onsetS: number): Uint8Array {
  return utf8Bytes(`${onset(onsetS)}\x14\x14\0`)
}

type List = {
  readonly onsetS: number
  readonly durationS?: number
  readonly keepsTime: boolean
  readonly texts: readonly string[]
  readonly latin1Texts: number
}

function readList(bytes: Uint8Array): List | undefined {
  const head = bytes.indexOf(TEXT_END)
  if (head < 0 || head > 64) return undefined
  const [onsetText, durationText, ...more] = rawLatin1(bytes.subarray(0, head)).split('\x15')
  const onsetS = number(onsetText!)
  const durationS = durationText ? number(durationText) : undefined
  if (!(Math.abs(onsetS) <= MAX_ONSET_S) || more.length > 0) return undefined
  if (durationS !== undefined && !(durationS >= 0 && durationS <= MAX_ONSET_S)) return undefined
  const texts: string[] = []
  let latin1Texts = 0
  for (let start = head + 1; start < bytes.length; ) {
    const end = bytes.indexOf(TEXT_END, start)
    const stop = end < 0 ? bytes.length : end
    const part = bytes.subarray(start, stop)
    const text = utf8(part)
    if (text === undefined) latin1Texts++
    if (part.length > 0) texts.push(text ?? rawLatin1(part))
    start = stop + 1
  }
  const keepsTime = bytes[head + 1] === TEXT_END
  const list = { onsetS, keepsTime, texts, latin1Texts }
  return durationS === undefined ? list : { ...list, durationS }
}

function endOfList(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(0, start)
  return end < 0 ? bytes.length : end
}

function number(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN
}

function onset(value: number): string {
  const text = seconds(Math.abs(value))
  return `${value < 0 && text !== '0' ? '-' : '+'}${text}`
}

/** Seconds to 100 ns, without trailing zeros or a trailing point, as EDF+ 2.2.2 wants them. */
function seconds(value: number): string {
  return value.toFixed(7).replace(/\.?0+$/, '')
}
