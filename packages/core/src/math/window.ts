import { assert } from './assert.ts'
import { cos, PI } from './elementary.ts'

/**
 * Raised cosine a - (1 - a) cos(2 pi i / m), mirrored so that it is symmetric to the last bit.
 * Periodic windows are one sample longer, with the last one cut off (for spectra); symmetric ones
 * end as they begin (for filters).
 */
function raisedCosine(n: number, a: number, periodic: boolean): Float64Array {
  assert(Number.isInteger(n) && n >= 1, `window length ${n} is not a positive integer`)
  const out = new Float64Array(n)
  if (n === 1) return out.fill(1)
  const m = periodic ? n : n - 1
  for (let i = 0; i < n; i++) {
    const folded = 2 * i > m ? m - i : i
    out[i] = a - (1 - a) * cos((2 * PI * folded) / m)
  }
  return out
}

/** Hann window of n samples, 0..1; symmetric unless `periodic`. */
export function hann(n: number, periodic = false): Float64Array {
  return raisedCosine(n, 0.5, periodic)
}

/** Hamming window of n samples, 0.08..1; symmetric unless `periodic`. */
export function hamming(n: number, periodic = false): Float64Array {
  return raisedCosine(n, 0.54, periodic)
}

/** Kaiser window of n samples with shape `beta`, symmetric, 1 in the middle. */
export function kaiser(n: number, beta: number): Float64Array {
  const out = new Float64Array(n)
  if (n === 1) return out.fill(1)
  const middle = (n - 1) / 2
  const peak = besselI0(beta)
  for (let i = 0; i < n; i++) {
    const t = (i - middle) / middle
    out[i] = besselI0(beta * Math.sqrt(Math.max(0, 1 - t * t))) / peak
  }
  return out
}

/**
 * Modified Bessel function of order zero, by its series (all terms positive, so no digits are
 * lost).
 */
function besselI0(x: number): number {
  const quarter = (x * x) / 4
  let term = 1
  let sum = 1
  for (let k = 1; k < 500 && term > sum * 1e-17; k++) {
    term *= quarter / (k * k)
    sum += term
  }
  return sum
}
