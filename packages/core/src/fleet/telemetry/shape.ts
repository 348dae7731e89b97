import { fail, ok, type Result } from '../../math/result.ts'
import { type Canonical, canonicalText } from '../../night/consent/canonical.ts'
import type { Field, Shape } from './field.ts'
import { bytesOfText, scanLetters, scanText, scanWhole, textOfBytes } from './scan.ts'
import { fieldsText, fieldText, scanFields, scanList } from './shape-plan.ts'

/** Why a message in JSON was not taken. */
export type ShapeCode = 'WIRE_SIZE' | 'WIRE_JSON' | 'WIRE_SHAPE' | 'WIRE_CANONICAL'

type Fields = Readonly<Record<string, unknown>>

const TRUE = bytesOfText('true')
const FALSE = bytesOfText('false')

/** A whole number within bounds, both counted. */
export function whole(from: number, to: number): Field<number> {
  return {
    expected: `a whole number from ${from} to ${to}`,
    read: (value) => (isWhole(value) && value >= from && value <= to ? value : undefined),
    write: (value) => value,
    scan: (cursor) => {
      const value = scanWhole(cursor)
      return value !== undefined && value >= from && value <= to ? value : undefined
    },
  }
}

/** A number kept to a thousandth, on the wire as whole thousandths under a name of its own. */
export function thousandths(wire: string, from: number, to: number): Field<number> {
  const inner = whole(Math.round(from * 1000), Math.round(to * 1000))
  return {
    ...{ wire, expected: inner.expected },
    read: (value) => {
      const read = inner.read(value)
      return read === undefined ? undefined : read / 1000
    },
    write: (value) => Math.round(value * 1000),
    scan: (cursor) => {
      const read = inner.scan(cursor)
      return read === undefined ? undefined : read / 1000
    },
  }
}

/** One of a closed list of words. */
export function word<const Word extends string>(words: readonly Word[]): Field<Word> {
  const letters = words.map((each) => bytesOfText(`"${each}"`))
  return {
    expected: words.join(' or '),
    read: (value) => words.find((each) => each === value),
    write: (value) => value,
    scan: (cursor) => {
      for (let i = 0; i < letters.length; i++) if (scanLetters(cursor, letters[i]!)) return words[i]
      return undefined
    },
  }
}

/** A name that a pattern describes; never a sentence. */
export function name(pattern: RegExp): Field<string> {
  return {
    expected: `text like ${pattern.source}`,
    read: (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined),
    write: (value) => value,
    scan: (cursor) => {
      const text = scanText(cursor)
      return text !== undefined && pattern.test(text) ? text : undefined
    },
  }
}

/** True or false. */
export const flag: Field<boolean> = {
  expected: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
  write: (value) => value,
  scan: (cursor) =>
    scanLetters(cursor, TRUE) ? true : scanLetters(cursor, FALSE) ? false : undefined,
}

/** At most `most` values of one kind. */
export function list<T>(of: Field<T>, most: number): Field<readonly T[]> {
  return {
    expected: `at most ${most} of ${of.expected}`,
    read: (value) => {
      if (!Array.isArray(value) || value.length > most) return undefined
      const read = value.map((item) => of.read(item))
      return read.includes(undefined) ? undefined : (read as T[])
    },
    write: (values) => values.map((value) => of.write(value)),
    scan: (cursor) => scanList(cursor, of, most),
    text: (values) => `[${values.map((value) => fieldText(of, value)).join(',')}]`,
  }
}

/** An object within an object. */
export function part<T>(shape: Shape<T>): Field<T> {
  return {
    expected: `{${wireNames(shape).join(', ')}}`,
    read: (value) => {
      const read = readFields(shape, value, '')
      return read.ok ? read.value : undefined
    },
    write: (value) => writeFields(shape, value),
    scan: (cursor) => scanFields(shape, cursor),
    text: (value) => fieldsText(shape, value),
  }
}

/** Every field there and of its kind, and none that is unknown. */
export function readFields<T>(
  shape: Shape<T>,
  value: unknown,
  where: string,
): Result<T, 'WIRE_SHAPE'> {
  if (!isFields(value)) return fail('WIRE_SHAPE', where, brief(value), 'an object')
  const wires = wireNames(shape)
  const odd = Object.keys(value).find((key) => !wires.includes(key))
  if (odd !== undefined) {
    return fail('WIRE_SHAPE', at(where, odd), 'an unknown field', wires.join(' '))
  }
  const read: Record<string, unknown> = {}
  for (const [key, field] of Object.entries<Field<unknown>>(shape as never)) {
    const wire = field.wire ?? key
    const got = Object.hasOwn(value, wire) ? field.read(value[wire]) : undefined
    if (got === undefined) {
      return fail('WIRE_SHAPE', at(where, wire), brief(value[wire]), field.expected)
    }
    read[key] = got
  }
  return ok(read as T)
}

/** What {@link readFields} reads back. */
export function writeFields<T>(shape: Shape<T>, value: T): Record<string, Canonical> {
  const written: Record<string, Canonical> = {}
  for (const [key, field] of Object.entries<Field<unknown>>(shape as never)) {
    written[field.wire ?? key] = field.write((value as Fields)[key])
  }
  return written
}

/**
 * The value of a message that is JSON in its one canonical form, of at most `most` bytes: no white
 * space, names in order, no name twice, whole numbers only. Rule F12 of SPEC.md.
 */
export function readCanonical(bytes: Uint8Array, most: number): Result<unknown, ShapeCode> {
  if (bytes.length > most) {
    return fail('WIRE_SIZE', 'message', `${bytes.length} bytes`, `at most ${most}`)
  }
  const text = textOfBytes(bytes)
  try {
    const value: unknown = JSON.parse(text)
    if (canonicalText(value as Canonical) === text) return ok(value)
    return fail('WIRE_CANONICAL', 'message', brief(text), 'canonical JSON')
  } catch {
    return fail('WIRE_JSON', 'message', brief(text), 'canonical JSON')
  }
}

/** A message's bytes, which are ASCII. */
export function writeCanonical(value: Canonical): Uint8Array<ArrayBuffer> {
  return bytesOfText(canonicalText(value))
}

function wireNames<T>(shape: Shape<T>): string[] {
  return Object.entries<Field<unknown>>(shape as never).map(([key, { wire }]) => wire ?? key)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && !Object.is(value, -0)
}

function at(where: string, field: string): string {
  return where === '' ? field : `${where}.${field.slice(0, 40)}`
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80)
}
