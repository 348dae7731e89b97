import { base64, bytesOfBase64 } from '../../math/base64.ts'
import { fail, ok, type Result } from '../../math/result.ts'

/** Why a text is no value that {@link plainText} wrote. */
export type PlainCode = 'PLAIN_TEXT'

/** A number that JSON has no word for, an array of numbers in memory, or a map. */
type Marked =
  | { readonly $: 'NaN' | 'Infinity' | '-Infinity' | '-0' }
  | { readonly $f64: string }
  | { readonly $f32: string }
  | { readonly $u16: string }
  | { readonly $map: readonly (readonly [string, unknown])[] }

/**
 * The text of a value of plain data, in ASCII: JSON, in which NaN, the infinities, -0, typed arrays
 * and maps have words of their own. What is read from it by {@link readPlainText} is the same to
 * the bit, in the same order; fields that are undefined are left out. No name begins with '$'.
 */
export function plainText(value: unknown): string {
  return JSON.stringify(value, (_, each) => marked(each)).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The value of a text that {@link plainText} wrote. */
export function readPlainText(text: string): Result<unknown, PlainCode> {
  try {
    return ok(JSON.parse(text, (_, each) => unmarked(each)))
  } catch {
    return fail('PLAIN_TEXT', 'text', JSON.stringify(text.slice(0, 40)), 'a value that was written')
  }
}

/** The bytes of such a text, from `at` of `bytes` on if these are given. */
export function asciiBytes(text: string, head = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head + text.length)
  for (let i = 0; i < text.length; i++) bytes[head + i] = text.charCodeAt(i)
  return bytes
}

/** The text of bytes, from `from` on. */
export function asciiText(bytes: Uint8Array, from = 0): string {
  const pieces: string[] = []
  for (let at = from; at < bytes.length; at += 4096) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 4096)))
  }
  return pieces.join('')
}

function marked(value: unknown): unknown {
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return { $: '-0' } satisfies Marked
    return Number.isFinite(value) ? value : ({ $: String(value) } as Marked)
  }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Float64Array) return { $f64: textOf(value) } satisfies Marked
  if (value instanceof Float32Array) return { $f32: textOf(value) } satisfies Marked
  if (value instanceof Uint16Array) return { $u16: textOf(value) } satisfies Marked
  if (value instanceof Map) return { $map: [...value] } satisfies Marked
  return value
}

function unmarked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$' in value) return value.$ === '-0' ? -0 : Number(value.$)
  if ('$f64' in value) return new Float64Array(memoryOf(value.$f64))
  if ('$f32' in value) return new Float32Array(memoryOf(value.$f32))
  if ('$u16' in value) return new Uint16Array(memoryOf(value.$u16))
  if ('$map' in value) return new Map(value.$map as [string, unknown][])
  return value
}

/** Every NaN is written with the same bits, whatever a processor made of it. */
function textOf(numbers: Float64Array | Float32Array | Uint16Array): string {
  const copy = numbers.slice()
  const view = new DataView(copy.buffer)
  for (let i = 0; i < copy.length; i++) {
    if (!Number.isNaN(copy[i]!)) continue
    const at = i * copy.BYTES_PER_ELEMENT
    if (copy.BYTES_PER_ELEMENT === 4) view.setUint32(at, 0x7fc00000, true)
    else view.setBigUint64(at, 0x7ff8000000000000n, true)
  }
  return base64(new Uint8Array(copy.buffer))
}

function memoryOf(text: unknown): ArrayBuffer {
  return bytesOfBase64(String(text)).slice().buffer
}
