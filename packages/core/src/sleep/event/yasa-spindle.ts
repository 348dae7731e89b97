import { assert } from '../../math/assert.ts'
import { log10 } from '../../math/elementary.ts'
import { interpolateLinear } from '../../math/interpolate.ts'
import { findPeaks, type Peaks } from '../../math/peaks.ts'
import { mean, median, trimmedStandardDeviation } from '../../math/quantile.ts'
import { roundHalfEven } from '../../math/rounding.ts'
import type { Samples } from '../../math/samples.ts'
import { designFir, filterFir } from '../../signal/fir.ts'
import { wholeSignal } from './analysis-signal.ts'
import { type Instantaneous, instantaneous } from './instantaneous.ts'
import { type MovingSeries, movingCorrelation, movingRms } from './moving-window.ts'
import { isPlausibleAmplitude } from './plausible-amplitude.ts'
import { relativePower } from './relative-power.ts'
import { mergeRuns, type Run, runsWhere } from './run.ts'
import { detrendLine, peakToPeak, rootMeanSquareOf } from './segment.ts'
import { searchable } from './stage-mask.ts'

/** The knobs of YASA's detector under its own defaults; `null` switches a threshold off. */
export type YasaSpindleOptions = {
  /** Sigma band, hertz (12-15). */
  readonly sigmaHz?: readonly [number, number]
  /** Broad band, hertz (1-30). */
  readonly broadHz?: readonly [number, number]
  /** Shortest and longest spindle, seconds, both excluded (0.5-2). */
  readonly durationS?: readonly [number, number]
  /** Events closer than this become one, milliseconds (500). */
  readonly minDistanceMs?: number
  /** Relative power 0.2, correlation 0.65, moving RMS mean + 1.5 SD. */
  readonly relativePower?: number | null
  readonly correlation?: number | null
  readonly rms?: number | null
  /** 1 where events may be, one byte per sample; everywhere when absent. */
  readonly mask?: Uint8Array | undefined
}

/** A spindle with every column of YASA's table, in the same meaning. */
export type YasaSpindle = {
  readonly startS: number
  /** Moment of the most prominent peak of the broad-band signal, seconds. */
  readonly peakS: number
  readonly endS: number
  readonly durationS: number
  /** Peak to peak of the detrended broad-band signal, uV. */
  readonly amplitudeUv: number
  /** Peak to peak in the sigma band, uV. */
  readonly sigmaAmplitudeUv: number
  readonly rmsUv: number
  /** Median log10 of the sigma power, uV^2. */
  readonly absolutePower: number
  /** Median share of sigma in the broad band, 0..1. */
  readonly relativePower: number
  readonly frequencyHz: number
  readonly oscillations: number
  /** Place of the peak, 0 = start, 1 = end. */
  readonly symmetry: number
}

/**
 * Intermediate signals of the detector, one value per sample; times of the moving windows beside.
 */
export type YasaSpindleSignals = {
  readonly broad: Float64Array
  readonly sigma: Float64Array
  readonly relativePower: Float64Array
  /** The same before interpolation: one value per column of the spectrogram. */
  readonly relativePowerColumns: MovingSeries
  readonly correlation: Float64Array
  readonly rms: Float64Array
  /** Threshold on `rms`, uV. */
  readonly rmsThresholdUv: number
}

const MOVING = { windowS: 0.3, stepS: 0.1 }
const DEFAULT_RELATIVE_POWER = 0.2
const DEFAULT_CORRELATION = 0.65
const DEFAULT_RMS = 1.5
/** YASA's bound against thresholds lifted by artefacts, uV. */
const MAX_RMS_THRESHOLD_UV = 10
const SOFT_EDGE_S = 0.1
const PEAK_DISTANCE_S = 0.06

/**
 * Sleep spindles exactly as YASA 0.7 finds them (Lacourse 2018: relative sigma power, correlation
 * of sigma with the broad band, moving RMS). `x` in uV; NaN is bridged and nothing is found there.
 * Empty when the amplitude cannot be EEG in uV (trimmed SD outside 0.1-1000) or under a second of
 * signal. The optional isolation forest of YASA (off by default there) is left out: its result
 * hangs on another library's random numbers.
 */
export function yasaSpindles(
  x: Samples,
  rateHz: number,
  options: YasaSpindleOptions = {},
): YasaSpindle[] {
  const { samples, missing } = wholeSignal(x, rateHz)
  if (samples.length < rateHz || !isPlausibleAmplitude(samples)) return []
  const signals = yasaSpindleSignals(samples, rateHz, options)
  const mask = searchable(options.mask, missing)
  const runs = candidateRuns(signals, rateHz, options, mask)
  const [shortest, longest] = options.durationS ?? [0.5, 2]
  const good = runs.filter(({ from, to }) => {
    const durationS = to / rateHz - from / rateHz
    return durationS > shortest && durationS < longest
  })
  if (good.length === 0) return []
  const moment = instantaneous(signals.sigma, rateHz)
  return good.map((run) => describe(run, signals, moment, rateHz))
}

