import { exp, log } from '../../math/elementary.ts'
import { type Random, seededRandom } from '../../math/random.ts'

/** The separate sources of chance of one night: a change in one leaves the others as they were. */
const PURPOSES = [
  'person',
  'course',
  'eyes',
  'arousal',
  'slow-wave',
  'spindle',
  'rem',
  'heart',
  'artefact',
] as const

/** What a stream of random numbers is for. */
export type Purpose = (typeof PURPOSES)[number]

/** The stream of random numbers of one purpose in the night of a seed. */
export function chanceOf(seed: number, purpose: Purpose): Random {
  return seededRandom(mixSeed(seed, PURPOSES.indexOf(purpose) + 1))
}

/**
 * A 32-bit seed from a seed (any finite number) and up to three integers: numbers that differ
 * anywhere give unrelated seeds. The finaliser is that of MurmurHash3 (Appleby, 2011).
 */
export function mixSeed(seed: number, a: number, b = 0, c = 0): number {
  let h = (seed | 0) ^ Math.imul(Math.floor((seed - Math.floor(seed)) * 4294967296) | 0, 0x27d4eb2f)
  h = stir(h ^ Math.imul(Math.floor(seed / 4294967296) | 0, 0x165667b1))
  h = stir(h + Math.imul(a | 0, 0x9e3779b1))
  h = stir(h + Math.imul(b | 0, 0x85ebca77))
  return stir(h + Math.imul(c | 0, 0xc2b2ae3d)) >>> 0
}

/** Uniform between `low` and `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform()
}

/** Normal with mean and standard deviation, kept within three standard deviations. */
export function around(random: Random, mean: number, sd: number): number {
  return mean + sd * Math.max(-3, Math.min(3, random.normal()))
}

/**
 * Log-normal with a median and the standard deviation of its logarithm, kept within three of them.
 */
export function logNormal(random: Random, median: number, sd: number): number {
  return median * exp(around(random, 0, sd))
}

/** Waiting time of a memoryless process with mean `mean`, never above seven means. */
export function waiting(random: Random, mean: number): number {
  return mean * Math.min(7, -log(1 - random.uniform()))
}

function stir(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
