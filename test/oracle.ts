import { readFileSync } from 'node:fs'

const scipy = JSON.parse(
  readFileSync(new URL('./oracle/scipy.json', import.meta.url), 'utf8'),
) as Record<string, unknown>

/** One entry of the answers that SciPy and MNE gave to the inputs of `oracleNoise`. */
export function scipyOracle<T>(key: string): T {
  if (!(key in scipy)) throw new Error(`the oracle knows nothing of ${key}`)
  return scipy[key] as T
}

/**
 * The same noise in -1 .. 1 that the oracle was asked with, from a 31-bit congruential generator.
 */
export function oracleNoise(n: number, seed: number): Float64Array {
  let state = seed
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 2 ** 30 - 1
  })
}

/** Largest distance between two rows of the same length; NaN when the lengths differ. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const distance = Math.abs(a[i]! - b[i]!)
    if (!(distance <= most)) most = distance
  }
  return most
}

/** Every k-th value, as the oracle stores long rows. */
export function every(x: ArrayLike<number>, k: number): number[] {
  return Array.from(x).filter((_, i) => i % k === 0)
}
