import { assert } from '../math/assert.ts'
import { quantileInPlace, standardDeviation } from '../math/quantile.ts'
import type { Samples } from '../math/samples.ts'
import { type AperiodicFit, fitAperiodic } from './aperiodic.ts'
import { binRange } from './band-power.ts'
import { resamplePolyphase } from './resample.ts'
import { welch } from './welch.ts'

/** How to part rhythms from the background; the defaults are YASA's. */
export type IrasaOptions = {
  /** Lowest frequency in Hz, above 0; 1 by default. */
  readonly lowHz?: number
  /** Highest frequency in Hz; 30 by default. */
  readonly highHz?: number
  /** Resampling factors as fractions above 1; 1.1, 1.15 .. 1.9 by default. */
  readonly factors?: readonly (readonly [up: number, down: number])[]
  /** Length of a Welch segment in seconds; 4 by default. */
  readonly windowS?: number
}

/** A spectrum in two parts that add up to it, unit squared per Hz. */
export type Irasa = {
  readonly frequenciesHz: Float64Array
  /** The scale-free background. */
  readonly aperiodic: Float64Array
  /** What rhythms add to it; noise makes it negative here and there. */
  readonly oscillatory: Float64Array
  readonly fit: AperiodicFit & {
    /** Standard deviation (ddof 1) of the oscillatory part. */
    readonly oscillatoryDeviation: number
  }
}

/** 1.1, 1.15 .. 1.9 as fractions of 20. */
const FACTORS = Array.from({ length: 17 }, (_, i) => [22 + i, 20] as const)

/**
 * Irregular-resampling auto-spectral analysis: stretching a signal by h and by 1 / h moves its
 * rhythms but not its power law, so that the median over h of the geometric means keeps the
 * background alone. Equal to YASA's `irasa`. The fit is a line in log-log axes. NaN in the signal
 * is bridged by `resamplePolyphase` but spoils the segments it lies in. Source: Wen and Liu, Brain
 * Topography 29, 2016.
 */
export function irasa(x: Samples, rateHz: number, options: IrasaOptions = {}): Irasa {
  const lowHz = options.lowHz ?? 1
  const highHz = options.highHz ?? 30
  const factors = options.factors ?? FACTORS
  assert(lowHz > 0 && highHz > lowHz && highHz < rateHz / 2, `a range of ${lowHz} to ${highHz} Hz`)
  assert(factors.length > 1, 'irasa needs two or more factors')
  const nperseg = Math.floor((options.windowS ?? 4) * rateHz)
  const whole = welch(x, { rateHz, nperseg })
  const [from, to] = binRange(whole.frequenciesHz, lowHz, highHz)
  const density = (row: Samples, h: number): Float64Array =>
    welch(row, { rateHz: rateHz * h, nperseg, highestHz: whole.frequenciesHz[to - 1]! * h }).psd
  const means = factors.map(([up, down]) => {
    const longer = density(resamplePolyphase(x, up, down), up / down)
    const shorter = density(resamplePolyphase(x, down, up), down / up)
    return longer.subarray(from, to).map((v, k) => Math.sqrt(v * shorter[from + k]!))
  })
  const frequenciesHz = whole.frequenciesHz.slice(from, to)
  const column = new Float64Array(factors.length)
  const aperiodic = frequenciesHz.map((_, k) => {
    means.forEach((row, i) => {
      column[i] = row[k]!
    })
    return quantileInPlace(column, 0.5)
  })
  const oscillatory = aperiodic.map((v, k) => whole.psd[from + k]! - v)
  const fit = fitAperiodic({ frequenciesHz, psd: aperiodic }, { lowHz, highHz })
  const oscillatoryDeviation = standardDeviation(oscillatory, 1)
  return { frequenciesHz, aperiodic, oscillatory, fit: { ...fit, oscillatoryDeviation } }
}
