import { butterworth } from '../../signal/butterworth.ts'
import { type AnalyticSignal, analyticSignal } from '../../signal/hilbert.ts'
import { sosFiltFilt } from '../../signal/iir.ts'
import { SLOW_WAVE_HZ } from './predictor.ts'

/**
 * The slow wave as it was, seen from after: zero-phase Butterworth (order 2) .4 to 1.8 Hz, then the
 * analytic signal, in the unit of `x`. What every foretold phase is judged by. The band defines the
 * truth. Samples must all be there.
 */
export function trueWave(x: Float64Array | Float32Array, rateHz: number): AnalyticSignal {
  const band = [SLOW_WAVE_HZ.low, SLOW_WAVE_HZ.high] as const
  return analyticSignal(sosFiltFilt(x, butterworth(2, 'bandpass', band, rateHz)))
}
