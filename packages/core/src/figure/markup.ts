import { assert } from '../math/assert.ts'

/** Attributes of an element: numbers are written to 1/100, an undefined one is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

/**
 * Text made safe inside SVG or HTML, between tags and inside double or single quotes. Characters
 * that XML 1.0 forbids (control characters, lone surrogates) become U+FFFD, so that any file name,
 * channel label or annotation can be shown.
 */
export function escapeMarkup(text: string): string {
  return text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>"']/g, (c) => ENTITIES[c]!)
}

/**
 * A number as it is written into a drawing: rounded to 1/100, no trailing zeros, no -0. Must be
 * finite.
 */
export function coordinate(value: number): string {
  assert(Number.isFinite(value), `a coordinate must be finite, got ${value}`)
  return String(Math.round(value * 100) / 100 + 0)
}

/** An element with its children, which must be markup already; attribute values are escaped. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  let head = `<${name}`
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue
    head += ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeMarkup(value)}"`
  }
  return children.length === 0 ? `${head}/>` : `${head}>${children.join('')}</${name}>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
