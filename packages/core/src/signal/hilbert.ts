import { assert } from '../math/assert.ts'
import { atan2, hypot } from '../math/elementary.ts'
import { complexFft } from '../math/fft.ts'
import type { Samples } from '../math/samples.ts'
import { bridgeGaps, restoreGaps } from './gap.ts'

/** A complex row: the signal itself, and its quadrature. */
export type AnalyticSignal = { readonly re: Float64Array; readonly im: Float64Array }

/**
 * The analytic signal by the spectrum, equal to `scipy.signal.hilbert`; `n` (at least the length of
 * x) pads with zeros for speed, and the answer is cut to the length of x. Missing samples stay
 * missing; a straight line stands in for them in the transform.
 */
export function analyticSignal(x: Samples, n: number = x.length): AnalyticSignal {
  assert(n >= x.length, `padding ${x.length} samples to ${n}`)
  if (x.length === 0) return { re: new Float64Array(0), im: new Float64Array(0) }
  const { samples, missing } = bridgeGaps(x)
  const re = new Float64Array(n)
  const im = new Float64Array(n)
  re.set(samples)
  const plan = complexFft(n)
  plan.forward(re, im)
  const half = n / 2
  for (let k = 1; k < n; k++) {
    const factor = k < half ? 2 : k === half ? 1 : 0
    re[k] = re[k]! * factor
    im[k] = im[k]! * factor
  }
  plan.inverse(re, im)
  return {
    re: restoreGaps(re.slice(0, x.length), missing),
    im: restoreGaps(im.slice(0, x.length), missing),
  }
}

/**
 * Envelope of a narrow-band signal, in its unit: the length of the analytic signal. NaN as there.
 */
export function hilbertAmplitude(x: Samples, n?: number): Float64Array {
  const { re, im } = analyticSignal(x, n)
  for (let i = 0; i < re.length; i++) re[i] = hypot(re[i]!, im[i]!)
  return re
}

/**
 * Phase of a narrow-band signal in radians, -pi .. pi: 0 at the positive peak, +-pi at the trough.
 * NaN as `analyticSignal`.
 */
export function hilbertPhase(x: Samples, n?: number): Float64Array {
  const { re, im } = analyticSignal(x, n)
  for (let i = 0; i < re.length; i++) re[i] = atan2(im[i]!, re[i]!)
  return re
}
