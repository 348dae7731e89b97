import { cheapestBlocks } from './block-schedule.ts'
import { type Ensemble, judge, levelSlopes, type Verdict } from './ensemble.ts'

/** Advice per step, what sleep leaves of it, and its cost. */
export type Schedule = {
  readonly levels: Int8Array
  readonly verdict: Verdict
  readonly cost: number
}

/** Where and at what price blocks may stand. */
export type BlockRules = {
  /** Shortest block, steps. */
  readonly shortest: number
  /** Hours of misalignment per step with advice, and per step that differs from `previous`. */
  readonly advicePrice: number
  readonly changePrice: number
  readonly previous: Int8Array | undefined
  /** 1 where light may not be sought (the guard round an uncertain CBTmin). */
  readonly noSeek: Uint8Array
  /** 1 where light may not be avoided (it was seen to push some draws the wrong way). */
  readonly noAvoid: Uint8Array
  readonly asleep: Uint8Array
}

const LEAST_GAIN_H = 0.002

/**
 * Descends on schedules of whole blocks: each round prices every level of every step by the adjoint
 * (the switch-time gradient, summed over the step), finds the cheapest schedule of lawful blocks
 * exactly, and takes it if the true cost falls; a step changed costs `trust`, which grows after a
 * refusal (sequential linear integer programming: Leyffer and Manns, 2022). At most `rounds`
 * adjoint sweeps.
 */
export function descendBlocks(
  ensemble: Ensemble,
  start: Int8Array,
  rules: BlockRules,
  rounds: number,
): Schedule {
  let best = scheduleOf(ensemble, start, rules)
  let trust = -1
  for (let round = 0; round < rounds; round++) {
    // `judge` of a refused trial left its paths behind: run the accepted one again.
    if (trust >= 0) judge(ensemble, best.levels, rules.asleep)
    const slopes = levelSlopes(ensemble, best.levels, rules.asleep, best.verdict)
    if (trust < 0) trust = firstTrust(slopes, best.levels)
    let moved = false
    for (let attempt = 0; attempt < 6 && !moved; attempt++) {
      const prices = pricesOf(slopes, best.levels, rules, trust)
      const levels = cheapestBlocks(prices, rules.asleep, rules.shortest)
      if (same(levels, best.levels)) {
        if (attempt === 0 && trust > 1e-6) {
          trust /= 4
          continue
        }
        return best
      }
      const trial = scheduleOf(ensemble, levels, rules)
      if (trial.cost < best.cost - LEAST_GAIN_H) {
        best = trial
        moved = true
        trust /= 2
      } else trust *= 3
    }
    if (!moved) return best
  }
  return best
}

/** A schedule with its cost: misalignment, advice and change. */
export function scheduleOf(ensemble: Ensemble, levels: Int8Array, rules: BlockRules): Schedule {
  const verdict = judge(ensemble, levels, rules.asleep)
  const { previous, asleep } = rules
  let cost = verdict.cost
  for (let i = 0; i < levels.length; i++) {
    if (asleep[i]) continue
    if (levels[i] !== 0) cost += rules.advicePrice
    if (previous && levels[i] !== previous[i]) cost += rules.changePrice
  }
  return { levels, verdict, cost }
}

/** A trust price that keeps the first move to the most profitable quarter of the steps. */
function firstTrust(
  slopes: readonly [Float64Array, Float64Array, Float64Array],
  levels: Int8Array,
): number {
  const gains: number[] = []
  for (let i = 0; i < levels.length; i++) {
    const gain = -Math.min(slopes[0][i]!, slopes[1][i]!, slopes[2][i]!)
    if (gain > 0) gains.push(gain)
  }
  gains.sort((a, b) => a - b)
  return gains[Math.floor(gains.length * 0.6)] ?? 0
}

function pricesOf(
  slopes: readonly [Float64Array, Float64Array, Float64Array],
  levels: Int8Array,
  rules: BlockRules,
  trust: number,
): [Float64Array, Float64Array, Float64Array] {
  const price = (level: number): Float64Array => {
    const slope = slopes[level + 1]!
    const out = new Float64Array(levels.length)
    for (let i = 0; i < levels.length; i++) {
      const advice = level === 0 ? 0 : rules.advicePrice
      const change = rules.previous && rules.previous[i] !== level ? rules.changePrice : 0
      const moved = levels[i] === level ? 0 : trust
      const closed = (level === 1 && rules.noSeek[i]) || (level === -1 && rules.noAvoid[i])
      out[i] = closed ? Infinity : slope[i]! + advice + change + moved
    }
    return out
  }
  return [price(-1), price(0), price(1)]
}

function same(a: Int8Array, b: Int8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
