import { assert } from '../../math/assert.ts'
import { realFft } from '../../math/fft.ts'
import { simpson, trapezoid } from '../../math/integrate.ts'
import { selectInPlace } from '../../math/quantile.ts'
import { hamming } from '../../math/window.ts'
import {
  higuchiDimension,
  hjorth,
  permutationEntropy,
  petrosianDimension,
  zeroCrossings,
} from './complexity.ts'

/** The kinds of channel that YASA's classifiers know. */
export type YasaKind = 'eeg' | 'eog' | 'emg'

/** The rate that every feature is defined at. */
export const YASA_HZ = 100
/** Samples of an epoch at that rate. */
export const YASA_EPOCH_SAMPLES: number = 30 * YASA_HZ

const SEGMENT_SAMPLES = 500
const HOP_SAMPLES = 250
const SEGMENTS = (YASA_EPOCH_SAMPLES - SEGMENT_SAMPLES) / HOP_SAMPLES + 1
const BIN_HZ = YASA_HZ / SEGMENT_SAMPLES
/** 0.4 to 30 Hz, as bins of 0.2 Hz, ends included. */
const FIRST_BIN = 2
const LAST_BIN = 150
const BINS = LAST_BIN - FIRST_BIN + 1

const BANDS = [
  ['sdelta', 2, 5],
  ['fdelta', 5, 20],
  ['theta', 20, 40],
  ['alpha', 40, 60],
  ['sigma', 60, 80],
  ['beta', 80, 150],
] as const

/**
 * What YASA measures of each 30-s epoch of one channel, by name (`eeg_std`, `eog_perm`, …): 21 of
 * an EEG, 17 of an EOG, 11 of an EMG. `filtered` is in uV at 100 Hz, already passed through 0.4-30
 * Hz, without NaN; a tail shorter than an epoch is left out. Source: Vallat & Walker, eLife 10
 * (2021) and YASA 0.7.0.
 */
export function yasaEpochFeatures(
  filtered: Float64Array,
  kind: YasaKind,
): Map<string, Float64Array> {
  const epochs = Math.floor(filtered.length / YASA_EPOCH_SAMPLES)
  const columns = new Map<string, Float64Array>()
  const set = (name: string, epoch: number, value: number): void => {
    const key = `${kind}_${name}`
    const column = columns.get(key) ?? new Float64Array(epochs)
    columns.set(key, column)
    column[epoch] = value
  }
  const spectrum = medianSpectrum()
  const work = new Float64Array(YASA_EPOCH_SAMPLES)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const start = epoch * YASA_EPOCH_SAMPLES
    setShape(filtered, start, work, (name, value) => set(name, epoch, value))
    const psd = spectrum(filtered, start)
    set('abspow', epoch, trapezoid(psd, BIN_HZ))
    if (kind !== 'emg') setBands(psd, kind, (name, value) => set(name, epoch, value))
  }
  return columns
}

type Setter = (name: string, value: number) => void

function setShape(x: Float64Array, start: number, work: Float64Array, set: Setter): void {
  const length = YASA_EPOCH_SAMPLES
  for (let i = 0; i < length; i++) work[i] = x[start + i]!
  set('iqr', interquartileRange(work))
  const { variance, skewness, kurtosis } = moments(x, start, length)
  set('std', Math.sqrt((variance * length) / (length - 1)))
  set('skew', skewness)
  set('kurt', kurtosis)
  set('nzc', zeroCrossings(x, start, length))
  const { mobility, complexity } = hjorth(x, start, length)
  set('hmob', mobility)
  set('hcomp', complexity)
  set('perm', permutationEntropy(x, start, length))
  set('higuchi', higuchiDimension(x, start, length))
  set('petrosian', petrosianDimension(x, start, length))
}

/** By linear interpolation; changes the order of `x`, whose length is a multiple of 4. */
function interquartileRange(x: Float64Array): number {
  const k = x.length / 4 - 1
  const low = selectInPlace(x, k)
  const rest = x.subarray(k + 1)
  const nextLow = smallest(rest)
  const high = selectInPlace(rest, 2 * k + 1)
  const nextHigh = smallest(rest.subarray(2 * k + 2))
  return high + 0.25 * (nextHigh - high) - (low + 0.75 * (nextLow - low))
}

