import { canonicalText } from '../../night/consent/canonical.ts'
import type { Field, Shape } from './field.ts'
import { bytesOfText, type Cursor, scanLetters } from './scan.ts'

const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const CLOSE_FIELDS = 0x7d
const COMMA = 0x2c

/** The fields of a shape in the order of a message, with what stands before each. */
type Plan = {
  readonly keys: readonly string[]
  readonly steps: readonly PlanStep[]
}
type PlanStep = {
  readonly key: string
  /** Its place among the shape's own. */
  readonly at: number
  readonly field: Field<unknown>
  readonly before: string
  readonly letters: Uint8Array
}

const PLANS = new WeakMap<object, Plan>()

function planOf(shape: object): Plan {
  const known = PLANS.get(shape)
  if (known !== undefined) return known
  const keys = Object.keys(shape)
  const fields = shape as Readonly<Record<string, Field<unknown>>>
  const wireOf = (key: string): string => fields[key]!.wire ?? key
  const order = keys.toSorted((a, b) => (wireOf(a) < wireOf(b) ? -1 : 1))
  const steps = order.map((key, i): PlanStep => {
    const before = `${i === 0 ? '{' : ','}"${wireOf(key)}":`
    return { key, at: keys.indexOf(key), field: fields[key]!, before, letters: bytesOfText(before) }
  })
  const plan = { keys, steps }
  PLANS.set(shape, plan)
  return plan
}

/** The fields of a shape, if they come next in canonical form; undefined when that is not seen so. */
export function scanFields<T>(shape: Shape<T>, cursor: Cursor): T | undefined {
  const { keys, steps } = planOf(shape)
  if (steps.length === 0) return undefined
  const values: unknown[] = new Array(keys.length)
  for (let i = 0; i < steps.length; i++) {
    const { at, field, letters } = steps[i]!
    if (!scanLetters(cursor, letters)) return undefined
    const value = field.scan(cursor)
    if (value === undefined) return undefined
    values[at] = value
  }
  if (cursor.bytes[cursor.at] !== CLOSE_FIELDS) return undefined
  cursor.at++
  const read: Record<string, unknown> = {}
  for (let i = 0; i < keys.length; i++) read[keys[i]!] = values[i]
  return read as T
}

/** A list of at most `most`, if one comes next. */
export function scanList<T>(cursor: Cursor, of: Field<T>, most: number): readonly T[] | undefined {
  const { bytes } = cursor
  if (bytes[cursor.at++] !== OPEN_LIST) return undefined
  const items: T[] = []
  if (bytes[cursor.at] === CLOSE_LIST) {
    cursor.at++
    return items
  }
  for (;;) {
    const item = of.scan(cursor)
    if (item === undefined || items.length === most) return undefined
    items.push(item)
    const next = bytes[cursor.at++]
    if (next === CLOSE_LIST) return items
    if (next !== COMMA) return undefined
  }
}

/** The canonical text of a value of a shape. */
export function fieldsText<T>(shape: Shape<T>, value: T): string {
  const { steps } = planOf(shape)
  if (steps.length === 0) return '{}'
  let text = ''
  for (let i = 0; i < steps.length; i++) {
    const { key, field, before } = steps[i]!
    text += before + fieldText(field, (value as Readonly<Record<string, unknown>>)[key])
  }
  return `${text}}`
}

/** The canonical text of the value of a field. */
export function fieldText<T>(field: Field<T>, value: T): string {
  return field.text?.(value) ?? canonicalText(field.write(value))
}
