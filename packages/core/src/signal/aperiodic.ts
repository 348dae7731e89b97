import { assert } from '../math/assert.ts'
import { log } from '../math/elementary.ts'
import { quantile } from '../math/quantile.ts'
import { binRange } from './band-power.ts'
import type { Spectrum } from './welch.ts'

/** ln(psd) = intercept + slope ln(f / Hz), and the share of the variance that it explains. */
export type AperiodicFit = {
  readonly intercept: number
  /** Usually -3 .. -0.5 in EEG; steeper in deeper sleep. */
  readonly slope: number
  readonly rSquared: number
}

/** Where to fit; `robust` leaves peaks aside. */
export type AperiodicOptions = {
  /** Lowest frequency, above 0; 1 by default. */
  readonly lowHz?: number
  /** Highest frequency; 30 by default. */
  readonly highHz?: number
  /** First fit all, then only the bins that stand least above that line (Donoghue et al., 2020). */
  readonly robust?: boolean
}

/**
 * The share of bins, lowest above the first line, that the robust fit keeps (specparam's choice).
 */
const ROBUST_SHARE = 0.025

/**
 * The 1/f background of a spectrum: a straight line in log-log axes by least squares. NaN
 * throughout when a density in the range is missing or not positive. Source of the robust fit:
 * Donoghue et al., Nature Neuroscience 23, 2020.
 */
export function fitAperiodic(spectrum: Spectrum, options: AperiodicOptions = {}): AperiodicFit {
  const { frequenciesHz, psd } = spectrum
  const [from, to] = binRange(frequenciesHz, options.lowHz ?? 1, options.highHz ?? 30)
  assert(to - from >= 3 && frequenciesHz[from]! > 0, `${to - from} bins for an aperiodic fit`)
  const x = frequenciesHz.slice(from, to).map(log)
  const y = psd.slice(from, to).map(log)
  const first = fitLine(x, y)
  if (options.robust !== true) return first
  const above = y.map((v, i) => Math.max(0, v - first.intercept - first.slope * x[i]!))
  const limit = quantile(above, ROBUST_SHARE)
  const keep = (_: number, i: number): boolean => above[i]! <= limit
  return fitLine(x.filter(keep), y.filter(keep))
}

function fitLine(x: Float64Array, y: Float64Array): AperiodicFit {
  const n = x.length
  let mx = 0
  let my = 0
  for (let i = 0; i < n; i++) {
    mx += x[i]! / n
    my += y[i]! / n
  }
  let xx = 0
  let xy = 0
  let yy = 0
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - mx
    const dy = y[i]! - my
    xx += dx * dx
    xy += dx * dy
    yy += dy * dy
  }
  const slope = xy / xx
  return { intercept: my - slope * mx, slope, rSquared: (xy * xy) / (xx * yy) }
}
