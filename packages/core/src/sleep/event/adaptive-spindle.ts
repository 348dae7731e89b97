import { atan2, PI } from '../../math/elementary.ts'
import { median } from '../../math/quantile.ts'
import type { AnalysisSignal } from './analysis-signal.ts'
import { movingMedian } from './moving-median.ts'
import { runsWhere } from './run.ts'
import { detrendLine, peakToPeak } from './segment.ts'
import { sigmaPeakHz } from './sigma-peak.ts'
import { contrastAt, type SigmaSignals, sigmaSignals, visibilityAt } from './sigma-signal.ts'
import type { Spindle } from './spindle.ts'
import { searchable } from './stage-mask.ts'

/** What is known beforehand. Masks: one byte per sample at the analysis rate, 1 = yes. */
export type AdaptiveSpindleOptions = {
  /** Where the peak of a spindle may be. */
  readonly mask?: Uint8Array | undefined
  /** From where the sigma peak is read (N2); `mask` when it shows too little. */
  readonly peakMask?: Uint8Array | undefined
  readonly sigmaPeakHz?: number | undefined
}

/** A spindle with how far it stands out: peak amplitude over the local median amplitude. */
export type AdaptiveSpindle = Spindle & { readonly prominence: number }

/** The spindles and what they were looked for with. */
export type AdaptiveSpindles = {
  readonly spindles: AdaptiveSpindle[]
  /** The individual sigma peak, hertz; absent when none stands out. */
  readonly sigmaPeakHz?: number
  /** The band of the search, hertz: the peak +- 1.5, or 11-16 without a peak. */
  readonly bandHz: readonly [number, number]
}

const DEFAULT_BAND_HZ: readonly [number, number] = [11, 16]
const HALF_BAND_HZ = 1.5
/** The three rules: round numbers on a broad plateau, measured by `scripts/evaluate/spindles.ts`. */
const LEAST_PROMINENCE = 2.5
const LEAST_CONTRAST = 0.8
const LEAST_VISIBILITY = 0.6
/**
 * At half of the peak. AASM's half second is counted from base to base: a hump 0.4 s wide at half
 * of its peak is 0.5 s wide at a third. Beyond 3 s it is alpha or an artefact.
 */
const DURATION_S: readonly [number, number] = [0.4, 3]
/** Two spindles this close are one. */
const MERGE_S = 0.1
/** A flank leads to its hump's summit in a step or two. */
const MOST_CLIMBS = 8
const BASELINE_S = 60
const BASELINE_LEAST_S = 10
const BASELINE_STEP_S = 0.25
/** The local median amplitude counts as no less than this part of the night's. */
const BASELINE_FLOOR = 0.5

/**
 * Sleep spindles by amplitude relative to the minute around them, contrast against neighbouring
 * frequencies and visibility in the raw trace, in a band around the person's own sigma peak. Start
 * and end are where the smoothed amplitude passes half of its peak. Nothing depends on the unit.
 * Builds on Lacourse 2019 (A7: relative power and correlation) and Ujma 2015 (individual bands).
 */
export function adaptiveSpindles(
  signal: AnalysisSignal,
  options: AdaptiveSpindleOptions = {},
): AdaptiveSpindles {
  const { samples, missing, rateHz } = signal
  const mask = searchable(options.mask, missing)
  const peakHz =
    options.sigmaPeakHz ??
    sigmaPeakHz(samples, rateHz, searchable(options.peakMask, missing) ?? mask) ??
    sigmaPeakHz(samples, rateHz, mask)
  const bandHz: readonly [number, number] =
    peakHz === undefined ? DEFAULT_BAND_HZ : [peakHz - HALF_BAND_HZ, peakHz + HALF_BAND_HZ]
  const signals = sigmaSignals(samples, rateHz, bandHz)
  const baseline = localBaseline(signals.envelope, rateHz, mask)
  const humps = findHumps(signals, rateHz, baseline, mask)
  const spindles = joinHumps(humps)
    .filter((hump) => isSpindle(hump, missing, rateHz))
    .map((hump) => describe(hump, signals, rateHz, baseline))
  return { spindles, bandHz, ...(peakHz === undefined ? {} : { sigmaPeakHz: peakHz }) }
}

/** A rise of the amplitude: sample of its peak, seconds where it passes half. */
type Hump = { readonly peak: number; readonly height: number; startS: number; endS: number }

/**
 * The amplitude that is usual around each sample: the median of the minute, not too far below the
 * night's.
 */
