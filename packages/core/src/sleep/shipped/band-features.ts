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
const SEGMENT = 256
const HOP = 128
/** An epoch is measured when at least this part of its segments was recorded without a gap. */
const SEGMENTS_NEEDED = 1 / 3

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
  const meter = segmentMeter()
  const size = EPOCH_S * RATE_HZ
  for (let e = 0; e < epochs; e++) {
    const epoch = x.subarray(e * size, (e + 1) * size)
    const row = values.subarray(e * BAND_MEASURE_COUNT, (e + 1) * BAND_MEASURE_COUNT)
    const used = meter(epoch, row)
    addVariances(epoch, row)
    if (used < SEGMENTS_NEEDED || !(row[5]! > 0) || !(row[6]! > 0)) row.fill(NaN)
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

/** Fills the five bands of a row from an epoch; returns the part of the segments without a gap. */
function segmentMeter(): (epoch: Samples, row: Float64Array) => number {
  const plan = realFft(SEGMENT)
  const window = hann(SEGMENT, true)
  const bins = SEGMENT / 2 + 1
  const re = new Float64Array(bins)
  const im = new Float64Array(bins)
  const segment = new Float64Array(SEGMENT)
  const density = new Float64Array(bins)
  let weight = 0
  for (const w of window) weight += w * w
  return (epoch, row) => {
    density.fill(0)
    let used = 0
    let tried = 0
    for (let start = 0; start + SEGMENT <= epoch.length; start += HOP) {
      tried++
      let mean = 0
      for (let i = 0; i < SEGMENT; i++) mean += epoch[start + i]!
      mean /= SEGMENT
      if (Number.isNaN(mean)) continue
      used++
      for (let i = 0; i < SEGMENT; i++) segment[i] = (epoch[start + i]! - mean) * window[i]!
      plan.forward(segment, re, im)
      for (let k = 0; k < bins; k++) density[k]! += re[k]! * re[k]! + im[k]! * im[k]!
    }
    const scale = 2 / (RATE_HZ * weight * Math.max(used, 1))
    // One-sided: every bin counts twice but the first and the last.
    density[bins - 1]! /= 2
    BANDS_HZ.forEach(([low, high], band) => {
      row[band] = scale * meanBetween(density, low, high)
    })
    return tried === 0 ? 0 : used / tried
  }
}

function meanBetween(density: Float64Array, lowHz: number, highHz: number): number {
  const first = Math.ceil((lowHz * SEGMENT) / RATE_HZ)
  const last = Math.floor((highHz * SEGMENT) / RATE_HZ)
  let sum = 0
  for (let k = first; k <= last; k++) sum += density[k]!
  return sum / (last - first + 1)
}

/** Population variances of the samples and of their first differences, over what was recorded. */
function addVariances(epoch: Samples, row: Float64Array): void {
  row[5] = variance(epoch, 0)
  row[6] = variance(epoch, 1)
}

function variance(x: Samples, lag: 0 | 1): number {
  let n = 0
  let sum = 0
  for (let i = lag; i < x.length; i++) {
    const v = lag === 0 ? x[i]! : x[i]! - x[i - 1]!
    if (Number.isNaN(v)) continue
    n++
    sum += v
  }
  const mean = sum / n
  let squares = 0
  for (let i = lag; i < x.length; i++) {
    const v = lag === 0 ? x[i]! : x[i]! - x[i - 1]!
    if (!Number.isNaN(v)) squares += (v - mean) * (v - mean)
  }
  return squares / n
}
