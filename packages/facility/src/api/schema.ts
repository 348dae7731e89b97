/** A JSON schema (draft 2020-12, as OpenAPI 3.1 has it): what is checked is what is published. */
export type Schema = Readonly<Record<string, unknown>>

/** The fields of an object by name. */
export type Fields = Readonly<Record<string, Schema>>

/** An object with these fields and no other; names that end with '?' may be left out. */
export function object(fields: Fields): Schema {
  const names = Object.keys(fields)
  const required = names.filter((name) => !name.endsWith('?'))
  const properties = Object.fromEntries(
    names.map((name) => [name.replace(/\?$/, ''), fields[name]!]),
  )
  const must = required.length > 0 ? { required } : {}
  return { type: 'object', properties, ...must, additionalProperties: false }
}

/** An object of which this much is promised, and of which more may come. */
export function open(fields: Fields, description: string): Schema {
  return { ...object(fields), additionalProperties: true, description }
}

/** Text that a pattern describes. */
export function text(pattern: RegExp): Schema {
  return { type: 'string', pattern: pattern.source }
}

/** A person's words: one to `most` characters. */
export function words(most: number): Schema {
  return { type: 'string', minLength: 1, maxLength: most }
}

/** One of some words. */
export function oneOf(...values: readonly string[]): Schema {
  return { type: 'string', enum: values }
}

/** A whole number within bounds, both counted. */
export function whole(minimum: number, maximum: number): Schema {
  return { type: 'integer', minimum, maximum }
}

/** At most `most` of one kind. */
export function list(items: Schema, most?: number): Schema {
  return { type: 'array', items, ...(most !== undefined && { maxItems: most }) }
}

/** True or false. */
export const flag: Schema = { type: 'boolean' }

/** Any JSON. */
export const anything: Schema = {}

/** One of several shapes. */
export function either(...shapes: readonly Schema[]): Schema {
  return { oneOf: shapes }
}

/** A device's name. */
export const deviceName: Schema = text(/^[a-z0-9][a-z0-9-]{2,46}[a-z0-9]$/)

/** 32 bytes in hexadecimal digits. */
export const key32: Schema = text(/^[0-9a-f]{64}$/)

/** A moment, unix ms. */
export const moment: Schema = whole(0, 4_102_444_800_000)

/** A person's name among operators. */
export const personName: Schema = text(/^[a-z][a-z0-9.-]{1,39}$/)
