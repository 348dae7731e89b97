import { assert } from '../../math/assert.ts'

/** Most values that are looked back at. */
const MOST_LOOKED_BACK = 25_000

/** Grows by a value at a time; the dot products of the last window with every earlier one. */
export type LeftProfile = {
  readonly width: number
  readonly values: number[]
  readonly sums: number[]
  readonly squares: number[]
  readonly products: Float64Array
}

/** A profile over windows of `width` values, 3 or more. */
export function beginLeftProfile(width: number): LeftProfile {
  assert(Number.isSafeInteger(width) && width >= 3, `a window of ${width}`)
  const products = new Float64Array(MOST_LOOKED_BACK)
  return { width, values: [], sums: [0], squares: [0], products }
}

/**
 * L4, on demand: how far the last window is from the most alike that lies wholly before it, as the
 * z-normalised Euclidean distance, 0 to 2 sqrt(width); NaN while there is none. Each value costs
 * one pass over the past (the recurrence of STOMP: Zhu et al., ICDM 2016; left: Yeh et al. 2016).
 * Two level windows are alike; a level one is sqrt(2 width) from any that is not. Missing values
 * are the caller's to fill; after 25,000 values nothing is taken in any more and NaN is the answer.
 */
export function leftProfileStep(profile: LeftProfile, value: number): number {
  const { width, values, sums, squares, products } = profile
  if (values.length >= MOST_LOOKED_BACK) return Number.NaN
  values.push(value)
  const n = values.length
  sums.push(sums[n - 1]! + value)
  squares.push(squares[n - 1]! + value * value)
  const last = n - width
  if (last < 0) return Number.NaN
  const gone = last > 0 ? values[last - 1]! : 0
  for (let j = last; j >= 1; j--) {
    products[j] = products[j - 1]! - values[j - 1]! * gone + values[j + width - 1]! * value
  }
  let first = 0
  for (let k = 0; k < width; k++) first += values[k]! * values[last + k]!
  products[0] = first
  let best = Number.NaN
  const own = momentsAt(profile, last)
  for (let j = 0; j <= last - width; j++) {
    const other = momentsAt(profile, j)
    const covariance = products[j]! / width - own.mean * other.mean
    const distance = distanceOf(own.sd, other.sd, covariance, width)
    if (!(distance >= best)) best = distance
  }
  return best
}

function momentsAt(profile: LeftProfile, from: number): { mean: number; sd: number } {
  const { width, sums, squares } = profile
  const mean = (sums[from + width]! - sums[from]!) / width
  const power = (squares[from + width]! - squares[from]!) / width
  return { mean, sd: Math.sqrt(Math.max(0, power - mean * mean)) }
}

function distanceOf(a: number, b: number, covariance: number, width: number): number {
  const level = 1e-9
  if (a < level && b < level) return 0
  if (a < level || b < level) return Math.sqrt(2 * width)
  return Math.sqrt(Math.max(0, 2 * width * (1 - covariance / (a * b))))
}
