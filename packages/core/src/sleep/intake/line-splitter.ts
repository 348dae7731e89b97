import { fail, type Problem } from '../../math/result.ts'
import type { EvidenceCode } from '../evidence/personal-record.ts'

/** A line longer than this is of no format that has lines. */
export const MAX_LINE_CHARS: number = 4 * 1024 * 1024

/** Cuts text into lines at `\n`, `\r\n` and `\r`, across the borders of its pieces. */
export type LineSplitter = {
  push(text: string): Problem<EvidenceCode> | undefined
  /** Hands on a last line without an end. */
  end(): Problem<EvidenceCode> | undefined
}

/** Hands each line to `take` until it reports a problem. TOO_LARGE for a line beyond the limit. */
export function lineSplitter(
  take: (line: string) => Problem<EvidenceCode> | undefined,
): LineSplitter {
  let rest = ''
  let isAfterCr = false
  return {
    push(text) {
      let start = isAfterCr && text[0] === '\n' ? 1 : 0
      isAfterCr = text === '' ? isAfterCr : text.endsWith('\r')
      let cr = text.indexOf('\r', start)
      let lf = text.indexOf('\n', start)
      while (cr >= 0 || lf >= 0) {
        const end = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf
        const problem = take(rest + text.slice(start, end))
        if (problem !== undefined) return problem
        rest = ''
        start = end + (end === cr && lf === cr + 1 ? 2 : 1)
        if (cr >= 0 && cr < start) cr = text.indexOf('\r', start)
        if (lf >= 0 && lf < start) lf = text.indexOf('\n', start)
      }
      rest += text.slice(start)
      if (rest.length <= MAX_LINE_CHARS) return undefined
      const got = `a line of more than ${MAX_LINE_CHARS} characters`
      return fail('TOO_LARGE', 'text', got, 'shorter lines').problem
    },
    end: () => (rest === '' ? undefined : take(rest)),
  }
}
