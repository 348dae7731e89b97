import { trimmedStandardDeviation } from '../../math/quantile.ts'

/**
 * YASA's check of the unit: a standard deviation between 0.1 and 1000, 5 % of the values cut off at
 * either end, can be EEG or EOG in uV. False when a sample is NaN.
 */
export function isPlausibleAmplitude(x: Float64Array): boolean {
  const deviation = trimmedStandardDeviation(x, 0.05)
  return deviation > 0.1 && deviation < 1000
}
