import { assert } from '../math/assert.ts'
import { realFft } from '../math/fft.ts'
import type { Samples } from '../math/samples.ts'
import { hann } from '../math/window.ts'

/** How to cut the signal for a short-time transform. */
export type StftOptions = {
  readonly rateHz: number
  /** Length of a segment in samples. */
  readonly nperseg: number
  /** How many samples the next segment repeats; half a segment by default. */
  readonly noverlap?: number
  /** The window's values; a periodic Hann window by default. */
  readonly window?: Float64Array
}

/** A complex spectrum for each time: value (bin k, column t) lies at t * bins + k. */
export type Stft = {
  readonly frequenciesHz: Float64Array
  /** Centres of the segments, seconds from the first sample. */
  readonly timesS: Float64Array
  readonly re: Float64Array
  readonly im: Float64Array
}

/**
 * Short-time Fourier transform, equal to `scipy.signal.stft` with its defaults: half a segment of
 * zeros at either end, more zeros so that the last segment is whole, spectrum scaling (a sine of
 * amplitude 1 has magnitude 1/2). A segment longer than the signal is refused. NaN spreads to its
 * columns.
 */
export function stft(x: Samples, options: StftOptions): Stft {
  const { rateHz, nperseg } = options
  const noverlap = options.noverlap ?? Math.floor(nperseg / 2)
  const window = options.window ?? hann(nperseg, true)
  assert(nperseg >= 1 && nperseg <= x.length, `segments of ${nperseg} of ${x.length} samples`)
  assert(noverlap >= 0 && noverlap < nperseg, `an overlap of ${noverlap} of ${nperseg} samples`)
  assert(window.length === nperseg, `a window of ${window.length} for ${nperseg} samples`)
  const step = nperseg - noverlap
  const half = Math.floor(nperseg / 2)
  const columns = Math.ceil((x.length + 2 * half - nperseg) / step) + 1
  const plan = realFft(nperseg)
  const bins = plan.bins
  const re = new Float64Array(columns * bins)
  const im = new Float64Array(columns * bins)
  const segment = new Float64Array(nperseg)
  let scale = 0
  for (let i = 0; i < nperseg; i++) scale += window[i]!
  for (let t = 0; t < columns; t++) {
    const from = t * step - half
    for (let i = 0; i < nperseg; i++) {
      const at = from + i
      segment[i] = at >= 0 && at < x.length ? (x[at]! * window[i]!) / scale : 0
    }
    const end = (t + 1) * bins
    plan.forward(segment, re.subarray(t * bins, end), im.subarray(t * bins, end))
  }
  return {
    frequenciesHz: Float64Array.from({ length: bins }, (_, k) => (k * rateHz) / nperseg),
    timesS: Float64Array.from(
      { length: columns },
      (_, t) => (t * step + nperseg / 2 - half) / rateHz,
    ),
    re,
    im,
  }
}
