import { assert } from '../math/assert.ts'
import { log2, PI, sin } from '../math/elementary.ts'
import { complexFft } from '../math/fft.ts'
import type { Samples } from '../math/samples.ts'
import { hamming } from '../math/window.ts'
import { bridgeGaps, restoreGaps } from './gap.ts'

/** A pass band in Hz; leave an edge out for a low-pass or a high-pass. */
export type FirDesign = {
  readonly rateHz: number
  /** Lower edge of the pass band, 0 < lowHz; frequencies below it fall off. */
  readonly lowHz?: number | undefined
  /** Upper edge of the pass band, below half the rate. */
  readonly highHz?: number | undefined
  /** Width of the fall below lowHz; by default min(max(lowHz / 4, 2), lowHz). */
  readonly lowTransitionHz?: number | undefined
  /** Width of the fall above highHz; by default min(max(highHz / 4, 2), rateHz / 2 - highHz). */
  readonly highTransitionHz?: number | undefined
}

/**
 * Transition width times length of a Hamming-windowed filter, in samples (Harris 1978; MNE's rule).
 */
const HAMMING_WIDTH = 3.3

/**
 * A linear-phase filter of odd length by MNE's `firwin` rule: from Nyquist down, every step of the
 * gain adds or takes away a Hamming-windowed low-pass that is cut in the middle of the transition
 * and just long enough for it. Gives the taps; their delay is (length - 1) / 2 samples.
 */
export function designFir(design: FirDesign): Float64Array {
  const { frequencies, gains, narrowestHz } = controlPoints(design)
  let length = Math.ceil((HAMMING_WIDTH / narrowestHz) * design.rateHz)
  length += 1 - (length % 2)
  const taps = new Float64Array(length)
  if (gains[gains.length - 1] === 1) taps[(length - 1) / 2] = 1
  for (let i = frequencies.length - 2; i >= 0; i--) {
    if (gains[i] === gains[i + 1]) continue
    const upper = frequencies[i + 1]!
    const lower = frequencies[i]!
    let part = Math.round(HAMMING_WIDTH / ((upper - lower) / 2))
    part += 1 - (part % 2)
    const piece = windowedLowPass(part, (upper + lower) / 2)
    const sign = gains[i] === 1 ? 1 : -1
    const offset = (length - part) / 2
    for (let k = 0; k < part; k++) taps[offset + k] = taps[offset + k]! + sign * piece[k]!
  }
  return taps
}

type ControlPoints = { frequencies: number[]; gains: number[]; narrowestHz: number }

/** Edges in units of Nyquist with the gain wanted at each. */
function controlPoints(design: FirDesign): ControlPoints {
  const { rateHz, lowHz, highHz } = design
  const nyquist = rateHz / 2
  assert(lowHz !== undefined || highHz !== undefined, 'a filter needs an edge')
  const frequencies: number[] = []
  const gains: number[] = []
  let narrowestHz = Infinity
  if (lowHz === undefined) {
    frequencies.push(0)
    gains.push(1)
  } else {
    assert(lowHz > 0 && lowHz < nyquist, `lower edge ${lowHz} Hz at ${rateHz} Hz`)
    const width = design.lowTransitionHz ?? Math.min(Math.max(0.25 * lowHz, 2), lowHz)
    assert(width > 0 && width <= lowHz, `a transition of ${width} Hz below ${lowHz} Hz`)
    if (lowHz - width > 0) frequencies.push(0)
    frequencies.push(lowHz - width, lowHz)
    gains.push(...frequencies.slice(1).map(() => 0), 1)
    narrowestHz = width
  }
  if (highHz === undefined) {
    frequencies.push(nyquist)
    gains.push(1)
  } else {
    const room = nyquist - highHz
    assert(highHz > (lowHz ?? 0) && room > 0, `upper edge ${highHz} Hz at ${rateHz} Hz`)
    const width = design.highTransitionHz ?? Math.min(Math.max(0.25 * highHz, 2), room)
    assert(width > 0 && width <= room, `a transition of ${width} Hz above ${highHz} Hz`)
    frequencies.push(highHz, highHz + width)
    gains.push(1, 0)
    if (highHz + width < nyquist) {
      frequencies.push(nyquist)
      gains.push(0)
    }
    narrowestHz = Math.min(narrowestHz, width)
  }
  return { frequencies: frequencies.map((f) => f / nyquist), gains, narrowestHz }
}

/**
 * Sinc times `window` (Hamming by default) with unit gain at 0 Hz; `cutoff` in units of Nyquist,
 * 0..1. Equal to `scipy.signal.firwin` for a low-pass.
 */
