import type { Samples } from '../../math/samples.ts'
import { EPOCH_S } from '../stage/stage.ts'
import {
  bandsOfDensity,
  SEGMENT,
  SEGMENT_BINS,
  SEGMENTS_NEEDED,
  segmentSpectrum,
} from './band-features.ts'

/** Band powers of the last 30 s, second by second, of one channel at 100 Hz. */
export type SlidingBands = {
  /**
   * Takes the second x[end - 100 .. end - 1]; x must reach back 256 samples. Missing is NaN.
   */
  take(x: Samples, end: number): void
  /**
   * The measures of the 30 s up to the last second taken, as `bandPowers` has them but for the
   * segments' overlap: a row of NaN where over two thirds are missing or nothing moves.
   */
  measure(row: Float64Array): void
}

const RATE_HZ = 100
const BANDS = 5
/** Segments that end on a whole second and lie inside the 30 s. */
const SEGMENTS = Math.floor((EPOCH_S * RATE_HZ - SEGMENT) / RATE_HZ) + 1

/**
 * Welch with a segment each second (hop 100 where `bandPowers` has 128): each is transformed once
 * and serves all the windows that it lies in. Variances come from the moments of each second (Chan,
 * Golub and LeVeque 1983). Against `bandPowers` of the same 30 s the logs differ by some
 * hundredths.
 */
export function slidingBands(): SlidingBands {
  const spectrum = segmentSpectrum()
  const power = new Float64Array(SEGMENT_BINS)
  const bands = new Float64Array(EPOCH_S * BANDS).fill(NaN)
  const level = seconds()
  const change = seconds()
  let second = 0
  const take: SlidingBands['take'] = (x, end) => {
    const slot = second % EPOCH_S
    const row = bands.subarray(slot * BANDS, (slot + 1) * BANDS)
    if (spectrum(x, end - SEGMENT, power)) bandsOfDensity(power, 1, row)
    else row.fill(NaN)
    level.take(x, end - RATE_HZ, 0, slot)
    change.take(x, end - RATE_HZ, 1, slot)
    second++
  }
  const measure: SlidingBands['measure'] = (row) => {
    row.fill(0)
    let used = 0
    for (let k = 0; k < SEGMENTS; k++) {
      const at = ((second - 1 - k + EPOCH_S * SEGMENTS) % EPOCH_S) * BANDS
      if (Number.isNaN(bands[at]!)) continue
      used++
      for (let b = 0; b < BANDS; b++) row[b]! += bands[at + b]!
    }
    for (let b = 0; b < BANDS; b++) row[b]! /= used
    row[BANDS] = level.variance()
    row[BANDS + 1] = change.variance()
    const known = used / SEGMENTS >= SEGMENTS_NEEDED && row[BANDS]! > 0 && row[BANDS + 1]! > 0
    if (!known) row.fill(NaN)
  }
  return { take, measure }
}

type Seconds = {
  take(x: Samples, from: number, lag: 0 | 1, slot: number): void
  variance(): number
}

/** Count, mean and squares about it of each of the last 30 s. */
function seconds(): Seconds {
  const counts = new Float64Array(EPOCH_S)
  const means = new Float64Array(EPOCH_S)
  const squares = new Float64Array(EPOCH_S)
  const take: Seconds['take'] = (x, from, lag, slot) => {
    let [n, sum] = [0, 0]
    for (let i = from; i < from + RATE_HZ; i++) {
      const v = lag === 0 ? x[i]! : x[i]! - x[i - 1]!
      if (Number.isNaN(v)) continue
      n++
      sum += v
    }
    const mean = n > 0 ? sum / n : 0
    let square = 0
    for (let i = from; i < from + RATE_HZ; i++) {
      const v = (lag === 0 ? x[i]! : x[i]! - x[i - 1]!) - mean
      if (!Number.isNaN(v)) square += v * v
    }
    counts[slot] = n
    means[slot] = mean
    squares[slot] = square
  }
  const variance = (): number => {
    let [n, sum, square] = [0, 0, 0]
    for (let k = 0; k < EPOCH_S; k++) {
      n += counts[k]!
      sum += counts[k]! * means[k]!
    }
    const mean = sum / n
    for (let k = 0; k < EPOCH_S; k++) {
      const gap = means[k]! - mean
      square += squares[k]! + counts[k]! * gap * gap
    }
    return square / n
  }
  return { take, variance }
}
