import { mean } from '../../math/quantile.ts'
import type { Samples } from '../../math/samples.ts'
import { bridgeGaps } from '../../signal/gap.ts'
import { resampleTo } from '../../signal/resample.ts'

/** A channel without NaN, and where it had them: nothing may be found there. */
export type AnalysisSignal = {
  readonly samples: Float64Array
  /** 1 = was missing; absent when nothing was. */
  readonly missing?: Uint8Array
  readonly rateHz: number
}

/** The rate at which events are looked for, whatever the recording's, so that counts agree. */
const ANALYSIS_RATE_HZ = 100

/** Slower signals lack the band above spindles. */
export const LEAST_EVENT_RATE_HZ = 75
const LEAST_S = 10

/** A channel at its own rate, gaps bridged by straight lines and remembered. */
export function wholeSignal(x: Samples, rateHz: number): AnalysisSignal {
  const { samples, missing } = bridgeGaps(x)
  const whole = samples instanceof Float64Array ? samples : Float64Array.from(samples)
  return missing === undefined ? { samples: whole, rateHz } : { samples: whole, missing, rateHz }
}

/**
 * A channel brought to 100 Hz once, for all detectors, around zero (its mean is taken off, or the
 * ends would ring); gaps bridged and remembered. `undefined` under 10 s or 75 Hz, where no event
 * can be told.
 */
export function analysisSignal(x: Samples, rateHz: number): AnalysisSignal | undefined {
  if (!(rateHz >= LEAST_EVENT_RATE_HZ) || x.length < LEAST_S * rateHz) return undefined
  const { samples, missing } = bridgeGaps(x)
  const level = mean(samples)
  const centred = new Float64Array(samples.length)
  for (let i = 0; i < centred.length; i++) centred[i] = samples[i]! - level
  if (rateHz === ANALYSIS_RATE_HZ) {
    return { samples: centred, ...(missing && { missing }), rateHz }
  }
  const at100 = resampleTo(centred, rateHz, ANALYSIS_RATE_HZ)
  if (missing === undefined) return { samples: at100, rateHz: ANALYSIS_RATE_HZ }
  const gone = new Uint8Array(at100.length)
  for (let i = 0; i < gone.length; i++) {
    gone[i] = missing[Math.min(missing.length - 1, Math.round((i * rateHz) / ANALYSIS_RATE_HZ))]!
  }
  return { samples: at100, missing: gone, rateHz: ANALYSIS_RATE_HZ }
}
