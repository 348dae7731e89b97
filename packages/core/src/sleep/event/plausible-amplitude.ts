import { trimmedStandardDeviation } from '../../math/quantile.ts'

/**
 * So many samples tell the amplitude of a night; sorting all of it would cost more than filtering.
 */
const ENOUGH_SAMPLES = 400_000

/**
 * YASA's check of the unit: a standard deviation between 0.1 and 1000, 5 % of the values cut off at
 * either end, can be EEG or EOG in uV. Long signals are judged by every k-th sample. False when a
 * sample is NaN.
 */
export function isPlausibleAmplitude(x: Float64Array): boolean {
  const stride = Math.ceil(x.length / ENOUGH_SAMPLES)
  const some = new Float64Array(Math.ceil(x.length / stride))
  for (let i = 0; i < some.length; i++) some[i] = x[i * stride]!
  const deviation = trimmedStandardDeviation(some, 0.05)
  return deviation > 0.1 && deviation < 1000
}
