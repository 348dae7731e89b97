import { assert } from '../math/assert.ts'
import { complexFft } from '../math/fft.ts'
import type { Samples } from '../math/samples.ts'
import { hamming, hann } from '../math/window.ts'
import { meanOfColumns, medianOfColumns } from './segment-average.ts'

/** How a spectrum is estimated; the defaults are YASA's (hamming, half overlap, median). */
export type WelchOptions = {
  readonly rateHz: number
  /** Length of a segment in seconds; 4 by default. `nperseg` in samples goes before it. */
  readonly windowS?: number
  readonly nperseg?: number
  /** Share of a segment that the next one repeats, 0 .. below 1; 0.5 by default. */
  readonly overlap?: number
  /** 'hamming' (default) or 'hann', periodic, or the window's own values. */
  readonly window?: 'hamming' | 'hann' | Float64Array
  /** 'median' (default, with its bias taken off) or 'mean' over the segments. */
  readonly average?: 'mean' | 'median'
  /** 'constant' (default) takes the mean off each segment. */
  readonly detrend?: 'constant' | 'none'
  /**
   * Bins above this frequency are left out, which saves their averages; half the rate by default.
   */
  readonly highestHz?: number
}

/** A one-sided power spectral density: unit squared per Hz at each frequency. */
export type Spectrum = { readonly frequenciesHz: Float64Array; readonly psd: Float64Array }

/** A Welch estimator with its work space, for many stretches of one rate. One call at a time. */
export type WelchPlan = {
  readonly frequenciesHz: Float64Array
  readonly nperseg: number
  /** The density of x[from .. to - 1] into `psd`, one value for each frequency. */
  estimate(x: Samples, psd: Float64Array, from?: number, to?: number): void
}

/**
 * Plans power spectral densities by Welch's method, equal to `scipy.signal.welch` (one-sided,
 * density scaling). Segments that do not fit whole are left out; a stretch shorter than one segment
 * gives NaN, and so does every bin of a stretch with a missing sample in a segment. Source: Welch,
 * IEEE Trans. AU-15, 1967; bias of the median: Allen et al., Phys. Rev. D 85, 2012.
 */
export function welchPlan(options: WelchOptions): WelchPlan {
  const { rateHz } = options
  const nperseg = options.nperseg ?? Math.floor((options.windowS ?? 4) * rateHz)
  const overlap = options.overlap ?? 0.5
  assert(nperseg >= 1 && Number.isInteger(nperseg), `segments of ${nperseg} samples`)
  assert(overlap >= 0 && overlap < 1, `overlap ${overlap} is not in 0 .. 1`)
  const step = nperseg - Math.floor(nperseg * overlap)
  const window = windowOf(options.window ?? 'hamming', nperseg)
  const plan = complexFft(nperseg)
  const highest = Math.floor(((options.highestHz ?? rateHz) * nperseg) / rateHz + 1e-9)
  const bins = Math.min(highest, Math.floor(nperseg / 2)) + 1
  const useMedian = (options.average ?? 'median') === 'median'
  const constant = (options.detrend ?? 'constant') === 'constant'
  const scale = densityScale(window, rateHz)
  const re = new Float64Array(nperseg)
  const im = new Float64Array(nperseg)
  const tile = new Float64Array(TILE * bins)
  let powers = new Float64Array(0) // bin by bin, the segments side by side
  const estimate: WelchPlan['estimate'] = (x, psd, from = 0, to = x.length) => {
    const count = Math.floor((to - from - nperseg) / step) + 1
    if (count < 1) {
      psd.fill(NaN, 0, bins)
      return
    }
    if (powers.length < count * bins) powers = new Float64Array(count * bins)
    for (let s = 0; s < count; s += 2) {
      // Two segments share one transform as its real and imaginary part.
      loadSegment(x, from + s * step, window, constant, re)
      if (s + 1 < count) loadSegment(x, from + (s + 1) * step, window, constant, im)
      else im.fill(0)
      plan.forward(re, im)
      const target = count <= TILE ? powers : tile
      partPowers(re, im, bins, target, s % TILE, Math.min(count, TILE), s + 1 < count)
      if (count > TILE && ((s + 2) % TILE === 0 || s + 2 >= count)) {
        layTile(tile, powers, bins, s - (s % TILE), count)
      }
    }
    if (useMedian) medianOfColumns(powers, count, bins, psd)
    else meanOfColumns(powers, count, bins, psd)
    const density = useMedian ? scale / medianBias(count) : scale
    psd[0] = psd[0]! * density
    for (let k = 1; k < bins; k++) psd[k] = psd[k]! * (2 * k === nperseg ? 1 : 2) * density
  }
  const frequenciesHz = Float64Array.from({ length: bins }, (_, k) => (k * rateHz) / nperseg)
  return { frequenciesHz, nperseg, estimate }
}

