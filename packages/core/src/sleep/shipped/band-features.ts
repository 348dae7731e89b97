import { log } from '../../math/elementary.ts'
import { realFft } from '../../math/fft.ts'
import type { Samples } from '../../math/samples.ts'
import { hann } from '../../math/window.ts'
import { resampleTo } from '../../signal/resample.ts'
import { EPOCH_S } from '../stage/stage.ts'

/** What is measured of one channel in each epoch, in this order. */
export const BAND_MEASURES = [
  'delta',
  'theta',
  'alpha',
  'beta',
  'gamma',
  'variance',
  'differenceVariance',
] as const

/** How many numbers an epoch of band powers has. */
export const BAND_MEASURE_COUNT = 7

/** The bands in Hz, both ends included: .5-4, 4-8, 8-13, 13-30, 30-50. */
const BANDS_HZ = [
  [0.5, 4],
  [4, 8],
  [8, 13],
  [13, 30],
  [30, 50],
] as const

const RATE_HZ = 100
/** Length of a segment in samples at 100 Hz. */
export const SEGMENT = 256
const HOP = 128
const EPOCH_SAMPLES = EPOCH_S * RATE_HZ
/** Bins of a segment's spectrum. */
export const SEGMENT_BINS: number = SEGMENT / 2 + 1
const WINDOW_ENERGY = hann(SEGMENT, true).reduce((sum, w) => sum + w * w, 0)
const SEGMENTS = Math.floor((EPOCH_SAMPLES - SEGMENT) / HOP) + 1
/** An epoch is measured when at least this part of its segments was recorded without a gap. */
export const SEGMENTS_NEEDED: number = 1 / 3

/**
 * Band powers of one channel: epochs x 7 in the order of BAND_MEASURES, mean density in the
 * square of the channel's unit per Hz, then the variance of the samples and of their first
 * difference. A row is NaN where too little was recorded or the signal does not move at all.
 */
export type BandPowers = { readonly epochs: number; readonly values: Float64Array }

/**
 * Band powers of each whole 30-s epoch of a signal at any rate: brought to 100 Hz, then Welch
 * with a periodic Hann window of 256 samples, half overlapped, each segment freed of its mean,
 * averaged. NaN samples are left out segment by segment. Source: the measures of the Sleep-EDF
 * feature tables.
 */
export function bandPowers(samples: Samples, rateHz: number): BandPowers {
  const epochs = Math.floor(samples.length / rateHz / EPOCH_S + 1e-9)
  const x = rateHz === RATE_HZ ? samples : resampleTo(samples, rateHz, RATE_HZ)
  const values = new Float64Array(epochs * BAND_MEASURE_COUNT)
  const meter = epochMeter()
  for (let e = 0; e < epochs; e++) {
    const row = values.subarray(e * BAND_MEASURE_COUNT, (e + 1) * BAND_MEASURE_COUNT)
    for (let part = 0; part < meter.parts; part++) meter.work(part, x, e * EPOCH_SAMPLES, row)
  }
  return { epochs, values }
}

/** Natural logarithms of band powers; the floor 1e-12 of the epoch's total keeps them finite. */
export function logBandPowers(powers: BandPowers): Float64Array {
  const logs = new Float64Array(powers.values.length)
  for (let e = 0; e < powers.epochs; e++) {
    const at = e * BAND_MEASURE_COUNT
    let total = 0
    for (let k = 0; k < BAND_MEASURE_COUNT; k++) total += powers.values[at + k]!
    for (let k = 0; k < BAND_MEASURE_COUNT; k++) {
      logs[at + k] = log(Math.max(powers.values[at + k]!, total * 1e-12))
    }
  }
  return logs
}

/** Measures an epoch in small parts, so that a live stager can spread the work. */
export type EpochMeter = {
  readonly parts: number
  /** The first so many parts are the segments; part k needs x up to `segmentEnd(k)` only. */
  readonly segments: number
  /**
   * Part 0 .. parts - 1, in order, of measuring the 3000 samples (100 Hz) of `x` from `from` on;
   * what `bandPowers` gives is in `row` after the last.
   */
  work(part: number, x: Samples, from: number, row: Float64Array): void
}

/** How many samples of an epoch segment `k` needs. */
export function segmentEnd(k: number): number {
  return k * HOP + SEGMENT
}

/** A meter for one channel, with its work space. */
export function epochMeter(): EpochMeter {
  const segments = segmentMeter()
  const sums = { n: 0, mean: 0 }
  const work: EpochMeter['work'] = (part, x, from, row) => {
    if (part < SEGMENTS) {
      segments.add(part, x, from + part * HOP)
      return
    }
    const lag = part < SEGMENTS + 2 ? 0 : 1
    if ((part - SEGMENTS) % 2 === 0) averageInto(sums, x, from, lag)
    else row[5 + lag] = varianceAbout(sums, x, from, lag)
    if (part < SEGMENTS + 3) return
    const used = segments.finish(row)
    if (used < SEGMENTS_NEEDED || !(row[5]! > 0) || !(row[6]! > 0)) row.fill(NaN)
  }
  return { parts: SEGMENTS + 4, segments: SEGMENTS, work }
}

