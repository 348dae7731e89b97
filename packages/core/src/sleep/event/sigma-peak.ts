import { log10 } from '../../math/elementary.ts'
import { realFft } from '../../math/fft.ts'
import { hann } from '../../math/window.ts'
import { detrendLine } from './segment.ts'

/** Where a sigma peak may lie, hertz: from slow frontal to the fastest spindles. */
const SEARCH_HZ: readonly [number, number] = [11, 16]
const WINDOW_S = 4
const HOP_S = 2
/** More windows than these (2 h) add nothing: of a longer recording every k-th is taken. */
const MOST_WINDOWS = 3600
/** The share of windows, richest in sigma, from which the peak is read. */
const RICH_SHARE = 0.1
/** Fewer windows than this (20 s) cannot show whose peak it is. */
const LEAST_WINDOWS = 10
/**
 * A peak stands out by 0.1 (a quarter more power) over the aperiodic line in all windows together.
 */
const LEAST_HEIGHT = 0.1
/**
 * Of two peaks that differ by less (a factor 1.8 in power) the faster counts: slow spindles share
 * their place with alpha, and central leads, where spindles are scored, show the fast ones (Cox
 * 2017).
 */
const EQUAL_HEIGHT = 0.25

/**
 * The frequency at which this sleeper's spindles swing, hertz in 11-16: the peak that stands out
 * most over the aperiodic (1/f) line in the 4-s windows richest in sigma. `undefined` when no peak
 * stands out or under 20 s are allowed by `mask` (1 = use, one byte per sample; everything when
 * absent). No missing values in `x`. Amplitude does not matter. After Cox 2017 (individual spindle
 * frequency) and Donoghue 2020 (aperiodic fit).
 */
export function sigmaPeakHz(
  x: Float64Array,
  rateHz: number,
  mask?: Uint8Array | undefined,
): number | undefined {
  const { spectra, spacingHz } = windowSpectra(x, rateHz, mask)
  if (spectra.length < LEAST_WINDOWS) return undefined
  const band = bandSum(spacingHz)
  const richness = spectra.map((p) => band(p, 11, 16) / (band(p, 4, 10) + band(p, 17, 30)))
  const order = richness.map((_, i) => i).sort((a, b) => richness[b]! - richness[a]! || a - b)
  const rich = order.slice(0, Math.max(LEAST_WINDOWS, Math.round(order.length * RICH_SHARE)))
  const peaky = aboveLine(meanOf(rich.map((i) => spectra[i]!)), spacingHz)
  const whole = aboveLine(meanOf(spectra), spacingHz)
  const first = Math.ceil(SEARCH_HZ[0] / spacingHz)
  const last = Math.floor(SEARCH_HZ[1] / spacingHz)
  let best = -1
  for (let k = first; k <= last; k++) {
    const isPeak = peaky[k]! > peaky[k - 1]! && peaky[k]! >= peaky[k + 1]!
    if (!isPeak || whole[k]! < LEAST_HEIGHT) continue
    if (best < 0 || peaky[k]! > peaky[best]! - EQUAL_HEIGHT) best = k
  }
  if (best < 0) return undefined
  const [a, b, c] = [peaky[best - 1]!, peaky[best]!, peaky[best + 1]!]
  return (best + (0.5 * (a - c)) / (a - 2 * b + c)) * spacingHz
}

/** Power spectra of the allowed windows up to 30 Hz, each divided by its power in 3-30 Hz. */
function windowSpectra(
  x: Float64Array,
  rateHz: number,
  mask: Uint8Array | undefined,
): { spectra: Float64Array[]; spacingHz: number } {
  const size = Math.round(WINDOW_S * rateHz)
  const spacingHz = rateHz / size
  const bins = Math.floor(30 / spacingHz) + 1
  const window = hann(size, true)
  const fft = realFft(size)
  const re = new Float64Array(Math.floor(size / 2) + 1)
  const im = new Float64Array(re.length)
  const stride = Math.ceil(x.length / rateHz / HOP_S / MOST_WINDOWS)
  const hop = Math.round(HOP_S * rateHz) * stride
  const spectra: Float64Array[] = []
  for (let from = 0; from + size <= x.length; from += hop) {
    if (mask?.subarray(from, from + size).includes(0)) continue
    const segment = detrendLine(x, from, from + size - 1)
    for (let i = 0; i < size; i++) segment[i] = segment[i]! * window[i]!
    fft.forward(segment, re, im)
    const power = new Float64Array(bins)
    for (let k = 0; k < bins; k++) power[k] = re[k]! * re[k]! + im[k]! * im[k]!
    const total = bandSum(spacingHz)(power, 3, 30)
    if (!(total > 0)) continue
    for (let k = 0; k < bins; k++) power[k] = power[k]! / total
    spectra.push(power)
  }
  return { spectra, spacingHz }
}

function bandSum(
  spacingHz: number,
): (power: Float64Array, lowHz: number, highHz: number) => number {
  return (power, lowHz, highHz) => {
    let sum = 0
    const last = Math.floor(highHz / spacingHz)
    for (let k = Math.ceil(lowHz / spacingHz); k <= last; k++) sum += power[k]!
    return sum
  }
}

function meanOf(spectra: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(spectra[0]!.length)
  for (const spectrum of spectra) {
    for (let k = 0; k < mean.length; k++) mean[k] = mean[k]! + spectrum[k]! / spectra.length
  }
  return mean
}

/** log10 power over the line through 3-9 and 18-30 Hz in log-log axes, smoothed over three bins. */
function aboveLine(power: Float64Array, spacingHz: number): Float64Array {
  const isBackground = (hz: number): boolean => (hz >= 3 && hz <= 9) || (hz >= 18 && hz <= 30)
  let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0]
  const rest = new Float64Array(power.length)
  for (let k = 1; k < power.length; k++) {
    const x = log10(k * spacingHz)
    const y = log10(power[k]! + 1e-30)
    rest[k] = y
    if (!isBackground(k * spacingHz)) continue
    n++
    sx += x
    sy += y
    sxx += x * x
    sxy += x * y
  }
  const slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
  const base = (sy - slope * sx) / n
  for (let k = 1; k < power.length; k++) rest[k] = rest[k]! - base - slope * log10(k * spacingHz)
  return rest.map((v, k) => 0.25 * (rest[k - 1] ?? v) + 0.5 * v + 0.25 * (rest[k + 1] ?? v))
}
