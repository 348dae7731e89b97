import { fail, ok, type Result } from '../../math/result.ts'
import type { ByteSource } from '../../signal/source.ts'
import { CHAIN_BYTES } from './frame.ts'
import { type BoxCode, type BoxPart, boxParts } from './parts.ts'

/** Where a box ends that is sound up to there, so that it can be written on. */
export type BoxEnd = {
  /** SHA-256 of the chain there. */
  readonly chain: Uint8Array
  /** Records of the box. */
  readonly records: number
  /** Segments with something whole in them; the next has this number. */
  readonly segments: number
  /** Whole bytes of the last of them: what is behind was never acknowledged. */
  readonly bytes: number
}

/**
 * Finds the end of a box, its segments a source each. A torn tail is not part of it; fails with
 * BOX_DAMAGE where anything before is damaged beyond one wrong byte, with BOX_EMPTY where no record
 * is whole.
 */
export async function boxEnd(
  sources: readonly ByteSource[],
): Promise<Result<BoxEnd, BoxCode | 'BOX_DAMAGE' | 'BOX_EMPTY'>> {
  let end: BoxEnd = { chain: new Uint8Array(CHAIN_BYTES), records: 0, segments: 0, bytes: 0 }
  const where = sources[0]?.name ?? 'box'
  for await (const part of boxParts(sources)) {
    if (part.kind === 'problem') return { ok: false, problem: part.problem }
    if (part.kind !== 'damage') end = endOf(end, part)
    else if (part.damage.what !== 'byte' && part.damage.what !== 'torn') {
      const { what, source, offset } = part.damage
      return fail('BOX_DAMAGE', source, `${what} at byte ${offset}`, 'a box sound to its end')
    }
  }
  return end.records > 0 ? ok(end) : fail('BOX_EMPTY', where, 'no record', 'a box with some')
}

function endOf(before: BoxEnd, part: Exclude<BoxPart, { kind: 'damage' | 'problem' }>): BoxEnd {
  if (part.kind === 'segment') {
    const chain = part.bytes.slice(-CHAIN_BYTES)
    return { ...before, chain, segments: part.number + 1, bytes: part.bytes.length }
  }
  const { head, chain, offset, bytes } = part
  const records = head.recordsBefore + head.records
  return { ...before, chain, records, bytes: offset + bytes.length }
}
