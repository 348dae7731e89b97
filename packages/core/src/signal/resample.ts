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
  const { taps, width, delay } = phases(u, d)
  for (let m = 0, whole = Math.floor(delay / u), phase = delay % u; m < out.length; m++) {
    const first = whole - width + 1 // the oldest input of this output
    const at = phase * width
    out[m] =
      first >= 0 && whole < samples.length
        ? dot(samples, first, taps, at, width)
        : dotAtEdge(samples, first, taps, at, width)
    phase += d
    const steps = Math.floor(phase / u)
    whole += steps
    phase -= steps * u
  }
  if (missing !== undefined) {
    for (let m = 0; m < out.length; m++) {
      if (missing[Math.min(Math.round((m * d) / u), x.length - 1)] === 1) out[m] = NaN
    }
  }
  return out
}

type Phases = { taps: Float64Array; width: number; delay: number }

/** The filter cut into `up` phases of `width` taps, each in the order of rising input. */
function phases(up: number, down: number): Phases {
  const slower = Math.max(up, down)
  const delay = HALF_LENGTH * slower
  const length = 2 * delay + 1
  const filter = windowedLowPass(length, 1 / slower, kaiser(length, KAISER_BETA))
  const width = Math.ceil(length / up)
  const taps = new Float64Array(up * width)
  for (let phase = 0; phase < up; phase++) {
    for (let j = 0; j < width; j++) {
      const k = phase + up * j
      if (k < length) taps[phase * width + width - 1 - j] = filter[k]! * up
    }
  }
  return { taps, width, delay }
}

function dot(x: Samples, first: number, taps: Float64Array, at: number, width: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let j = 0
  for (; j + 3 < width; j += 4) {
    a += x[first + j]! * taps[at + j]!
    b += x[first + j + 1]! * taps[at + j + 1]!
    c += x[first + j + 2]! * taps[at + j + 2]!
    d += x[first + j + 3]! * taps[at + j + 3]!
  }
  for (; j < width; j++) a += x[first + j]! * taps[at + j]!
  return a + b + (c + d)
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
 * 4096 meets to 3e-8 are met as nearly as such a ratio can. Equal rates give a copy.
 */
export function resampleTo(x: Samples, fromHz: number, toHz: number): Float64Array {
  assert(fromHz > 0 && toHz > 0, `rates ${fromHz} and ${toHz} Hz`)
  const [up, down] = simplestRatio(toHz / fromHz)
  return resamplePolyphase(x, up, down)
}

/** The convergents of the continued fraction, until one is near enough or too large. */
function simplestRatio(ratio: number): [number, number] {
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
  assert(p >= 1, `a ratio of ${ratio} between two rates`)
  return [p, q]
}
