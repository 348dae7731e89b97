import { assert } from '../../math/assert.ts'
import type { ParameterSet } from './pacemaker.ts'

/**
 * A published set with some numbers changed; the name then says which. Asserts that every changed
 * letter is one of the set and every value finite.
 */
export function adjusted(
  set: ParameterSet,
  changes: Readonly<Record<string, number>> = {},
): ParameterSet {
  const entries = Object.entries(changes)
  if (entries.length === 0) return set
  for (const [letter, value] of entries) {
    assert(letter in set.values, `${set.name}: got parameter ${letter}, expected ${lettersOf(set)}`)
    assert(Number.isFinite(value), `${set.name}: got ${letter} = ${value}, expected a number`)
  }
  const text = entries.map(([letter, value]) => `${letter} ${value}`).join(', ')
  return { ...set, name: `${set.name} with ${text}`, values: { ...set.values, ...changes } }
}

/** For a message: `tau, mu, G`. */
function lettersOf(set: ParameterSet): string {
  return Object.keys(set.values).join(', ')
}
