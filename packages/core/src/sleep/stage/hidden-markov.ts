import { pow } from '../../math/elementary.ts'
import { STAGE_COUNT } from './stage.ts'

/**
 * How often stages follow each other from one 30-s epoch to the next; rows are from, columns to,
 * in the order of STAGES. Counted in DOD-H (25 nights, five experts each; Guillot et al. 2020,
 * MIT) and in the consensus hypnograms of BOAS (64 nights; OpenNeuro ds005555, CC0), and added
 * up.
 */
export const TRANSITION_COUNTS: readonly (readonly number[])[] = [
  [23553, 3531, 331, 4, 146],
  [1096, 5985, 4032, 4, 373],
  [2015, 1586, 87692, 1657, 867],
  [248, 42, 1370, 19449, 6],
  [638, 341, 408, 1, 30661],
]

/** How the smoothed view is made. */
export type SmoothingOptions = {
  /** True: an epoch hears only of its past (a filter), for live use. Default false. */
  readonly causal?: boolean
  /** How far the transitions are trusted: they enter to this power, 0..1. Default .6. */
  readonly power?: number
}

/**
 * The smoothed view of a night: what the stages look like to somebody who also knows how people
 * sleep. A hidden Markov chain over the five stages, its observations the given probabilities,
 * its transitions TRANSITION_COUNTS to the power of .6: forward-backward, or forward only when
 * causal. It is calmer to read and too sure of itself: keep the raw rows as probabilities. For
 * stagers without context it is also more often right; for the starter, whose network knows how
 * sleep goes on, it is not (Sleep-EDF accuracy -.01), so its stages are those of the raw rows.
 * Rows of NaN carry no evidence and stay NaN.
 */
export function smoothedProbabilities(
  probabilities: Float32Array,
  options: SmoothingOptions = {},
): Float32Array {
  const chain = transitions(options.power ?? 0.6)
  const epochs = Math.floor(probabilities.length / STAGE_COUNT)
  const forward = forwardPass(probabilities, chain, epochs)
  if (options.causal !== true) multiplyBackward(forward, probabilities, chain, epochs)
  const out = new Float32Array(epochs * STAGE_COUNT)
  for (let i = 0; i < out.length; i++) {
    out[i] = Number.isNaN(probabilities[i]!) ? NaN : forward[i]!
  }
  return out
}

function transitions(power: number): Float64Array {
  const chain = new Float64Array(STAGE_COUNT * STAGE_COUNT)
  TRANSITION_COUNTS.forEach((counts, from) => {
    const total = counts.reduce((sum, n) => sum + n, 0)
    const row = chain.subarray(from * STAGE_COUNT, (from + 1) * STAGE_COUNT)
    counts.forEach((n, to) => {
      row[to] = pow(n / total, power)
    })
    normalise(row)
  })
  return chain
}

function forwardPass(p: Float32Array, chain: Float64Array, epochs: number): Float64Array {
  const forward = new Float64Array(epochs * STAGE_COUNT)
  for (let t = 0; t < epochs; t++) {
    const row = forward.subarray(t * STAGE_COUNT, (t + 1) * STAGE_COUNT)
    for (let to = 0; to < STAGE_COUNT; to++) {
      let before = t === 0 ? 1 / STAGE_COUNT : 0
      for (let from = 0; t > 0 && from < STAGE_COUNT; from++) {
        before += forward[(t - 1) * STAGE_COUNT + from]! * chain[from * STAGE_COUNT + to]!
      }
      row[to] = before * evidence(p, t, to)
    }
    normalise(row)
  }
  return forward
}

function multiplyBackward(
  forward: Float64Array,
  p: Float32Array,
  chain: Float64Array,
  epochs: number,
): void {
  let after = new Float64Array(STAGE_COUNT).fill(1)
  for (let t = epochs - 2; t >= 0; t--) {
    const backward = new Float64Array(STAGE_COUNT)
    for (let from = 0; from < STAGE_COUNT; from++) {
      for (let to = 0; to < STAGE_COUNT; to++) {
        backward[from]! += chain[from * STAGE_COUNT + to]! * after[to]! * evidence(p, t + 1, to)
      }
    }
    normalise(backward)
    after = backward
    const row = forward.subarray(t * STAGE_COUNT, (t + 1) * STAGE_COUNT)
    for (let k = 0; k < STAGE_COUNT; k++) row[k]! *= after[k]!
    normalise(row)
  }
}

function evidence(p: Float32Array, epoch: number, stage: number): number {
  const value = p[epoch * STAGE_COUNT + stage]!
  return Number.isNaN(value) ? 1 : Math.max(value, 1e-6)
}

function normalise(row: Float64Array): void {
  let sum = 0
  for (const v of row) sum += v
  for (let k = 0; k < row.length; k++) row[k]! /= sum
}
