import { assert } from '../math/assert.ts'
import type { Samples } from '../math/samples.ts'
import { kaiser } from '../math/window.ts'
import { windowedLowPass } from './fir.ts'
import { bridgeGaps } from './gap.ts'

/** Shape of the Kaiser window and half-length in samples of the slower rate (SciPy's defaults). */
const KAISER_BETA = 5
const HALF_LENGTH = 10

/**
 * Resamples by up / down with a zero-phase low-pass, one phase of the filter for each output: equal
 * to `scipy.signal.resample_poly` (Kaiser window, beta 5; zeros beyond the ends). Gives ceil(n * up
 * / down) samples. Missing samples are bridged by a straight line; an output is missing when the
 * input sample nearest to it is.
 */
export function resamplePolyphase(x: Samples, up: number, down: number): Float64Array {
  assert(Number.isInteger(up) && up >= 1, `up ${up} is not a positive integer`)
  assert(Number.isInteger(down) && down >= 1, `down ${down} is not a positive integer`)
  const divisor = greatestCommonDivisor(up, down)
  const u = up / divisor
  const d = down / divisor
  if (u === d) return Float64Array.from(x)
  const { samples, missing } = bridgeGaps(x)
  const out = new Float64Array(Math.ceil((x.length * u) / d))
  const filter = polyphase(u, d)
  for (let period = 0; period * u < out.length; period += 4) {
    resampleFour(samples, out, filter, period)
  }
  if (missing !== undefined) {
    for (let m = 0; m < out.length; m++) {
      if (missing[Math.min(Math.round((m * d) / u), x.length - 1)] === 1) out[m] = NaN
    }
  }
  return out
}

/**
 * The filter cut into phases, one for each output of a period (up outputs from down inputs): `taps`
 * holds `width` taps for each, in the order of rising input, and `first` the first input, counted
 * from the start of the period.
 */
export type Polyphase = {
  readonly down: number
  readonly width: number
  readonly first: Int32Array
  readonly taps: Float64Array
}

/** The filter of `resamplePolyphase` for a ratio in its lowest terms. */
export function polyphase(up: number, down: number): Polyphase {
  const slower = Math.max(up, down)
  const delay = HALF_LENGTH * slower
  const length = 2 * delay + 1
  const filter = windowedLowPass(length, 1 / slower, kaiser(length, KAISER_BETA))
  const width = Math.ceil(length / up)
  const first = new Int32Array(up)
  const taps = new Float64Array(up * width)
  for (let r = 0; r < up; r++) {
    const at = delay + r * down
    const newest = Math.floor(at / up)
    first[r] = newest - width + 1
    for (let j = 0, k = at - newest * up; k < length; j++, k += up) {
      taps[r * width + width - 1 - j] = filter[k]! * up
    }
  }
  return { down, width, first, taps }
}

/** Four periods of the output at once, so that a tap that was fetched serves four times. */
function resampleFour(x: Samples, out: Float64Array, filter: Polyphase, period: number): void {
  const { down, width, first, taps } = filter
  const up = first.length
  const base = period * down
  const inside =
    base + first[0]! >= 0 &&
    base + first[up - 1]! + 3 * down + width <= x.length &&
    (period + 4) * up <= out.length
  for (let r = 0; r < up; r++) {
    const m = period * up + r
    const from = base + first[r]!
    if (inside) fourDots(x, from, down, taps, r * width, width, out, m, up)
    else {
      for (let k = 0; k < 4 && m + k * up < out.length; k++) {
        out[m + k * up] = dotAtEdge(x, from + k * down, taps, r * width, width)
      }
    }
  }
}

function fourDots(
  x: Samples,
  from: number,
  down: number,
  taps: Float64Array,
  at: number,
  width: number,
  out: Float64Array,
  m: number,
  up: number,
): void {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  for (let j = 0, i = from; j < width; j++, i++) {
    const tap = taps[at + j]!
    a += tap * x[i]!
    b += tap * x[i + down]!
    c += tap * x[i + 2 * down]!
    d += tap * x[i + 3 * down]!
  }
  out[m] = a
  out[m + up] = b
  out[m + 2 * up] = c
  out[m + 3 * up] = d
}

function dotAtEdge(
  x: Samples,
  first: number,
  taps: Float64Array,
  at: number,
  width: number,
): number {
  let sum = 0
  const end = Math.min(width, x.length - first)
  for (let j = Math.max(0, -first); j < end; j++) sum += x[first + j]! * taps[at + j]!
  return sum
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** The largest up or down factor that is tried: filters grow with it. */
const MOST_FACTOR = 4096
/** How far the ratio of two rates may be missed: one sample in a night of 30 million. */
const RATIO_TOLERANCE = 3e-8

/**
 * Resamples from one rate to another, both in Hz, by the simplest ratio of integers that meets
 * theirs (`resamplePolyphase`; its rule for missing samples). Rates that no ratio of integers up to
 * 4096 meets to 3e-8 are met as nearly as such a ratio can, a rate over 4096 times the other by the
 * nearest whole number. Equal rates give a copy.
 */
export function resampleTo(x: Samples, fromHz: number, toHz: number): Float64Array {
  assert(fromHz > 0 && toHz > 0, `rates ${fromHz} and ${toHz} Hz`)
  const [up, down] = simplestRatio(toHz / fromHz)
  return resamplePolyphase(x, up, down)
}

/**
 * A ratio of rates (above 0) as [up, down] in lowest terms, by the rule of `resampleTo`: the
 * convergents of the continued fraction, until one is near enough or too large.
 */
export function simplestRatio(ratio: number): [number, number] {
  let [p, q, p1, q1] = [Math.floor(ratio), 1, 1, 0]
  let rest = ratio - p
  while (Math.abs(p / q - ratio) > RATIO_TOLERANCE * ratio) {
    const inverse = 1 / rest
    const whole = Math.floor(inverse)
    const [p2, q2] = [whole * p + p1, whole * q + q1]
    if (Math.max(p2, q2) > MOST_FACTOR) break
    ;[p1, q1, p, q] = [p, q, p2, q2]
    rest = inverse - whole
  }
  return p >= 1 ? [p, q] : [1, Math.round(1 / ratio)]
}