export function windowedLowPass(
  length: number,
  cutoff: number,
  window: Float64Array = hamming(length),
): Float64Array {
  const taps = new Float64Array(length)
  const middle = (length - 1) / 2
  let sum = 0
  for (let k = 0; k < length; k++) {
    const t = PI * cutoff * (k - middle)
    taps[k] = cutoff * (t === 0 ? 1 : sin(t) / t) * window[k]!
    sum += taps[k]!
  }
  for (let k = 0; k < length; k++) taps[k] = taps[k]! / sum
  return taps
}

/**
 * Filters with `taps`. Zero phase (the default; odd length) is MNE's way: the ends are continued by
 * odd reflection (2 x[0] - x[i]) as far as the filter or the data reach, and the delay is taken
 * off. With `zeroPhase: false` the filter is causal: it starts from zeros, delay (length - 1) / 2.
 * Missing samples stay missing, and the filter sees a straight line across them. Time grows with n
 * log(taps).
 */
export function filterFir(
  x: Samples,
  taps: Samples,
  options: { readonly zeroPhase?: boolean } = {},
): Float64Array {
  const zeroPhase = options.zeroPhase ?? true
  assert(taps.length > 0, 'a filter needs taps')
  assert(!zeroPhase || taps.length % 2 === 1, `zero phase with an even number of taps`)
  if (x.length === 0) return new Float64Array(0)
  const { samples, missing } = bridgeGaps(x)
  if (!zeroPhase) return restoreGaps(convolve(samples, taps, 0, x.length), missing)
  const edge = Math.min(taps.length, x.length) - 1
  const from = (taps.length - 1) / 2 + edge
  return restoreGaps(convolve(reflectOdd(samples, edge), taps, from, x.length), missing)
}

/** Design and zero-phase filtering in one step: `designFir`, then `filterFir`. */
export function filterBand(
  x: Samples,
  rateHz: number,
  lowHz?: number,
  highHz?: number,
  transitions: { readonly lowHz?: number; readonly highHz?: number } = {},
): Float64Array {
  const lowTransitionHz = transitions.lowHz
  const highTransitionHz = transitions.highHz
  return filterFir(x, designFir({ rateHz, lowHz, highHz, lowTransitionHz, highTransitionHz }))
}

/** x with `edge` samples of odd reflection at either end; edge is below the length of x. */
export function reflectOdd(x: Samples, edge: number): Float64Array {
  assert(edge < x.length, `a reflection of ${edge} samples of ${x.length}`)
  const out = new Float64Array(x.length + 2 * edge)
  out.set(x, edge)
  const first = x[0]!
  const last = x[x.length - 1]!
  for (let k = 1; k <= edge; k++) {
    out[edge - k] = 2 * first - x[k]!
    out[edge + x.length - 1 + k] = 2 * last - x[x.length - 1 - k]!
  }
  return out
}

/**
 * Samples from .. from + count - 1 of the full convolution of x (zeros outside) with taps, by
 * overlap-add. Two neighbouring blocks share one complex transform as its real and imaginary part,
 * so a NaN spreads over both: bridge gaps first.
 */
export function convolve(x: Samples, taps: Samples, from: number, count: number): Float64Array {
  const size = blockSize(taps.length, x.length)
  const step = size - taps.length + 1
  const plan = complexFft(size)
  const hr = new Float64Array(size)
  const hi = new Float64Array(size)
  for (let k = 0; k < taps.length; k++) hr[k] = taps[k]! / size
  plan.forward(hr, hi)
  const out = new Float64Array(count)
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  for (let start = 0; start < x.length && start < from + count; start += 2 * step) {
    load(x, start, step, re)
    load(x, start + step, step, im)
    plan.forward(re, im)
    for (let k = 0; k < size; k++) {
      const ar = re[k]!
      const ai = im[k]!
      const br = hr[k]!
      const bi = hi[k]!
      re[k] = ar * br - ai * bi
      im[k] = ar * bi + ai * br
    }
    plan.forward(im, re) // the inverse: the parts exchanged, the scale already in the taps
    addAt(out, start - from, re)
    addAt(out, start + step - from, im)
  }
  return out
}

function load(x: Samples, start: number, step: number, block: Float64Array): void {
  const n = Math.max(0, Math.min(step, x.length - start))
  for (let k = 0; k < n; k++) block[k] = x[start + k]!
  block.fill(0, n)
}

function addAt(out: Float64Array, at: number, block: Float64Array): void {
  const first = Math.max(0, -at)
  const end = Math.min(block.length, out.length - at)
  for (let k = first; k < end; k++) out[at + k] = out[at + k]! + block[k]!
}

/** The power of two with the least work for each sample; beyond 2^14 the cache is left. */
function blockSize(taps: number, length: number): number {
  let best = 1
  while (best < 2 * taps) best *= 2
  let cost = Infinity
  for (let size = best; size <= Math.max(best, 16384); size *= 2) {
    const step = size - taps + 1
    const work = Math.ceil(length / step / 2) * size * (log2(size) + 2)
    if (work < cost) {
      cost = work
      best = size
    }
  }
  return best
}
