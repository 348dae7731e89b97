import { fail, ok, type Result } from '../../math/result.ts'
import type { ModelCode } from '../stage/model-code.ts'

const BLOCK_BYTES = 512
/** A model archive holds a handful of files; more is not a model. */
const MAX_ENTRIES = 256

/** True when the bytes carry the `ustar` mark of a tar archive (POSIX and GNU). */
export function looksLikeTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK_BYTES && text(bytes, 257, 5) === 'ustar'
}

/**
 * The regular files of a tar archive by name, as views of the same bytes: nothing is copied. Links,
 * folders and extension records are passed over. Stops at the first empty block, or where the bytes
 * end between entries. Source: POSIX.1-1988 `ustar`.
 */
export function readTar(bytes: Uint8Array): Result<Map<string, Uint8Array>, ModelCode> {
  const files = new Map<string, Uint8Array>()
  let at = 0
  for (let entry = 0; at + BLOCK_BYTES <= bytes.length && bytes[at] !== 0; entry++) {
    if (entry >= MAX_ENTRIES) {
      return fail('MODEL_TOO_LARGE', `tar byte ${at}`, 'more entries', `at most ${MAX_ENTRIES}`)
    }
    const sum = octal(bytes, at + 148, 8)
    if (sum !== headerSum(bytes, at)) {
      return fail('MODEL_FORMAT', `tar byte ${at}`, `checksum ${sum}`, `${headerSum(bytes, at)}`)
    }
    const size = octal(bytes, at + 124, 12)
    const start = at + BLOCK_BYTES
    if (!(size <= bytes.length - start)) {
      return fail('MODEL_TRUNCATED', `tar byte ${at}`, `${bytes.length - start} bytes`, `${size}`)
    }
    const kind = bytes[at + 156]!
    if (kind === 0 || kind === 48)
      files.set(entryName(bytes, at), bytes.subarray(start, start + size))
    at = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
  }
  return ok(files)
}

function entryName(bytes: Uint8Array, at: number): string {
  return text(bytes, at, 100).replace(/^\.\//, '')
}

/** The header's bytes added up, its own checksum field read as spaces. */
function headerSum(bytes: Uint8Array, at: number): number {
  let sum = 0
  for (let i = 0; i < BLOCK_BYTES; i++) sum += i >= 148 && i < 156 ? 32 : bytes[at + i]!
  return sum
}

/** NaN when the field is not an octal number. */
function octal(bytes: Uint8Array, at: number, length: number): number {
  const digits = text(bytes, at, length).trim()
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
}

function text(bytes: Uint8Array, at: number, length: number): string {
  let out = ''
  for (let i = at; i < at + length && bytes[i]; i++) out += String.fromCharCode(bytes[i]!)
  return out
}
