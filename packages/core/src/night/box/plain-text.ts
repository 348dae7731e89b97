/**
 * Plain data as JSON text that loses nothing: NaN, the infinities, -0 and typed arrays are written
 * as `{"$": ...}`, as is a real `$` property. Every other double has a shortest decimal that reads
 * back to the same bits (ECMA-262, Number::toString). A property that is `undefined` is left out.
 */
export function plainText(value: unknown): string {
  return JSON.stringify(tagged(value))
}

/** The data that `plainText` wrote; throws what JSON.parse throws on a text that is none. */
export function plainOfText(text: string): unknown {
  return untagged(JSON.parse(text))
}

function tagged(value: unknown): unknown {
  if (typeof value === 'number') return taggedNumber(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(tagged)
  const name = typedName(value)
  if (name !== undefined) return { $: name, of: Array.from(value as Float64Array, tagged) }
  const entries = Object.entries(value).map(([key, v]) => [key, tagged(v)] as const)
  return Object.hasOwn(value, '$') ? { $: 'object', of: entries } : Object.fromEntries(entries)
}

function taggedNumber(value: number): unknown {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value
  return { $: Object.is(value, -0) ? '-0' : String(value) }
}

function typedName(value: object): TypedName | undefined {
  return TYPED_NAMES.find((name) => value instanceof TYPED[name])
}

/** What JSON.parse made is nobody else's yet: only what is tagged in it is put in its place. */
function untagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value) && Object.hasOwn(value, '$')) {
    return untaggedSpecial(value as Record<string, unknown>)
  }
  const held = value as Record<string, unknown>
  for (const key of Object.keys(held)) {
    const was = held[key]
    if (typeof was !== 'object' || was === null) continue
    const is = untagged(was)
    if (is !== was) held[key] = is
  }
  return value
}

function untaggedSpecial({ $: tag, of }: Record<string, unknown>): unknown {
  if (!Array.isArray(of)) return Number(tag)
  if (tag === 'object') {
    return Object.fromEntries((of as [string, unknown][]).map(([key, v]) => [key, untagged(v)]))
  }
  const name = TYPED_NAMES.find((known) => known === tag)
  return name === undefined ? undefined : TYPED[name].from(of.map(untagged) as number[])
}

const TYPED = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint8Array,
} as const
type TypedName = keyof typeof TYPED
const TYPED_NAMES = Object.keys(TYPED) as TypedName[]
