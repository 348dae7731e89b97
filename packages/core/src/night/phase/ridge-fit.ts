import { assert } from '../../math/assert.ts'
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

/** Times back: every 20 ms for .6 s, then every 50 ms to 3 s. */
const LAGS_S: readonly number[] = [
  ...Array.from({ length: 30 }, (_, k) => k * 0.02),
  ...Array.from({ length: 49 }, (_, k) => 0.6 + k * 0.05),
]
/** Shrinkage, as a part of the mean power of a tap. */
const RIDGE = 0.01
/** Ends of a stretch whose truth is bent by the filter, s. */
const EDGE_S = 3
/** Step between two rows, s: neighbours say the same. */
const ROW_S = 0.03
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
  const size = LAGS_S.length
  const gram = new Float64Array(size * size)
  const targets = { re: new Float64Array(size), im: new Float64Array(size) }
  const row = new Float64Array(size)
  let [rows, wave, seconds] = [0, 0, 0]
  const visit = (use: (re: number, im: number) => void): void => {
    for (const x of stretches) {
      if (x.length < SHORTEST_S * rateHz) continue
      const truth = trueWave(x, rateHz)
      const first = Math.ceil((LAGS_S.at(-1)! + EDGE_S) * rateHz)
      const stride = Math.max(1, Math.round(ROW_S * rateHz))
      const ahead = aheadS * rateHz
      for (let n = first; n < x.length - EDGE_S * rateHz; n += stride) {
        fillRow(row, x, n, rateHz)
        const at = Math.floor(n + ahead)
        const part = n + ahead - at
        const re = truth.re[at]! + part * (truth.re[at + 1]! - truth.re[at]!)
        const im = truth.im[at]! + part * (truth.im[at + 1]! - truth.im[at]!)
        use(re, im)
      }
    }
  }
  for (const x of stretches) if (x.length >= SHORTEST_S * rateHz) seconds += x.length / rateHz
  if (seconds < 60 * LEAST_MIN) return undefined
  visit((re, im) => {
    rows++
    wave += re * re + im * im
    for (let i = 0; i < size; i++) {
      const v = row[i]!
      targets.re[i]! += v * re
      targets.im[i]! += v * im
      for (let j = 0; j <= i; j++) gram[i * size + j]! += v * row[j]!
    }
  })
  const factor = choleskyOf(gram, size)
  const re = centred(solve(factor, targets.re, size))
  const im = centred(solve(factor, targets.im, size))
  let miss = 0
  visit((wr, wi) => {
    const er = dot(re, row) - wr
    const ei = dot(im, row) - wi
    miss += er * er + ei * ei
  })
  // Half of the complex error is across the wave, and that is what turns the phase.
  const usualSd = Math.sqrt(miss / 2 / wave)
  assert(rows > 0 && Number.isFinite(usualSd), 'nothing was learned')
  const rounded = (weights: Float64Array): number[] => Array.from(weights, Math.fround)
  return {
    ...{ aheadS, lagsS: LAGS_S, re: rounded(re), im: rounded(im) },
    ...{ usualSd, learnedMin: seconds / 60 },
  }
}

/** The samples at the lags before `n`, each less their mean. */
function fillRow(
  row: Float64Array,
  x: Float32Array | Float64Array,
  n: number,
  rateHz: number,
): void {
  let mean = 0
  for (let k = 0; k < row.length; k++) {
    const place = n - LAGS_S[k]! * rateHz
    const low = Math.floor(place)
    const value = x[low]! + (place - low) * ((x[low + 1] ?? x[low]!) - x[low]!)
    row[k] = value
    mean += value / row.length
  }
  for (let k = 0; k < row.length; k++) row[k]! -= mean
}

/** Weights that give 0 for a level: an offset of the electrode moves nothing. */
function centred(weights: Float64Array): Float64Array {
  let mean = 0
  for (const w of weights) mean += w / weights.length
  return weights.map((w) => w - mean)
}

/** Lower factor L of gram + ridge, L L' (Cholesky); only the lower half of `gram` is read. */
function choleskyOf(gram: Float64Array, size: number): Float64Array {
  let power = 0
  for (let i = 0; i < size; i++) power += gram[i * size + i]! / size
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * size + j]! + (i === j ? RIDGE * power : 0)
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / lower[j * size + j]!
    }
  }
  return lower
}

function solve(lower: Float64Array, right: Float64Array, size: number): Float64Array {
  const out = Float64Array.from(right)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) out[i]! -= lower[i * size + k]! * out[k]!
    out[i]! /= lower[i * size + i]!
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) out[i]! -= lower[k * size + i]! * out[k]!
    out[i]! /= lower[i * size + i]!
  }
  return out
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}
