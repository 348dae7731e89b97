import { Unzlib } from 'fflate'
import { fail, ok, type Result } from '../../math/result.ts'
import type { ModelCode } from '../stage/model-code.ts'

/** YASA's classifiers inflate to 7.4 MB; ten times that is still a model, more is an attack. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024
/** Bytes inflated between two looks at the limit. */
const STEP_BYTES = 1 << 14

/**
 * True when the bytes begin like a zlib stream, as `joblib.dump(…, compress=('zlib', n))` writes.
 */
export function looksLikeJoblib(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x78 && ((bytes[0] << 8) | bytes[1]!) % 31 === 0
}

/**
 * The LightGBM text inside a joblib file of a fitted classifier: inflates it and finds the text by
 * its first and last words. The pickle around it is never interpreted, so nothing in the file can
 * run.
 */
export function lightGbmTextInJoblib(bytes: Uint8Array): Result<Uint8Array, ModelCode> {
  const inflated = inflateBounded(bytes)
  if (!inflated.ok) return inflated
  const start = find(inflated.value, 'tree\nversion=', 0)
  if (start < 0) {
    return fail('MODEL_UNSUPPORTED', 'joblib', 'no LightGBM text inside', 'a LightGBM classifier')
  }
  const end = find(inflated.value, 'end of trees', start)
  if (end < 0) return fail('MODEL_TRUNCATED', 'joblib', 'an unended model', '"end of trees"')
  return ok(inflated.value.subarray(start, end + 'end of trees\n'.length))
}

function inflateBounded(bytes: Uint8Array): Result<Uint8Array, ModelCode> {
  const parts: Uint8Array[] = []
  let total = 0
  const stream = new Unzlib((part) => {
    parts.push(part)
    total += part.length
  })
  try {
    for (let at = 0; at < bytes.length && total <= MAX_INFLATED_BYTES; at += STEP_BYTES) {
      const next = Math.min(bytes.length, at + STEP_BYTES)
      stream.push(bytes.subarray(at, next), next === bytes.length)
    }
  } catch (error) {
    return fail('MODEL_FORMAT', 'joblib', `bad zlib data: ${String(error)}`, 'a whole zlib stream')
  }
  if (total > MAX_INFLATED_BYTES) {
    return fail('MODEL_TOO_LARGE', 'joblib', 'more bytes', `at most ${MAX_INFLATED_BYTES} inflated`)
  }
  const whole = new Uint8Array(total)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return ok(whole)
}

function find(bytes: Uint8Array, text: string, from: number): number {
  const first = text.charCodeAt(0)
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let i = 1
    while (i < text.length && bytes[at + i] === text.charCodeAt(i)) i++
    if (i === text.length) return at
  }
  return -1
}
