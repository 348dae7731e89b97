import { crc32 } from '../math/crc32.ts'
import { fail, type Problem } from '../math/result.ts'
import type { GenomeCode } from './genome-code.ts'

const GIB = 1024 * 1024 * 1024
/** What a file may inflate to: more than any genome as text. */
const MAX_INFLATED_BYTES = 64 * GIB

/** Watches what comes out of a packing: how much, and whether it is what went in. */
export type InflatedCheck = {
  take(bytes: Uint8Array): Problem<GenomeCode> | undefined
  /** Against the sum that the packing states; undefined where it states none that can be found. */
  compare(stated: number | undefined): Problem<GenomeCode> | undefined
}

/** A check that has seen nothing yet: the library that inflates does not look at the sums. */
export function inflatedCheck(what: string): InflatedCheck {
  let sum = 0
  let length = 0
  return {
    take: (bytes) => {
      sum = crc32(bytes, sum)
      length += bytes.length
      if (length <= MAX_INFLATED_BYTES) return undefined
      const most = `at most ${MAX_INFLATED_BYTES / GIB} GiB`
      return fail('TOO_LARGE', what, 'more when inflated', most).problem
    },
    compare: (stated) => {
      if (stated === undefined || stated === sum) return undefined
      const got = 'bytes that changed after it was packed'
      return fail('TRUNCATED', what, got, `a sound ${what} file`).problem
    },
  }
}

/** The last bytes of a stream, at most so many. */
export function streamTail(most: number): {
  take(bytes: Uint8Array): void
  bytes(): Uint8Array
} {
  let kept: Uint8Array = new Uint8Array(0)
  return {
    take: (bytes) => {
      const both = new Uint8Array(Math.min(most, kept.length + bytes.length))
      const fresh = bytes.subarray(Math.max(0, bytes.length - most))
      both.set(fresh, both.length - fresh.length)
      const old = both.length - fresh.length
      both.set(kept.subarray(kept.length - old), 0)
      kept = both
    },
    bytes: () => kept,
  }
}

/** The 32 bits at a place, low byte first; undefined where there are none. */
export function wordAt(bytes: Uint8Array, at: number): number | undefined {
  if (at < 0 || at + 4 > bytes.length) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true)
}

const DIRECTORY_ENTRY = 0x02014b50

/**
 * The CRC that the directory at the end of a zip states for a file, by its name; undefined where
 * the directory is longer than what was kept. Source: PKWARE APPNOTE 4.3.12.
 */
export function statedInDirectory(tail: Uint8Array, name: string): number | undefined {
  for (let at = 0; at + 46 <= tail.length; at++) {
    if (wordAt(tail, at) !== DIRECTORY_ENTRY) continue
    const length = tail[at + 28]! + 256 * tail[at + 29]!
    const letters = tail.subarray(at + 46, at + 46 + length)
    const isNamed = length === name.length && letters.every((b, i) => b === name.charCodeAt(i))
    if (isNamed) return wordAt(tail, at + 16)
  }
  return undefined
}
