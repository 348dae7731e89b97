import { assert } from '../../math/assert.ts'
import type { Night } from './night.ts'

/** The typed arrays a night holds, by the name they are packed under. */
const ARRAYS = { Float32Array, Float64Array } as const
type ArrayName = keyof typeof ARRAYS

/** Digits kept of a packed number: more than a picture shows, less than half the bytes. */
const PACKED_DIGITS = 5

/**
 * A night as one line of JSON, typed arrays included, for a page to load at once. Numbers in arrays
 * keep five significant digits, NaN is null: a copy to look at, not the document (`nightDocument`).
 */
export function packNight(night: Night): string {
  return JSON.stringify(night, (_key, value: unknown) => {
    if (value instanceof Float32Array) return { array: 'Float32Array', values: packed(value) }
    if (value instanceof Float64Array) return { array: 'Float64Array', values: packed(value) }
    return value
  })
}

/** Reads what `packNight` wrote. Throws on text that is no packed night: it is our own file. */
export function unpackNight(text: string): Night {
  const night = JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('array' in value)) return value
    const { array, values } = value as unknown as { array: ArrayName; values: (number | null)[] }
    return ARRAYS[array].from(values.map((number) => number ?? Number.NaN))
  }) as Night
  assert(night.probabilities instanceof Float32Array, 'expected a packed night')
  return night
}

function packed(values: Float32Array | Float64Array): (number | null)[] {
  return Array.from(values, (x) => (Number.isNaN(x) ? null : Number(x.toPrecision(PACKED_DIGITS))))
}
