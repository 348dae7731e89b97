import { log, log1p } from '../../math/elementary.ts'

/** Share of values that are the tail. */
const TAIL_SHARE = 0.02
const LEAST = 100
/** Largest shape of the law that moments can tell. */
const HEAVIEST = 0.5
/** Values that the tail is judged by, the latest. */
const MOST = 4000

/** A sorted window of the latest values, and their order of arrival. */
export type TailLaw = { readonly sorted: number[]; readonly arrived: number[]; oldest: number }

/** Nothing seen. */
export function beginTail(): TailLaw {
  return { sorted: [], arrived: [], oldest: 0 }
}

/**
 * How surprising a value is, -ln P(at least as large), judged by the values before it; 0 until 100
 * were seen. Inside the bulk P is the rank's; beyond the 98 % quantile t peaks over threshold:
 * z_q = t + (s/g)((q n/N_t)^-g - 1) solved for q, with s and g of the generalised Pareto law by
 * moments (Siffer et al., KDD 2017; Hosking and Wallis 1987), g within 0 to
 * `heaviest` (0: an exponential tail). Takes the value in.
 */
export function tailSurprise(law: TailLaw, value: number, heaviest: number = HEAVIEST): number {
  const surprise = law.sorted.length < LEAST ? 0 : surpriseOf(law.sorted, value, heaviest)
  law.sorted.splice(placeOf(law.sorted, value), 0, value)
  law.arrived.push(value)
  if (law.sorted.length > MOST) {
    law.sorted.splice(placeOf(law.sorted, law.arrived[law.oldest]!), 1)
    law.oldest++
    if (law.oldest > MOST) {
      law.arrived.splice(0, law.oldest)
      law.oldest = 0
    }
  }
  return surprise
}

function surpriseOf(sorted: readonly number[], value: number, heaviest: number): number {
  const n = sorted.length
  const first = Math.floor((1 - TAIL_SHARE) * n)
  const threshold = sorted[first]!
  if (!(value > threshold)) {
    return -log(Math.max(1 - placeOf(sorted, value) / (n + 1), TAIL_SHARE))
  }
  let [sum, squares] = [0, 0]
  for (let i = first + 1; i < n; i++) {
    const excess = sorted[i]! - threshold
    sum += excess
    squares += excess * excess
  }
  const count = Math.max(1, n - first - 1)
  const mean = Math.max(sum / count, 1e-9 + 0.02 * Math.abs(threshold))
  const variance = Math.max(squares / count - (sum / count) * (sum / count), 1e-18)
  const shape = Math.max(0, Math.min(heaviest, 0.5 * (1 - (mean * mean) / variance)))
  const scale = mean * (1 - shape)
  const excess = value - threshold
  const beyond = shape < 1e-3 ? excess / mean : log1p((shape * excess) / scale) / shape
  return -log(TAIL_SHARE) + beyond
}

/** Where a value goes in sorted numbers: before the first that is not smaller. */
export function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
