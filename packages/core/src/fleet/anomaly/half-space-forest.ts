import { assert } from '../../math/assert.ts'
import { seededRandom } from '../../math/random.ts'
import type { Judged } from './detector.ts'
import { beginTail, type TailLaw, tailSurprise } from './tail-law.ts'

const TREES = 25
const DEPTH = 10
const NODES = (1 << (DEPTH + 1)) - 1
const INNER = (1 << DEPTH) - 1
/** Frames after which what was counted becomes a quarter of what is compared with. */
const WINDOW = 250
/** A node with fewer is deep enough. */
const FEW = 25
/** Share of a new frame in the smoothed rarity, and frames that it takes to forget its start. */
const SMOOTHING = 0.25
const SETTLING = 20
/** The mean of many trees has a light tail. */
const EXPONENTIAL = 0
/** -ln of the tail at which a shape sounds: once in 65 million frames if the law holds. */
const SURPRISE_LIMIT = 18

/** Half-space trees for one device, with the tail of their own scores. */
export type HalfSpaceForest = {
  readonly numbers: number
  readonly feature: Uint8Array
  readonly cut: Float32Array
  readonly counted: Uint16Array
  readonly compared: Uint16Array
  readonly tail: TailLaw
  seen: number
  /** Smoothed over about eight frames: one odd frame is none. */
  rarity: number
}

/** Trees over residuals of so many numbers, each taken to lie within -6 to 6; the seed is fixed. */
export function halfSpaceForest(numbers: number, seed = 1): HalfSpaceForest {
  assert(numbers > 0 && numbers < 256, `${numbers} numbers`)
  const random = seededRandom(seed)
  const feature = new Uint8Array(TREES * INNER)
  const cut = new Float32Array(TREES * INNER)
  for (let tree = 0; tree < TREES; tree++) {
    const low = new Float64Array(numbers)
    const high = new Float64Array(numbers)
    for (let c = 0; c < numbers; c++) {
      const middle = 6 * (random.uniform() - 0.5)
      low[c] = middle - 9
      high[c] = middle + 9
    }
    plant({ feature, cut, from: tree * INNER, low, high, pick: random.uniform }, 0)
  }
  const counts = (): Uint16Array => new Uint16Array(TREES * NODES)
  return {
    numbers,
    feature,
    cut,
    counted: counts(),
    compared: counts(),
    tail: beginTail(),
    ...{ seen: 0, rarity: 0 },
  }
}

type Plan = {
  readonly feature: Uint8Array
  readonly cut: Float32Array
  readonly from: number
  readonly low: Float64Array
  readonly high: Float64Array
  readonly pick: () => number
}

function plant(plan: Plan, node: number): void {
  if (node >= INNER) return
  const { low, high, from } = plan
  const c = Math.floor(plan.pick() * low.length)
  const middle = (low[c]! + high[c]!) / 2
  plan.feature[from + node] = c
  plan.cut[from + node] = middle
  const [a, b] = [low[c]!, high[c]!]
  high[c] = middle
  plant(plan, 2 * node + 1)
  high[c] = b
  low[c] = middle
  plant(plan, 2 * node + 2)
  low[c] = a
}

/**
 * L2: how rare the joint shape of a frame is. Mass of the half-spaces it falls into, over the
 * window before (Tan, Ting and Liu, IJCAI 2011), and the tail of that by `tailSurprise`; the score
 * is 1 - P. A missing number is taken as usual (0); with none present the verdict is `unknown`.
 */
export function halfSpaceStep(
  state: HalfSpaceForest,
  residuals: ArrayLike<number>,
): Judged<HalfSpaceForest> {
  let known = 0
  for (let c = 0; c < state.numbers; c++) if (!Number.isNaN(residuals[c]!)) known++
  if (known === 0) return { state, score: Number.NaN, verdict: 'unknown' }
  let mass = 0
  for (let tree = 0; tree < TREES; tree++) mass += treeMass(state, tree, residuals)
  state.seen++
  if (state.seen % WINDOW === 0) {
    const first = state.seen === WINDOW
    for (let i = 0; i < state.compared.length; i++) {
      const fresh = state.counted[i]!
      state.compared[i] = first ? fresh : Math.round(0.75 * state.compared[i]! + 0.25 * fresh)
    }
    state.counted.fill(0)
  }
  if (state.seen <= WINDOW) return { state, score: Number.NaN, verdict: 'unknown' }
  const rarity = 1 / (1 + mass / (TREES * WINDOW))
  state.rarity += SMOOTHING * (rarity - state.rarity)
  if (state.seen <= WINDOW + SETTLING) return { state, score: Number.NaN, verdict: 'unknown' }
  const surprise = tailSurprise(state.tail, state.rarity, EXPONENTIAL)
  if (state.seen <= 2 * WINDOW) return { state, score: Number.NaN, verdict: 'unknown' }
  const score = Math.min(1, surprise / SURPRISE_LIMIT)
  return { state, score, verdict: surprise >= SURPRISE_LIMIT ? 'alarm' : 'quiet' }
}

function treeMass(state: HalfSpaceForest, tree: number, residuals: ArrayLike<number>): number {
  const { feature, cut, counted, compared } = state
  let [node, weight, mass] = [0, 1, -1]
  for (let depth = 0; depth <= DEPTH; depth++) {
    const at = tree * NODES + node
    if (counted[at]! < 65_535) counted[at]!++
    if (mass < 0 && (compared[at]! < FEW || depth === DEPTH)) mass = compared[at]! * weight
    if (depth === DEPTH) break
    const inner = tree * INNER + node
    const x = residuals[feature[inner]!]!
    node = 2 * node + (x > cut[inner]! ? 2 : 1)
    weight *= 2
  }
  return mass
}