/** The power spectral density of a whole row: `welchPlan` for one use; the same rules. */
export function welch(x: Samples, options: WelchOptions): Spectrum {
  const plan = welchPlan(options)
  const psd = new Float64Array(plan.frequenciesHz.length)
  plan.estimate(x, psd)
  return { frequenciesHz: plan.frequenciesHz, psd }
}

function windowOf(window: 'hamming' | 'hann' | Float64Array, n: number): Float64Array {
  if (typeof window !== 'string') {
    assert(window.length === n, `a window of ${window.length} values for ${n} samples`)
    return window
  }
  return window === 'hann' ? hann(n, true) : hamming(n, true)
}

function densityScale(window: Float64Array, rateHz: number): number {
  let energy = 0
  for (let i = 0; i < window.length; i++) energy += window[i]! * window[i]!
  return 1 / (rateHz * energy)
}

function loadSegment(
  x: Samples,
  from: number,
  window: Float64Array,
  constant: boolean,
  segment: Float64Array,
): void {
  const n = segment.length
  let mean = 0
  if (constant) {
    let other = 0 // two sums side by side: an addition waits for the one before it
    let i = 0
    for (; i + 1 < n; i += 2) {
      mean += x[from + i]!
      other += x[from + i + 1]!
    }
    if (i < n) mean += x[from + i]!
    mean = (mean + other) / n
  }
  for (let i = 0; i < n; i++) segment[i] = (x[from + i]! - mean) * window[i]!
}

/** So many segments are gathered before they go to their far-off places together. */
const TILE = 16

/**
 * The powers of two real rows that were transformed as one complex row, to the places s and s + 1
 * of each column of `width`.
 */
function partPowers(
  re: Float64Array,
  im: Float64Array,
  bins: number,
  columns: Float64Array,
  s: number,
  width: number,
  both: boolean,
): void {
  const n = re.length
  for (let k = 0, l = 0, at = s; k < bins; k++, l = n - k, at += width) {
    const ar = re[k]! + re[l]!
    const ai = im[k]! - im[l]!
    columns[at] = 0.25 * (ar * ar + ai * ai)
    if (!both) continue
    const br = im[k]! + im[l]!
    const bi = re[l]! - re[k]!
    columns[at + 1] = 0.25 * (br * br + bi * bi)
  }
}

/** Lays a tile's columns end to end into those of `powers`, from segment s on. */
function layTile(
  tile: Float64Array,
  powers: Float64Array,
  bins: number,
  s: number,
  count: number,
): void {
  const used = Math.min(TILE, count - s)
  for (let k = 0; k < bins; k++) {
    for (let i = 0; i < used; i++) powers[k * count + s + i] = tile[k * TILE + i]!
  }
}

/** What the median of n exponential variables is to their mean: 1 + sum 1 / (2k + 1) - 1 / 2k. */
function medianBias(n: number): number {
  let sum = 1
  for (let k = 2; k <= n - 1; k += 2) sum += 1 / (k + 1) - 1 / k
  return sum
}
