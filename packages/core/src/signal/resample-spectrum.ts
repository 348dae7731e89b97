import { assert } from '../math/assert.ts'
import { realFft } from '../math/fft.ts'
import { roundHalfEven } from '../math/rounding.ts'
import type { Samples } from '../math/samples.ts'
import { bridgeGaps } from './gap.ts'

/**
 * Resamples to n samples through the spectrum, as `scipy.signal.resample` does: sharp, and right
 * for a signal that repeats itself; the ends of any other ring. Missing samples are bridged by a
 * straight line; an output is missing when the input sample nearest to it is.
 */
export function resampleFft(x: Samples, n: number): Float64Array {
  assert(Number.isInteger(n) && n >= 1 && x.length >= 1, `${x.length} samples to ${n}`)
  const { samples, missing } = bridgeGaps(x)
  return markMissing(resizeSpectrum(samples, n), missing, x.length / n)
}

/**
 * Resamples from one rate to another (both Hz) through the spectrum, as MNE's `Raw.resample` does:
 * before that, odd reflection at both ends (zeros beyond it) brings the length to a power of two,
 * so that the ends do not ring. Gives round(n * toHz / fromHz) samples; missing ones as
 * `resampleFft`. YASA brings nights to 100 Hz this way; `resampleTo` is faster and differs by some
 * thousandths near the new Nyquist frequency.
 */
export function resampleReflected(x: Samples, fromHz: number, toHz: number): Float64Array {
  assert(fromHz > 0 && toHz > 0 && x.length > 0, `${x.length} samples, ${fromHz} to ${toHz} Hz`)
  const ratio = toHz / fromHz
  const { samples, missing } = bridgeGaps(x)
  let padded = 1
  while (padded < x.length + 2 * Math.min(Math.floor(x.length / 8), 100)) padded *= 2
  const before = Math.floor((padded - x.length) / 2)
  const count = Math.max(1, roundHalfEven(ratio * x.length))
  const all = Math.max(1, roundHalfEven(ratio * padded))
  const first = roundHalfEven(ratio * before)
  const y = resizeSpectrum(reflectLimited(samples, before, padded), all)
  return markMissing(y.slice(first, first + count), missing, 1 / ratio)
}

/**
 * x from `before` on in a row of `length`, continued by odd reflection as far as x reaches, then
 * zeros.
 */
function reflectLimited(x: Samples, before: number, length: number): Float64Array {
  const out = new Float64Array(length)
  out.set(x, before)
  const last = x.length - 1
  const after = length - before - x.length
  for (let k = 1; k <= Math.min(before, last); k++) out[before - k] = 2 * x[0]! - x[k]!
  for (let k = 1; k <= Math.min(after, last); k++) {
    out[before + last + k] = 2 * x[last]! - x[last - k]!
  }
  return out
}

/** The lower part of the spectrum of x as that of n samples; an unpaired bin is split or joined. */
function resizeSpectrum(x: Samples, n: number): Float64Array {
  const from = realFft(x.length)
  const to = realFft(n)
  const bins = Math.max(from.bins, to.bins)
  const re = new Float64Array(bins)
  const im = new Float64Array(bins)
  from.forward(x, re, im)
  const fewer = Math.min(n, x.length)
  const half = Math.floor(fewer / 2)
  re.fill(0, half + 1)
  im.fill(0, half + 1)
  if (fewer % 2 === 0 && n !== x.length) {
    re[half] = re[half]! * (n < x.length ? 2 : 0.5)
    im[half] = n < x.length ? 0 : im[half]! * 0.5
  }
  const out = new Float64Array(n)
  to.inverse(re, im, out)
  const scale = n / x.length
  for (let m = 0; m < n; m++) out[m] = out[m]! * scale
  return out
}

/** Marks the outputs whose nearest input, `step` inputs apart, is missing. */
function markMissing(y: Float64Array, missing: Uint8Array | undefined, step: number): Float64Array {
  if (missing === undefined) return y
  const last = missing.length - 1
  for (let m = 0; m < y.length; m++) {
    if (missing[Math.min(Math.round(m * step), last)] === 1) y[m] = NaN
  }
  return y
}
