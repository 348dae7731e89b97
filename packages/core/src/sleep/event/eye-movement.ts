import { findPeaks } from '../../math/peaks.ts'
import type { Samples } from '../../math/samples.ts'
import { designFir, filterFir } from '../../signal/fir.ts'
import { wholeSignal } from './analysis-signal.ts'
import { isPlausibleAmplitude } from './plausible-amplitude.ts'
import { searchable } from './stage-mask.ts'

/** A rapid eye movement; times in seconds from the first sample, values of the filtered signals. */
export type EyeMovement = {
  readonly startS: number
  readonly peakS: number
  readonly endS: number
  readonly durationS: number
  /** Left and right outer canthus: absolute value at the peak, uV. */
  readonly leftPeakUv: number
  readonly rightPeakUv: number
  /** Absolute slopes from the start to the peak and from the peak to the end, uV/s. */
  readonly leftRiseUvPerS: number
  readonly rightRiseUvPerS: number
  readonly leftFallUvPerS: number
  readonly rightFallUvPerS: number
}

/** The knobs of the detector under YASA's defaults. */
export type EyeMovementOptions = {
  /** Band in which eyes are looked for, hertz (0.5-5). */
  readonly bandHz?: readonly [number, number]
  /** Geometric mean of both amplitudes at the peak, uV (50-325). */
  readonly amplitudeUv?: readonly [number, number]
  /** Duration, seconds, the upper bound excluded (0.3-1.2). */
  readonly durationS?: readonly [number, number]
  /** Least prominence of the product, as a fraction of the least amplitude squared (0.8). */
  readonly relativeProminence?: number
  /** 1 where events may be, one byte per sample; everywhere when absent. */
  readonly mask?: Uint8Array | undefined
}

/**
 * Rapid eye movements in two electro-oculogram channels (uV, same rate and length) of which the eye
 * moves one up and the other down, exactly as YASA's `rem_detect` finds them. Missing samples (NaN)
 * are bridged and nothing is found there. Empty when an amplitude cannot be EOG in uV. Sources:
 * Agarwal 2005, Yetton 2016.
 */
export function detectEyeMovements(
  left: Samples,
  right: Samples,
  rateHz: number,
  options: EyeMovementOptions = {},
): EyeMovement[] {
  const [lowHz, highHz] = options.bandHz ?? [0.5, 5]
  const [leastUv, mostUv] = options.amplitudeUv ?? [50, 325]
  const [shortest, longest] = options.durationS ?? [0.3, 1.2]
  const loc = wholeSignal(left, rateHz)
  const roc = wholeSignal(right, rateHz)
  if (left.length < rateHz || left.length !== right.length) return []
  if (!isPlausibleAmplitude(loc.samples) || !isPlausibleAmplitude(roc.samples)) return []
  const taps = designFir({ rateHz, lowHz, highHz })
  const a = filterFir(loc.samples, taps)
  const b = filterFir(roc.samples, taps)
  const opposition = new Float64Array(a.length)
  for (let i = 0; i < a.length; i++) opposition[i] = -a[i]! * b[i]!
  const peaks = findPeaks(opposition, {
    height: [leastUv * leastUv, mostUv * mostUv],
    distance: shortest * rateHz,
    prominence: (options.relativeProminence ?? 0.8) * leastUv * leastUv,
    wlen: longest * rateHz,
  })
  const mask = searchable(searchable(options.mask, loc.missing), roc.missing)
  const found: EyeMovement[] = []
  for (let k = 0; k < peaks.indices.length; k++) {
    const peak = peaks.indices[k]!
    if (mask !== undefined && mask[peak] === 0) continue
    const from = peaks.leftBases![k]!
    const to = peaks.rightBases![k]!
    const durationS = to / rateHz - from / rateHz
    if (durationS < shortest || durationS >= longest) continue
    found.push(describe(a, b, { from, peak, to }, rateHz))
  }
  return found
}

type Place = { readonly from: number; readonly peak: number; readonly to: number }

function describe(
  a: Float64Array,
  b: Float64Array,
  { from, peak, to }: Place,
  rateHz: number,
): EyeMovement {
  const riseS = (peak - from) / rateHz
  const fallS = (to - peak) / rateHz
  return {
    startS: from / rateHz,
    peakS: peak / rateHz,
    endS: to / rateHz,
    durationS: to / rateHz - from / rateHz,
    leftPeakUv: Math.abs(a[peak]!),
    rightPeakUv: Math.abs(b[peak]!),
    leftRiseUvPerS: Math.abs((a[peak]! - a[from]!) / riseS),
    rightRiseUvPerS: Math.abs((b[peak]! - b[from]!) / riseS),
    leftFallUvPerS: Math.abs((a[to]! - a[peak]!) / fallS),
    rightFallUvPerS: Math.abs((b[to]! - b[peak]!) / fallS),
  }
}
