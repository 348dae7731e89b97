import { assert } from '../../math/assert.ts'

/** What has one canonical form: no fractions, no null, nothing undefined. */
export type Canonical =
  | string
  | number
  | boolean
  | readonly Canonical[]
  | { readonly [name: string]: Canonical }

/** Deepest nesting that anything signed may have. */
const DEEPEST = 8
const TOO_DEEP = `nested deeper than ${DEEPEST}`

/** Text that stands for itself: printable ASCII without the quotation mark and the backslash. */
const PLAIN = /^[ !#-[\]-~]*$/

/**
 * The one text of a value (SPEC.md, "Canonical bytes"): JSON without white space; names of an
 * object in ascending order of their UTF-16 code units; whole numbers of at most 2^53 - 1 in size,
 * in decimal, never -0; of text, everything outside printable ASCII as \uXXXX in lower case, so
 * that characters and bytes are the same thing. Throws on a fraction, and below eight levels.
 */
export function canonicalText(value: Canonical, depth = 0): string {
  assert(depth <= DEEPEST, TOO_DEEP)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) assert(false, `${value} is no whole number`)
    return String(value === 0 ? 0 : value)
  }
  if (isList(value)) return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1))
  const entry = (name: string): string =>
    `${quoted(name)}:${canonicalText(value[name]!, depth + 1)}`
  return `{${names.map(entry).join(',')}}`
}

/** The bytes that are signed: the purpose on a line of its own, then the canonical text. */
export function canonicalBytes(purpose: string, value: Canonical): Uint8Array<ArrayBuffer> {
  const text = `${purpose}\n${canonicalText(value)}`
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value)
}

function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  let inside = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const isPlain = unit >= 0x20 && unit < 0x7f && unit !== 0x22 && unit !== 0x5c
    inside += isPlain ? text[i] : `\\u${unit.toString(16).padStart(4, '0')}`
  }
  return `"${inside}"`
}