function localBaseline(
  envelope: Float64Array,
  rateHz: number,
  mask: Uint8Array | undefined,
): Float64Array {
  const step = Math.round(BASELINE_STEP_S * rateHz)
  const coarse = new Float64Array(Math.ceil(envelope.length / step))
  for (let k = 0; k < coarse.length; k++) {
    coarse[k] = mask?.[k * step] === 0 ? Number.NaN : envelope[k * step]!
  }
  const known = coarse.filter((value) => !Number.isNaN(value))
  const overall = known.length > 0 ? median(known) : 0
  const least = BASELINE_LEAST_S / BASELINE_STEP_S
  const local = movingMedian(coarse, BASELINE_S / 2 / BASELINE_STEP_S, least)
  for (let k = 0; k < local.length; k++) {
    local[k] = Math.max(Number.isNaN(local[k]!) ? overall : local[k]!, BASELINE_FLOOR * overall)
  }
  const baseline = new Float64Array(envelope.length)
  for (let k = 0; k < local.length; k++) {
    const rise = ((local[k + 1] ?? local[k]!) - local[k]!) / step
    const from = k * step
    const to = Math.min(from + step, baseline.length)
    for (let i = from; i < to; i++) baseline[i] = local[k]! + rise * (i - from)
  }
  return baseline
}

/** One hump for each stretch where all rules hold; the cheap rule is asked first. */
function findHumps(
  signals: SigmaSignals,
  rateHz: number,
  baseline: Float64Array,
  mask: Uint8Array | undefined,
): Hump[] {
  const { envelope } = signals
  const cores = runsWhere(
    envelope.length,
    (i) =>
      mask?.[i] !== 0 &&
      envelope[i]! > 0 &&
      envelope[i]! >= LEAST_PROMINENCE * baseline[i]! &&
      contrastAt(signals, rateHz, i) >= LEAST_CONTRAST &&
      visibilityAt(signals, rateHz, i) >= LEAST_VISIBILITY,
  )
  const reach = Math.round(DURATION_S[1] * rateHz)
  return cores.map(({ from, to }) => {
    let peak = highest(envelope, from, to)
    let [start, end] = [from, to]
    // A core on the flank of a greater hump belongs to that hump.
    for (let climb = 0; climb < MOST_CLIMBS; climb++) {
      start = halfHeight(envelope, peak, -1, reach)
      end = halfHeight(envelope, peak, 1, reach)
      const summit = highest(envelope, Math.ceil(start), Math.floor(end))
      if (summit === peak) break
      peak = summit
    }
    return { peak, height: envelope[peak]!, startS: start / rateHz, endS: end / rateHz }
  })
}

/** Index of the greatest value from..to, the first on a tie. */
function highest(x: Float64Array, from: number, to: number): number {
  let best = from
  for (let i = from; i <= to; i++) if (x[i]! > x[best]!) best = i
  return best
}

/**
 * Where the envelope, followed from its peak, falls below half, between samples; the bound if
 * never.
 */
function halfHeight(x: Float64Array, peak: number, step: 1 | -1, reach: number): number {
  const half = x[peak]! / 2
  let i = peak
  while (Math.abs(i - peak) < reach && i + step >= 0 && i + step < x.length) {
    if (x[i + step]! < half) return i + (step * (x[i]! - half)) / (x[i]! - x[i + step]!)
    i += step
  }
  return i
}

/** Humps that overlap or almost touch become one; the highest peak gives its name to it. */
function joinHumps(humps: readonly Hump[]): Hump[] {
  const joined: Hump[] = []
  for (const hump of [...humps].sort((a, b) => a.startS - b.startS)) {
    const last = joined[joined.length - 1]
    if (last === undefined || hump.startS - last.endS >= MERGE_S) {
      joined.push({ ...hump })
      continue
    }
    const top = hump.height > last.height ? hump : last
    const endS = Math.max(last.endS, hump.endS)
    joined[joined.length - 1] = { ...top, startS: last.startS, endS }
  }
  return joined
}

/** Long enough, short enough, and no sample of it was missing. */
function isSpindle(hump: Hump, missing: Uint8Array | undefined, rateHz: number): boolean {
  const durationS = hump.endS - hump.startS
  if (durationS < DURATION_S[0] || durationS > DURATION_S[1]) return false
  const from = Math.floor(hump.startS * rateHz)
  return !missing?.subarray(from, Math.ceil(hump.endS * rateHz) + 1).includes(1)
}

function describe(
  hump: Hump,
  signals: SigmaSignals,
  rateHz: number,
  baseline: Float64Array,
): AdaptiveSpindle {
  const { sigma, quadrature, broad } = signals
  const from = Math.ceil(hump.startS * rateHz)
  const to = Math.min(sigma.length - 1, Math.floor(hump.endS * rateHz))
  const flat = detrendLine(broad, from, to)
  return {
    startS: hump.startS,
    durationS: hump.endS - hump.startS,
    peakS: hump.peak / rateHz,
    frequencyHz: meanFrequency(sigma, quadrature, from, to) * rateHz,
    amplitudeUv: peakToPeak(flat, 0, flat.length - 1),
    sigmaAmplitudeUv: peakToPeak(sigma, from, to),
    prominence: hump.height / baseline[hump.peak]!,
  }
}

/** Mean turn of the analytic signal per sample, weighted by its power, in cycles. */
function meanFrequency(re: Float64Array, im: Float64Array, from: number, to: number): number {
  let x = 0
  let y = 0
  for (let i = from; i < to; i++) {
    x += re[i + 1]! * re[i]! + im[i + 1]! * im[i]!
    y += im[i + 1]! * re[i]! - re[i + 1]! * im[i]!
  }
  return atan2(y, x) / (2 * PI)
}
