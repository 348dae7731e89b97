/** A number read from a text field, and what had to be forgiven to read it. */
export type FieldNumber = {
  /** NaN when the field holds no number. */
  readonly value: number
  /** What was odd, in words that follow the field's text: `has a decimal comma: read as 3.5`. */
  readonly note?: string
}

/**
 * Reads a decimal number of a header field. Forgiven with a note: a decimal comma, blanks inside,
 * text after the number. Exponents are accepted silently, as the specification once allowed.
 */
export function fieldNumber(text: string): FieldNumber {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return { value: Number(text) }
  const joined = text.replace(/[\s\0]/g, '')
  const match = /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?/i.exec(joined)
  if (!match) return { value: Number.NaN }
  const value = Number(match[0].replace(',', '.'))
  const comma = match[0].includes(',') && match[0].length === joined.length
  return {
    value,
    note: `${comma ? 'has a decimal comma' : 'is no plain number'}: read as ${value}`,
  }
}

/**
 * Reads a whole number of a header field; NaN when it is none (`12.0` and `12,0` are, with a note).
 */
export function fieldInteger(text: string): FieldNumber {
  if (/^[+-]?\d+$/.test(text)) return { value: Number(text) }
  const { value, note } = fieldNumber(text)
  if (!Number.isInteger(value)) return { value: Number.NaN }
  return { value, note: note ?? `is no plain whole number: read as ${value}` }
}