function smallest(x: Float64Array): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < x.length; i++) if (x[i]! < least) least = x[i]!
  return least
}

/** Shares of the power in 0.4-30 Hz, and for an EEG the four ratios between them. */
function setBands(psd: Float64Array, kind: YasaKind, set: Setter): void {
  const total = simpson(psd, BIN_HZ)
  const share: Record<string, number> = {}
  for (const [name, first, last] of BANDS) {
    const part = psd.subarray(first - FIRST_BIN, last - FIRST_BIN + 1)
    const value = simpson(part, BIN_HZ) / total
    share[name] = value
    set(name, value)
  }
  if (kind !== 'eeg') return
  const delta = share.sdelta! + share.fdelta!
  set('dt', delta / share.theta!)
  set('ds', delta / share.sigma!)
  set('db', delta / share.beta!)
  set('at', share.alpha! / share.theta!)
}

/**
 * Makes the function that gives an epoch's power density from 0.4 to 30 Hz: Welch's method with 11
 * half-overlapping periodic Hamming windows of 5 s, each less its mean, and their median divided by
 * its bias. One plan and one set of buffers serve the whole night; the result is valid until the
 * next call.
 */
function medianSpectrum(): (x: Float64Array, start: number) => Float64Array {
  const window = hamming(SEGMENT_SAMPLES, true)
  const scale = 2 / (YASA_HZ * window.reduce((sum, w) => sum + w * w, 0) * medianBias(SEGMENTS))
  assert(LAST_BIN < SEGMENT_SAMPLES / 2, 'the last band ends below the Nyquist frequency')
  const fft = realFft(SEGMENT_SAMPLES)
  const segment = new Float64Array(SEGMENT_SAMPLES)
  const re = new Float64Array(SEGMENT_SAMPLES / 2 + 1)
  const im = new Float64Array(SEGMENT_SAMPLES / 2 + 1)
  const powers = new Float64Array(BINS * SEGMENTS)
  const psd = new Float64Array(BINS)
  return (x, start) => {
    for (let s = 0; s < SEGMENTS; s++) {
      const from = start + s * HOP_SAMPLES
      let sum = 0
      for (let i = 0; i < SEGMENT_SAMPLES; i++) sum += x[from + i]!
      const mean = sum / SEGMENT_SAMPLES
      for (let i = 0; i < SEGMENT_SAMPLES; i++) segment[i] = (x[from + i]! - mean) * window[i]!
      fft.forward(segment, re, im)
      for (let b = 0, k = FIRST_BIN; b < BINS; b++, k++) {
        powers[b * SEGMENTS + s] = re[k]! * re[k]! + im[k]! * im[k]!
      }
    }
    for (let b = 0; b < BINS; b++) {
      const row = powers.subarray(b * SEGMENTS, (b + 1) * SEGMENTS)
      psd[b] = selectInPlace(row, SEGMENTS >> 1) * scale
    }
    return psd
  }
}

/** How far the median of n periodograms lies from their mean (scipy.signal, after Allen 2012). */
function medianBias(n: number): number {
  let bias = 1
  for (let i = 1; i <= (n - 1) >> 1; i++) bias += 1 / (2 * i + 1) - 1 / (2 * i)
  return bias
}

/** Population variance, skewness and excess kurtosis. */
function moments(
  x: Float64Array,
  start: number,
  length: number,
): { readonly variance: number; readonly skewness: number; readonly kurtosis: number } {
  let sum = 0
  for (let i = start; i < start + length; i++) sum += x[i]!
  const mean = sum / length
  let m2 = 0
  let m3 = 0
  let m4 = 0
  for (let i = start; i < start + length; i++) {
    const d = x[i]! - mean
    const square = d * d
    m2 += square
    m3 += square * d
    m4 += square * square
  }
  const variance = m2 / length
  const skewness = m3 / length / (variance * Math.sqrt(variance))
  return { variance, skewness, kurtosis: m4 / length / (variance * variance) - 3 }
}
