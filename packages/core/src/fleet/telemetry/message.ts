import { ok, type Result } from '../../math/result.ts'
import type { Shape } from './field.ts'
import { bytesOfText, type Cursor, scanLetters, scanText } from './scan.ts'
import { readCanonical, readFields, type ShapeCode, word } from './shape.ts'
import { fieldsText, scanFields } from './shape-plan.ts'

/** A message of one of several kinds, and the shape of each, the field `kind` among them. */
export type Kinds<T extends { readonly kind: string }> = Readonly<Record<T['kind'], Shape<T>>>

const KIND = bytesOfText('"kind":')

/**
 * Reads a message of a shape, of at most `most` bytes, in canonical JSON; `where` is what it is
 * called. What {@link readCanonical} and {@link readFields} find, of a good message in one pass.
 */
export function readMessage<T>(
  shape: Shape<T>,
  bytes: Uint8Array,
  most: number,
  where: string,
): Result<T, ShapeCode> {
  const scan = (cursor: Cursor): T | undefined => scanFields(shape, cursor)
  return readOnce(bytes, most, scan, (value) => readFields(shape, value, where))
}

/** What is canonical is read in one pass; what that does not take, in two, which say what is wrong. */
function readOnce<T>(
  bytes: Uint8Array,
  most: number,
  scan: (cursor: Cursor) => T | undefined,
  read: (value: unknown) => Result<T, ShapeCode>,
): Result<T, ShapeCode> {
  if (bytes.length <= most) {
    const cursor = { bytes, at: 0 }
    const scanned = scan(cursor)
    if (scanned !== undefined && cursor.at === bytes.length) return ok(scanned)
  }
  const json = readCanonical(bytes, most)
  return json.ok ? read(json.value) : json
}

/** The bytes of a message that {@link readMessage} reads. */
export function writeMessage<T>(shape: Shape<T>, value: T): Uint8Array<ArrayBuffer> {
  return bytesOfText(fieldsText(shape, value))
}

/** Shapes of several kinds of a message, each with its `kind` behind its other fields. */
export function kinds<T extends { readonly kind: string }>(
  shapes: {
    readonly [Kind in T['kind']]: Shape<Omit<Extract<T, { readonly kind: Kind }>, 'kind'>>
  },
): Kinds<T> {
  const names = Object.keys(shapes) as T['kind'][]
  return Object.fromEntries(
    names.map((kind) => [kind, { ...shapes[kind], kind: word([kind]) }]),
  ) as never
}

/** Reads a message of one of these kinds, as {@link readMessage} reads one of a shape. */
export function readKindMessage<T extends { readonly kind: string }>(
  of: Kinds<T>,
  bytes: Uint8Array,
  most: number,
  where: string,
): Result<T, ShapeCode> {
  const scan = (cursor: Cursor): T | undefined => scanKind(of, cursor)
  return readOnce(bytes, most, scan, (value) => readKind(of, value, where))
}

/** The fields of one of these kinds, every one and no other. */
export function readKind<T extends { readonly kind: string }>(
  of: Kinds<T>,
  value: unknown,
  where: string,
): Result<T, 'WIRE_SHAPE'> {
  const { kind } = (value ?? {}) as { readonly kind?: unknown }
  const isKnown = typeof kind === 'string' && Object.hasOwn(of, kind)
  return readFields(isKnown ? of[kind as T['kind']] : ({} as Shape<T>), value, where)
}

/** The fields of one of these kinds, if they come next in canonical form. */
export function scanKind<T extends { readonly kind: string }>(
  of: Kinds<T>,
  cursor: Cursor,
): T | undefined {
  const kind = kindAhead(cursor)
  if (kind === undefined || !Object.hasOwn(of, kind)) return undefined
  return scanFields(of[kind as T['kind']], cursor)
}

/** The kind that comes next: what stands for itself has no quotation mark but around it. */
function kindAhead({ bytes, at }: Cursor): string | undefined {
  const ahead = { bytes, at }
  for (let i = at; i + KIND.length < bytes.length; i++) {
    if (bytes[i] !== KIND[0] || bytes[i + 1] !== KIND[1]) continue
    ahead.at = i
    if (scanLetters(ahead, KIND)) return scanText(ahead)
  }
  return undefined
}
