import type { Annotation } from '../recording.ts'
import type { ByteSource } from '../source.ts'
import { type AnnotationBlock, readAnnotationBlock, type TimedText } from './annotation-list.ts'
import type { EdfLayout } from './header.ts'
import { MAX_ANNOTATION_BYTES, MAX_ANNOTATIONS } from './limit.ts'
import { type Piece, visitRecords } from './record-io.ts'
import { tidySeconds } from './seconds.ts'
import type { Warnings } from './warning.ts'

/** Everything the annotation signals say: when each record starts, and what was noted when. */
export type AnnotationScan = {
  /**
   * Seconds from the header's start time, one per record scanned; NaN where a record does not say.
   */
  readonly recordOnsetsS: Float64Array
  /** In file order, onsets from the header's start time. */
  readonly entries: readonly TimedText[]
  readonly malformed: number
  readonly latin1Texts: number
  /** True when there were more than `MAX_ANNOTATIONS`. */
  readonly cut: boolean
}

/** Reads the annotation signals of records `from` <= r < `to`. Rejects when the medium fails. */
export async function scanAnnotations(
  source: ByteSource,
  layout: EdfLayout,
  [from, to]: readonly [from: number, to: number] = [0, layout.records],
): Promise<AnnotationScan> {
  const recordOnsetsS = new Float64Array(to - from).fill(Number.NaN)
  const entries: TimedText[] = []
  let [malformed, latin1Texts, cut] = [0, 0, false]
  const add = (block: AnnotationBlock): void => {
    for (const entry of block.entries) entries.push(entry)
    malformed += block.malformed
    latin1Texts += block.latin1Texts
    if (entries.length >= MAX_ANNOTATIONS) cut = true
  }
  const visit = (piece: Piece): void => {
    for (let i = 0; i < piece.records; i++) {
      const start = piece.offset + i * piece.stride
      const bytes = piece.bytes.subarray(start, start + piece.samples * layout.sampleBytes)
      const block = readAnnotationBlock(bytes, MAX_ANNOTATIONS - entries.length)
      const isClock = piece.signal === 0 && piece.firstSample === 0
      if (isClock && block.recordOnsetS !== undefined) {
        recordOnsetsS[piece.record + i - from] = block.recordOnsetS
      }
      add(block)
    }
  }
  const signals = layout.annotationSignals
  const visitor = { visit, pieceBytes: MAX_ANNOTATION_BYTES }
  await visitRecords(source, layout, signals, [from, to], visitor)
  return { recordOnsetsS, entries, malformed, latin1Texts, cut }
}

/**
 * The annotations of a scan in time order (equal onsets in file order), onsets from the start of
 * the first record, which lies `originS` after the header's start time. Says what could not be
 * read.
 */
export function annotationsOf(
  scan: AnnotationScan,
  originS: number,
  warnings: Warnings,
): readonly Annotation[] {
  const { malformed, latin1Texts } = scan
  if (malformed > 0) {
    warnings.add(`${malformed} annotation lists could not be read and were left out`)
  }
  if (latin1Texts > 0) warnings.add(`${latin1Texts} annotations are not UTF-8: read as Latin-1`)
  if (scan.cut) warnings.add(`more than ${MAX_ANNOTATIONS} annotations: the rest was left out`)
  return scan.entries
    .map((entry) => ({ ...entry, onsetS: tidySeconds(entry.onsetS - originS) }))
    .sort((a, b) => a.onsetS - b.onsetS)
}
