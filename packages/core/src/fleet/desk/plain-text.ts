import { base64, bytesOfBase64 } from '../../math/base64.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import { textOfBytes } from '../telemetry/scan.ts'

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
  return textOf(value)
}

/** The value of a text that {@link plainText} wrote. */
export function readPlainText(text: string): Result<unknown, PlainCode> {
  try {
    return ok(unmarked(JSON.parse(text)))
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
  return textOfBytes(bytes, from)
}

/** Text that stands for itself in quotation marks. */
const PLAIN = /^[ !#-[\]-~]*$/

/** As JSON.stringify writes it, which costs three times as much where it asks for each value. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return numberText(value)
    case 'string':
      return quoted(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : objectText(value)
    default:
      return 'null'
  }
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return textOf({ $: '-0' } satisfies Marked)
  return Number.isFinite(value) ? String(value) : textOf({ $: String(value) } as Marked)
}

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function objectText(value: object): string {
  if (Array.isArray(value)) {
    let items = ''
    for (let i = 0; i < value.length; i++) items += (i > 0 ? ',' : '') + textOf(value[i])
    return `[${items}]`
  }
  if (value instanceof Map) return textOf({ $map: [...value] } satisfies Marked)
  if (value instanceof Float64Array) return textOf({ $f64: bitsOf(value) } satisfies Marked)
  if (value instanceof Float32Array) return textOf({ $f32: bitsOf(value) } satisfies Marked)
  if (value instanceof Uint16Array) return textOf({ $u16: bitsOf(value) } satisfies Marked)
  let fields = ''
  for (const name of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[name]
    if (field === undefined) continue
    fields += `${fields === '' ? '' : ','}${quoted(name)}:${textOf(field)}`
  }
  return `{${fields}}`
}

/** What was read as JSON with the words of its own made what they say, in place. */
function unmarked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      if (typeof value[i] === 'object') value[i] = unmarked(value[i])
    }
    return value
  }
  const fields = value as Record<string, unknown>
  for (const name of Object.keys(fields)) {
    if (name.startsWith('$')) return markOf(fields as Marked)
    if (typeof fields[name] === 'object') setField(fields, name, unmarked(fields[name]))
  }
  return value
}

/** Sets it as the object's own, whatever its name. */
function setField(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') fields[name] = value
  else Object.defineProperty(fields, name, { value, enumerable: true, writable: true })
}

function markOf(marked: Marked): unknown {
  if ('$' in marked) return marked.$ === '-0' ? -0 : Number(marked.$)
  if ('$f64' in marked) return new Float64Array(memoryOf(marked.$f64))
  if ('$f32' in marked) return new Float32Array(memoryOf(marked.$f32))
  if ('$u16' in marked) return new Uint16Array(memoryOf(marked.$u16))
  if ('$map' in marked) return new Map(unmarked(marked.$map) as [string, unknown][])
  return marked
}

/** Every NaN is written with the same bits, whatever a processor made of it. */
function bitsOf(numbers: Float64Array | Float32Array | Uint16Array): string {
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
