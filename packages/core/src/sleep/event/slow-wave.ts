import { findPeaks } from '../../math/peaks.ts'
import { quantile } from '../../math/quantile.ts'
import type { Samples } from '../../math/samples.ts'
import { designFir, filterFir } from '../../signal/fir.ts'
import { wholeSignal } from './analysis-signal.ts'
import { isPlausibleAmplitude } from './plausible-amplitude.ts'
import { searchable } from './stage-mask.ts'

/** A slow wave: a trough, then a peak; times in seconds from the first sample. */
export type SlowWave = {
  /** Falling zero crossing before the trough. */
  readonly startS: number
  readonly negPeakS: number
  readonly midCrossingS: number
  readonly posPeakS: number
  /** Falling zero crossing after the peak. */
  readonly endS: number
  readonly durationS: number
  /** Values of the filtered signal, uV. */
  readonly negPeakUv: number
  readonly posPeakUv: number
  readonly ptpUv: number
  /** Trough to mid-crossing, uV/s. */
  readonly slopeUvPerS: number
  /** 1 / duration. */
  readonly frequencyHz: number
}

/** The knobs of the detector; the defaults are YASA's. */
export type SlowWaveOptions = {
  /** Band, hertz (0.3-1.5). */
  readonly bandHz?: readonly [number, number]
  /** Durations of the negative and the positive phase, seconds, ends excluded (0.3-1.5, 0.1-1). */
  readonly negativeS?: readonly [number, number]
  readonly positiveS?: readonly [number, number]
  /**
   * `fixed` (the default): trough 40-200 uV, peak 10-150 uV, peak to peak 75-350 uV. `adaptive`: of
   * all waves of the right duration those whose trough and whose peak-to-peak amplitude both reach
   * the 75th percentile of this signal (Staresina 2015), up to five times that percentile. For
   * headbands and others whose electrodes see a different amplitude than C3-A2.
   */
  readonly amplitudes?: 'fixed' | 'adaptive' | SlowWaveAmplitudes
  /** 1 where troughs and peaks may be, one byte per sample; everywhere when absent. */
  readonly mask?: Uint8Array | undefined
}

/** Bounds in uV: trough and peak included, peak to peak excluded. */
export type SlowWaveAmplitudes = {
  readonly negativeUv: readonly [number, number]
  readonly positiveUv: readonly [number, number]
  readonly peakToPeakUv: readonly [number, number]
}

const FIXED: SlowWaveAmplitudes = {
  negativeUv: [40, 200],
  positiveUv: [10, 150],
  peakToPeakUv: [75, 350],
}
const ANY: SlowWaveAmplitudes = {
  negativeUv: [0, Infinity],
  positiveUv: [0, Infinity],
  peakToPeakUv: [0, Infinity],
}
const ADAPTIVE_QUANTILE = 0.75
/** Waves beyond this many times the percentile are artefacts. */
const ADAPTIVE_CEILING = 5

/**
 * The signal in which slow waves are looked for: FIR 0.3-1.5 Hz, edges of 0.2 Hz. No missing
 * values.
 */
export function slowWaveBand(
  x: Float64Array,
  rateHz: number,
  [lowHz, highHz]: readonly [number, number] = [0.3, 1.5],
): Float64Array {
  const edges = { lowTransitionHz: 0.2, highTransitionHz: 0.2 }
  return filterFir(x, designFir({ rateHz, lowHz, highHz, ...edges }))
}

/**
 * Slow waves of one channel, by default exactly as YASA 0.7's `sw_detect` finds them (Massimini
 * 2004, Carrier 2011). `x` in uV; NaN is bridged and nothing is found there. Empty when the
 * amplitude cannot be EEG in uV (unless adaptive).
 */
export function detectSlowWaves(
  x: Samples,
  rateHz: number,
  options: SlowWaveOptions = {},
): SlowWave[] {
  const { samples, missing } = wholeSignal(x, rateHz)
  const isAdaptive = options.amplitudes === 'adaptive'
  if (samples.length < rateHz || (!isAdaptive && !isPlausibleAmplitude(samples))) return []
  const band = slowWaveBand(samples, rateHz, options.bandHz)
  return slowWavesOfBand(band, rateHz, { ...options, mask: searchable(options.mask, missing) })
}

/** As `detectSlowWaves`, on a signal that `slowWaveBand` has already made. */
export function slowWavesOfBand(
  band: Float64Array,
  rateHz: number,
  options: SlowWaveOptions = {},
): SlowWave[] {
  const rule = options.amplitudes ?? 'fixed'
  const bounds = rule === 'fixed' ? FIXED : rule === 'adaptive' ? ANY : rule
  const waves = pairPeaks(band, options.mask, bounds).map((pair) => wave(band, rateHz, pair))
  const good = waves.filter((found) => found !== undefined && fits(found, options))
  const unique = withoutTwins(good as FoundWave[])
  const kept = rule === 'adaptive' ? tallest(unique) : unique
  return kept.map(({ negativeS: _n, positiveS: _p, ...event }) => event)
}