/** The signals on which YASA's thresholds act; exported to be compared with it. `x` without NaN. */
export function yasaSpindleSignals(
  x: Float64Array,
  rateHz: number,
  options: YasaSpindleOptions = {},
): YasaSpindleSignals {
  const partHz = options.sigmaHz ?? [12, 15]
  const wholeHz = options.broadHz ?? [1, 30]
  const broad = filterFir(x, designFir({ rateHz, lowHz: wholeHz[0], highHz: wholeHz[1] }))
  const edges = { lowTransitionHz: 1.5, highTransitionHz: 1.5 }
  const sigma = filterFir(x, designFir({ rateHz, lowHz: partHz[0], highHz: partHz[1], ...edges }))
  const sampleTimesS = Float64Array.from(x, (_, i) => i / rateHz)
  const onSamples = ({ timesS, values }: MovingSeries): Float64Array =>
    interpolateLinear(timesS, values, sampleTimesS, 0)
  const columns = relativePower(broad, rateHz, { partHz, wholeHz })
  const rms = onSamples(movingRms(sigma, rateHz, MOVING))
  const inside = options.mask === undefined ? rms : rms.filter((_, i) => options.mask![i] === 1)
  const limit = options.rms ?? DEFAULT_RMS
  const threshold = mean(inside) + limit * trimmedStandardDeviation(inside, 0.1)
  return {
    broad,
    sigma,
    relativePower: onSamples(columns),
    relativePowerColumns: columns,
    correlation: onSamples(movingCorrelation(sigma, broad, rateHz, MOVING)),
    rms,
    rmsThresholdUv: Math.min(threshold, MAX_RMS_THRESHOLD_UV),
  }
}

/**
 * Samples where all thresholds but one hold, after a smoothing of 0.1 s, joined over short gaps.
 */
function candidateRuns(
  signals: YasaSpindleSignals,
  rateHz: number,
  options: YasaSpindleOptions,
  mask: Uint8Array | undefined,
): Run[] {
  const tests: [Float64Array, number][] = []
  if (options.relativePower !== null) {
    tests.push([signals.relativePower, options.relativePower ?? DEFAULT_RELATIVE_POWER])
  }
  if (options.correlation !== null) {
    tests.push([signals.correlation, options.correlation ?? DEFAULT_CORRELATION])
  }
  if (options.rms !== null) tests.push([signals.rms, signals.rmsThresholdUv])
  assert(tests.length > 0, 'at least one threshold must be on')
  const n = signals.sigma.length
  const votes = new Uint8Array(n)
  for (const [values, limit] of tests) {
    for (let i = 0; i < n; i++) if (values[i]! >= limit) votes[i] = votes[i]! + 1
  }
  if (mask !== undefined) for (let i = 0; i < n; i++) votes[i] = votes[i]! * mask[i]!
  const width = Math.max(1, Math.trunc(SOFT_EDGE_S * rateHz))
  const left = Math.floor(width / 2)
  const sums = new Int32Array(n + 1)
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i]! + votes[i]!
  const needed = (tests.length - 1) * width
  const runs = runsWhere(n, (i) => {
    const from = Math.max(0, i - left)
    return sums[Math.min(n, i - left + width)]! - sums[from]! > needed
  })
  return mergeRuns(runs, ((options.minDistanceMs ?? 500) / 1000) * rateHz)
}

function describe(
  { from, to }: Run,
  signals: YasaSpindleSignals,
  moment: Instantaneous,
  rateHz: number,
): YasaSpindle {
  const flat = detrendLine(signals.broad, from, to)
  const powers: number[] = []
  const frequencies: number[] = []
  for (let i = from; i <= to; i++) {
    const amplitude = moment.amplitude(i)
    if (amplitude > 0) powers.push(log10(amplitude * amplitude))
    const frequency = moment.frequencyHz(i)
    if (frequency > 0) frequencies.push(frequency)
  }
  const peaks = findPeaks(flat, { distance: PEAK_DISTANCE_S * rateHz, prominence: 0 })
  const peak = mostProminent(peaks)
  const startS = from / rateHz
  return {
    startS,
    peakS: startS + peak / rateHz,
    endS: to / rateHz,
    durationS: to / rateHz - startS,
    amplitudeUv: peakToPeak(flat, 0, flat.length - 1),
    sigmaAmplitudeUv: peakToPeak(signals.sigma, from, to),
    rmsUv: rootMeanSquareOf(flat),
    absolutePower: median(Float64Array.from(powers)),
    relativePower: medianBetween(signals.relativePowerColumns, startS, to / rateHz),
    frequencyHz: median(Float64Array.from(frequencies)),
    oscillations: peaks.indices.length,
    symmetry: peak / flat.length,
  }
}

/**
 * Of the spindles of several channels, those whose start or end, rounded to the second (halves to
 * even), is shared with any other spindle: YASA's `multi_only`. One list per channel in and out;
 * with spindles on fewer than two channels everything is kept.
 */
export function sharedSpindles(channels: readonly (readonly YasaSpindle[])[]): YasaSpindle[][] {
  if (channels.filter((events) => events.length > 0).length < 2) return channels.map((e) => [...e])
  const starts = new Map<number, number>()
  const ends = new Map<number, number>()
  for (const { startS, endS } of channels.flat()) {
    const [start, end] = [roundHalfEven(startS), roundHalfEven(endS)]
    starts.set(start, (starts.get(start) ?? 0) + 1)
    ends.set(end, (ends.get(end) ?? 0) + 1)
  }
  const isShared = ({ startS, endS }: YasaSpindle): boolean =>
    starts.get(roundHalfEven(startS))! > 1 || ends.get(roundHalfEven(endS))! > 1
  return channels.map((events) => events.filter(isShared))
}

/** Place of the most prominent peak, the first on a tie; 0 when there is no peak. */
function mostProminent({ indices, prominences }: Peaks): number {
  let best = 0
  for (let k = 1; k < indices.length; k++) if (prominences![k]! > prominences![best]!) best = k
  return indices[best] ?? 0
}

function medianBetween({ timesS, values }: MovingSeries, startS: number, endS: number): number {
  return median(values.filter((_, k) => timesS[k]! >= startS && timesS[k]! <= endS))
}
