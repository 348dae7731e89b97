import { fail, ok, type Result } from '../../math/result.ts'
import type { ByteSource } from '../../signal/source.ts'
import { boxParts } from './parts.ts'
import type { BoxRecord } from './record.ts'
import { recordsOf } from './verify.ts'
import { BoxWriter } from './writer.ts'

/** Why there is no piece of a box. */
export type CutCode =
  | 'CUT_BOX'
  /** Nothing of the night lies in the span. */
  | 'CUT_EMPTY'
  | 'CUT_SIZE'

/** A span of the wall clock, unix ms, both ends counted. */
export type CutSpan = { readonly fromMs: number; readonly toMs: number }

/** Longest piece, bytes. */
const MOST_BYTES = 1 << 24

/**
 * A piece of a black box as a box of its own: what the night starts from, and every input, event
 * and note of the span; of the rest of the night nothing, and no sealed arm. A span that begins
 * before the night can be run again bit for bit; another one can be looked at. Rejects when a
 * medium fails.
 */
export async function cutBox(
  sources: readonly ByteSource[],
  { fromMs, toMs }: CutSpan,
): Promise<Result<Uint8Array<ArrayBuffer>, CutCode>> {
  const writer = new BoxWriter()
  const pieces: Uint8Array[] = []
  const cut = { startMs: Number.NaN, isWithin: false, count: 0, bytes: 0 }
  const collect = (): boolean => {
    for (const piece of writer.taken()) {
      if (piece.segment > 0) return false
      pieces.push(piece.bytes)
      cut.bytes += piece.bytes.length
    }
    return cut.bytes <= MOST_BYTES
  }
  const where = sources[0]?.name ?? 'box'
  for await (const part of boxParts(sources)) {
    if (part.kind === 'problem') return fail('CUT_BOX', where, part.problem.code, 'a black box')
    const records = part.kind === 'block' ? recordsOf(part) : []
    for (const record of records ?? []) {
      if (record.kind === 'night') cut.startMs = record.header.startMs
      const atMs = timeOf(record)
      if (atMs !== undefined) {
        const wallMs = cut.startMs + atMs
        cut.isWithin = wallMs >= fromMs && wallMs <= toMs
      }
      const isKept = record.kind === 'night' || (cut.isWithin && record.kind !== 'sealed')
      if (!isKept) continue
      if (record.kind !== 'night') cut.count++
      writer.append(record)
    }
    if (!collect()) return fail('CUT_SIZE', where, `${cut.bytes} bytes`, `${MOST_BYTES} at most`)
  }
  writer.cut()
  if (!collect()) return fail('CUT_SIZE', where, `${cut.bytes} bytes`, `${MOST_BYTES} at most`)
  if (cut.count === 0) return fail('CUT_EMPTY', where, 'nothing in the span', 'a part of its night')
  const whole = new Uint8Array(cut.bytes)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return ok(whole)
}

/** Device time of a record, ms; undefined for an event, which belongs to the input before it. */
function timeOf(record: BoxRecord): number | undefined {
  if (record.kind === 'input') return record.input.atMs
  if (record.kind === 'note' || record.kind === 'restart' || record.kind === 'end') {
    return record.atMs
  }
  return undefined
}
