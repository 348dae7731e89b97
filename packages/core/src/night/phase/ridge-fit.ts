import { assert } from '../../math/assert.ts'
import { NormalEquations, RidgeSolution } from './normal-equations.ts'
import { RIDGE_LAGS_S, RidgeRow, ROW_S, SHRINK } from './ridge-row.ts'
import { trueWave } from './true-phase.ts'

/**
 * A sleeper's own predictor: complex weights of the signal at times back from now, which give the
 * slow wave `aheadS` from now. Plain numbers, so that a box and a release can carry it.
 */
export type RidgeWeights = {
  readonly aheadS: number
  /** Times back from now, s. */
  readonly lagsS: readonly number[]
  readonly re: readonly number[]
  readonly im: readonly number[]
  /** Error of a wave of usual size where it was learned, radians. */
  readonly usualSd: number
  /** Deep sleep it was learned from, minutes. */
  readonly learnedMin: number
}

/** Ends of a stretch whose truth is bent by the filter, s. */
const EDGE_S = 3
/** A stretch shorter than this teaches nothing, s. */
const SHORTEST_S = 20
/** Least deep sleep to learn from, min. */
const LEAST_MIN = 2

/**
 * Learns a predictor from stretches of the sleeper's own deep sleep (uV at `rateHz`, no sample
 * missing; shorter than 20 s are passed over): ridge regression of the wave as seen from after on
 * the samples before, each less their mean. Undefined from less than two minutes. The linear,
 * inspectable sibling of the network of Levitt et al. 2023 (EEG-LLAMAS).
 */
export function fitRidge(
  stretches: readonly (Float32Array | Float64Array)[],
  rateHz: number,
  aheadS: number,
): RidgeWeights | undefined {
  const long = stretches.filter(({ length }) => length >= SHORTEST_S * rateHz)
  const minutes = long.reduce((sum, { length }) => sum + length, 0) / rateHz / 60
  if (minutes < LEAST_MIN) return undefined
  const equations = new NormalEquations(RIDGE_LAGS_S.length)
  const row = new RidgeRow(rateHz)
  const stride = Math.max(1, Math.round(ROW_S * rateHz))
  for (const x of long) {
    const { re, im } = trueWave(x, rateHz)
    const first = Math.ceil((RIDGE_LAGS_S.at(-1)! + EDGE_S) * rateHz)
    for (let n = first; n < x.length - EDGE_S * rateHz; n += stride) {
      row.fill(x, n)
      const at = Math.floor(n + aheadS * rateHz)
      const part = n + aheadS * rateHz - at
      equations.add(
        row.values,
        re[at]! + part * (re[at + 1]! - re[at]!),
        im[at]! + part * (im[at + 1]! - im[at]!),
      )
    }
  }
  const solution = new RidgeSolution(RIDGE_LAGS_S.length)
  solution.begin(equations, SHRINK * equations.rows)
  while (solution.isBusy) solution.step()
  // Half of the complex error is across the wave, and that is what turns the phase.
  const usualSd = Math.sqrt(solution.missed / 2)
  assert(Number.isFinite(usualSd), 'nothing was learned')
  return {
    ...{ aheadS, lagsS: RIDGE_LAGS_S, usualSd, learnedMin: minutes },
    re: Array.from(solution.re, Math.fround),
    im: Array.from(solution.im, Math.fround),
  }
}