type FoundWave = SlowWave & { readonly negativeS: number; readonly positiveS: number }
type PeakPair = { readonly trough: number; readonly peak: number }

/** Each trough with the next peak, within the amplitudes. */
function pairPeaks(
  band: Float64Array,
  mask: Uint8Array | undefined,
  bounds: SlowWaveAmplitudes,
): PeakPair[] {
  const troughs = extremes(band, -1, bounds.negativeUv, mask)
  const peaks = extremes(band, 1, bounds.positiveUv, mask)
  const lastTrough = troughs[troughs.length - 1]
  if (lastTrough === undefined || peaks.length === 0) return []
  // YASA's way to give the last trough a partner: it fails the later tests of its phases.
  if (peaks[peaks.length - 1]! < lastTrough) peaks.push(lastTrough + 1)
  const pairs: PeakPair[] = []
  let k = 0
  for (const trough of troughs) {
    while (peaks[k]! < trough) k++
    const peak = peaks[k]!
    const ptp = Math.abs(band[trough]!) + (band[peak] ?? Number.NaN)
    if (ptp > bounds.peakToPeakUv[0] && ptp < bounds.peakToPeakUv[1]) pairs.push({ trough, peak })
  }
  return pairs
}

/** Indices of the maxima of sign * x within the height, where the mask allows them. */
function extremes(
  x: Float64Array,
  sign: 1 | -1,
  height: readonly [number, number],
  mask: Uint8Array | undefined,
): number[] {
  const { indices } = findPeaks(sign === 1 ? x : x.map((v) => -v), { height })
  return Array.from(indices).filter((i) => mask?.[i] !== 0)
}

/**
 * The wave around a trough and a peak; undefined at the edges and when another wave lies between.
 */
function wave(band: Float64Array, rateHz: number, pair: PeakPair): FoundWave | undefined {
  const { trough, peak } = pair
  const start = crossingBefore(band, trough)
  const mid = crossingFrom(band, trough)
  const end = crossingFrom(band, peak)
  const isWhole = start >= 0 && mid > trough && end > peak && crossingBefore(band, peak) === mid
  if (!isWhole) return undefined
  const durationS = Math.round((end / rateHz - start / rateHz) * 1e4) / 1e4
  const depth = Math.abs(band[trough]!)
  return {
    startS: start / rateHz,
    negPeakS: trough / rateHz,
    midCrossingS: mid / rateHz,
    posPeakS: peak / rateHz,
    endS: end / rateHz,
    durationS,
    negPeakUv: band[trough]!,
    posPeakUv: band[peak]!,
    ptpUv: depth + band[peak]!,
    slopeUvPerS: depth / (mid / rateHz - trough / rateHz),
    frequencyHz: 1 / durationS,
    negativeS: (mid - start) / rateHz,
    positiveS: (end - mid) / rateHz,
  }
}

function fits(found: FoundWave, options: SlowWaveOptions): boolean {
  const negative = options.negativeS ?? [0.3, 1.5]
  const positive = options.positiveS ?? [0.1, 1]
  const { durationS, negativeS, positiveS } = found
  return (
    durationS <= negative[1] + positive[1] &&
    durationS >= negative[0] + positive[0] &&
    negativeS > negative[0] &&
    negativeS < negative[1] &&
    positiveS > positive[0] &&
    positiveS < positive[1]
  )
}

/** Waves that share a start are all dropped, then those that share an end. */
function withoutTwins(waves: readonly FoundWave[]): FoundWave[] {
  const alone = (list: readonly FoundWave[], key: 'startS' | 'endS'): FoundWave[] =>
    list.filter((w, i) => w[key] !== list[i - 1]?.[key] && w[key] !== list[i + 1]?.[key])
  return alone(alone(waves, 'startS'), 'endS')
}

function tallest(waves: readonly FoundWave[]): FoundWave[] {
  if (waves.length === 0) return []
  const least = (values: number[]): number => quantile(Float64Array.from(values), ADAPTIVE_QUANTILE)
  const depth = least(waves.map((w) => -w.negPeakUv))
  const height = least(waves.map((w) => w.ptpUv))
  return waves.filter(
    (w) => -w.negPeakUv >= depth && w.ptpUv >= height && w.ptpUv <= ADAPTIVE_CEILING * height,
  )
}

/** Last i < at with a change of sign between i and i + 1; -1 when there is none. */
function crossingBefore(x: Float64Array, at: number): number {
  let i = at - 1
  while (i >= 0 && x[i]! > 0 === x[i + 1]! > 0) i--
  return i
}

/** First i >= at with a change of sign between i and i + 1; -1 when there is none. */
function crossingFrom(x: Float64Array, at: number): number {
  for (let i = at; i + 1 < x.length; i++) if (x[i]! > 0 !== x[i + 1]! > 0) return i
  return -1
}
