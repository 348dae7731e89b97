import { fail, type Problem } from '../../math/result.ts'
import type { EvidenceCode } from '../evidence/personal-record.ts'

/** Bytes inflated at once, so that a bomb is met in small pieces (deflate: at most 1032 times). */
export const INFLATE_PIECE_BYTES: number = 16 * 1024

const GIB = 1024 * 1024 * 1024
/** What an archive may inflate to: more than any phone holds of one person. */
const MAX_INFLATED_BYTES = 16 * GIB

/** TOO_LARGE once more than the limit has been inflated. */
export function inflateProblem(
  nInflated: number,
  where: string,
): Problem<EvidenceCode> | undefined {
  if (nInflated <= MAX_INFLATED_BYTES) return undefined
  const most = `at most ${MAX_INFLATED_BYTES / GIB} GiB`
  return fail('TOO_LARGE', where, 'an archive that inflates to more', most).problem
}
