import { assert } from '../math/assert.ts'
import { dpss } from '../math/dpss.ts'
import { realFft } from '../math/fft.ts'
import type { Samples } from '../math/samples.ts'

/** How to cut and taper. */
export type MultitaperOptions = {
  readonly rateHz: number
  /** Length of a window in seconds; 30 by default. */
  readonly windowS?: number
  /** From the start of one window to the next, seconds; a window's length by default. */
  readonly stepS?: number
  /** Full width of the spectral smoothing in Hz; 1 by default. nw is windowS * smoothingHz / 2. */
  readonly smoothingHz?: number
  /** How many tapers; the 2 nw - 1 well-concentrated ones by default, at least one. */
  readonly tapers?: number
}

/**
 * Power spectral densities in time: unit squared per Hz; bin k of window t lies at t * bins + k.
 */
export type Spectrogram = {
  readonly frequenciesHz: Float64Array
  /** Centres of the windows, seconds from the first sample. */
  readonly timesS: Float64Array
  readonly psd: Float64Array
}

/**
 * A spectrogram by Thomson's multitaper method: the mean over Slepian tapers of one-sided
 * periodograms, the mean taken off each window. For a night: 30-s windows and 1 Hz show stages, 4 s
 * and 2 Hz spindles. Windows that do not fit whole are left out; one with a missing sample is NaN.
 * Source: Thomson, Proc. IEEE 70, 1982; for sleep: Prerau et al., Physiology 32, 2017.
 */
export function multitaperSpectrogram(x: Samples, options: MultitaperOptions): Spectrogram {
  const { rateHz } = options
  const n = Math.round((options.windowS ?? 30) * rateHz)
  const step = options.stepS === undefined ? n : Math.round(options.stepS * rateHz)
  assert(n >= 4 && step >= 1, `windows of ${n} samples, ${step} apart`)
  const nw = ((n / rateHz) * (options.smoothingHz ?? 1)) / 2
  const { tapers } = dpss(n, nw, options.tapers ?? Math.max(1, Math.floor(2 * nw) - 1))
  const columns = Math.max(0, Math.floor((x.length - n) / step) + 1)
  const plan = realFft(n)
  const bins = plan.bins
  const psd = new Float64Array(columns * bins)
  const re = new Float64Array(bins)
  const im = new Float64Array(bins)
  const segment = new Float64Array(n)
  for (let t = 0; t < columns; t++) {
    const mean = meanOf(x, t * step, n)
    for (const taper of tapers) {
      for (let i = 0; i < n; i++) segment[i] = (x[t * step + i]! - mean) * taper[i]!
      plan.forward(segment, re, im)
      for (let k = 0, at = t * bins; k < bins; k++, at++) {
        psd[at] = psd[at]! + re[k]! * re[k]! + im[k]! * im[k]!
      }
    }
    for (let k = 0, at = t * bins; k < bins; k++, at++) {
      const sides = k === 0 || 2 * k === n ? 1 : 2
      psd[at] = (psd[at]! * sides) / (tapers.length * rateHz)
    }
  }
  return {
    frequenciesHz: Float64Array.from({ length: bins }, (_, k) => (k * rateHz) / n),
    timesS: Float64Array.from({ length: columns }, (_, t) => (t * step + n / 2) / rateHz),
    psd,
  }
}

function meanOf(x: Samples, from: number, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += x[from + i]!
  return sum / n
}