type SegmentMeter = {
  /** Adds the segment of x from `start` on, unless a sample is missing; segment 0 begins anew. */
  add(segment: number, x: Samples, start: number): void
  /** Fills the five bands of a row; returns the part of the segments without a gap. */
  finish(row: Float64Array): number
}

function segmentMeter(): SegmentMeter {
  const spectrum = segmentSpectrum()
  const power = new Float64Array(SEGMENT_BINS)
  const density = new Float64Array(SEGMENT_BINS)
  let used = 0
  const add: SegmentMeter['add'] = (number, x, start) => {
    if (number === 0) {
      density.fill(0)
      used = 0
    }
    if (!spectrum(x, start, power)) return
    used++
    for (let k = 0; k < SEGMENT_BINS; k++) density[k]! += power[k]!
  }
  const finish: SegmentMeter['finish'] = (row) => {
    bandsOfDensity(density, Math.max(used, 1), row)
    return used / SEGMENTS
  }
  return { add, finish }
}

/**
 * Measures a segment of 256 samples at 100 Hz: its periodogram, not yet scaled, into 129 bins;
 * false, and nothing measured, when a sample is missing.
 */
export type SegmentSpectrum = (x: Samples, start: number, power: Float64Array) => boolean

/** A measure of segments with its work space. */
export function segmentSpectrum(): SegmentSpectrum {
  const plan = realFft(SEGMENT)
  const window = hann(SEGMENT, true)
  const re = new Float64Array(SEGMENT_BINS)
  const im = new Float64Array(SEGMENT_BINS)
  const segment = new Float64Array(SEGMENT)
  return (x, start, power) => {
    let mean = 0
    for (let i = 0; i < SEGMENT; i++) mean += x[start + i]!
    mean /= SEGMENT
    if (Number.isNaN(mean)) return false
    for (let i = 0; i < SEGMENT; i++) segment[i] = (x[start + i]! - mean) * window[i]!
    plan.forward(segment, re, im)
    for (let k = 0; k < SEGMENT_BINS; k++) power[k] = re[k]! * re[k]! + im[k]! * im[k]!
    return true
  }
}

/** The five band powers of the sum of `used` segments' periodograms; the last bin is halved. */
export function bandsOfDensity(density: Float64Array, used: number, row: Float64Array): void {
  const scale = 2 / (RATE_HZ * WINDOW_ENERGY * used)
  // One-sided: every bin counts twice but the first and the last.
  density[SEGMENT_BINS - 1]! /= 2
  for (let band = 0; band < BANDS_HZ.length; band++) {
    const [low, high] = BANDS_HZ[band]!
    row[band] = scale * meanBetween(density, low, high)
  }
}

function meanBetween(density: Float64Array, lowHz: number, highHz: number): number {
  const first = Math.ceil((lowHz * SEGMENT) / RATE_HZ)
  const last = Math.floor((highHz * SEGMENT) / RATE_HZ)
  let sum = 0
  for (let k = first; k <= last; k++) sum += density[k]!
  return sum / (last - first + 1)
}

/** Mean of an epoch's samples (lag 0) or first differences (lag 1), over what was recorded. */
function averageInto(
  sums: { n: number; mean: number },
  x: Samples,
  from: number,
  lag: 0 | 1,
): void {
  const end = from + EPOCH_SAMPLES
  let n = 0
  let sum = 0
  if (lag === 0) {
    for (let i = from; i < end; i++) {
      const v = x[i]!
      if (Number.isNaN(v)) continue
      n++
      sum += v
    }
  } else {
    for (let i = from + 1; i < end; i++) {
      const v = x[i]! - x[i - 1]!
      if (Number.isNaN(v)) continue
      n++
      sum += v
    }
  }
  sums.n = n
  sums.mean = sum / n
}

/** Population variance about that mean. */
function varianceAbout(
  { n, mean }: { readonly n: number; readonly mean: number },
  x: Samples,
  from: number,
  lag: 0 | 1,
): number {
  const end = from + EPOCH_SAMPLES
  let squares = 0
  if (lag === 0) {
    for (let i = from; i < end; i++) {
      const v = x[i]! - mean
      if (!Number.isNaN(v)) squares += v * v
    }
  } else {
    for (let i = from + 1; i < end; i++) {
      const v = x[i]! - x[i - 1]! - mean
      if (!Number.isNaN(v)) squares += v * v
    }
  }
  return squares / n
}
