import { atan2, PI } from '../../math/elementary.ts'
import { analyticSignal } from '../../signal/hilbert.ts'

/** The analytic signal of a narrow band, one value per sample. */
export type Instantaneous = {
  /** Cosine phase, radians in -pi..pi, 0 = positive peak. */
  readonly phaseRad: (i: number) => number
  /** Cosine and sine of the phase; (1, 0) where the amplitude is 0. */
  readonly direction: (i: number) => readonly [number, number]
  /** Amplitude (half of peak to peak), units of the signal. */
  readonly amplitude: (i: number) => number
  /** From sample i to i + 1, hertz; NaN for the last sample. Negative where the phase wraps. */
  readonly frequencyHz: (i: number) => number
}

/**
 * Phase, amplitude and frequency of a band-limited signal from one transform of all of it, padded
 * by zeros to a length of small prime factors as YASA does. No missing values.
 */
export function instantaneous(x: Float64Array, rateHz: number): Instantaneous {
  const n = x.length
  const { re, im } = analyticSignal(x, nextSmooth(n))
  const phaseRad = (i: number): number => atan2(im[i]!, re[i]!)
  const amplitude = (i: number): number => Math.sqrt(re[i]! * re[i]! + im[i]! * im[i]!)
  return {
    phaseRad,
    amplitude,
    direction: (i) => {
      const length = amplitude(i)
      return length > 0 ? [re[i]! / length, im[i]! / length] : [1, 0]
    },
    frequencyHz: (i) =>
      i + 1 < n ? (rateHz / (2 * PI)) * (phaseRad(i + 1) - phaseRad(i)) : Number.NaN,
  }
}

/** The smallest number >= n without a prime factor above 5. */
function nextSmooth(n: number): number {
  for (let candidate = n; ; candidate++) {
    let rest = candidate
    for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime
    if (rest === 1) return candidate
  }
}
