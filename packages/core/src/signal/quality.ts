import { assert } from '../math/assert.ts'
import type { Samples } from '../math/samples.ts'
import { binRange } from './band-power.ts'
import { bridgeGaps } from './gap.ts'
import { welchPlan } from './welch.ts'

/** What can be wrong with a stretch of signal, worst first where several are. */
export const QUALITY_FAULTS = ['missing', 'flat', 'clipped', 'lost', 'mains', 'extreme'] as const

/** One of the faults: see `Quality` for each. */
export type QualityFault = (typeof QUALITY_FAULTS)[number]

/** When a signal is bad; the defaults are for EEG and EOG in uV. */
export type QualityOptions = {
  /** Length of an epoch in seconds; 30 by default. */
  readonly epochS?: number
  /**
   * A second whose samples span no more than this is flat, in the signal's unit; 0.5 by default.
   */
  readonly flatUv?: number
  /** A second that spans more than this is extreme: movement; 500 by default. */
  readonly extremeUv?: number
  /** A second whose standard deviation is above this has lost contact; 300 by default. */
  readonly lostUv?: number
  /** The converter's limits in the signal's unit; by default the extremes of the whole row. */
  readonly physicalMin?: number
  readonly physicalMax?: number
}

/**
 * For each whole epoch: shares of it, 0 .. 1, that suffer from each fault, and what they come to.
 */
export type Quality = {
  readonly epochS: number
  /** Samples that are not there. */
  readonly missing: Float64Array
  /** Seconds without signal. */
  readonly flat: Float64Array
  /** Samples that sit at a limit for three or more in a row. */
  readonly clipped: Float64Array
  /** Seconds of huge noise, as from an electrode that hangs in the air. */
  readonly lost: Float64Array
  /** Seconds that go beyond what sleep EEG does. */
  readonly extreme: Float64Array
  /**
   * Share of the power above 0.5 Hz that lies within 1 Hz of 50 or 60 Hz (0 where the rate hides
   * it).
   */
  readonly mains: Float64Array
  /** 1 is clean, 0 useless: the product of 1 less each share; mains counts only above a half. */
  readonly score: Float64Array
  /** 1 where the score is below a half: not to be trusted. */
  readonly artefact: Uint8Array
  /** The largest fault of an artefact; undefined for the others. */
  readonly fault: readonly (QualityFault | undefined)[]
}

/** Below this score an epoch is an artefact. */
const LEAST_SCORE = 0.5
/** Equal samples in a row that make a flat top. */
const CLIP_RUN = 3
/** Up to this share, mains hum is filtered away without harm. */
const MAINS_HARMLESS = 0.5

/**
 * Judges a channel epoch by epoch; a last epoch that is not whole is left out. Missing samples are
 * counted and otherwise left aside. Apart from the converter's limits, where they are not given,
 * nothing of the rest of the night is looked at.
 */
export function signalQuality(x: Samples, rateHz: number, options: QualityOptions = {}): Quality {
  const epochS = options.epochS ?? 30
  const n = Math.round(epochS * rateHz)
  assert(n >= 2, `an epoch of ${n} samples`)
  const count = Math.floor(x.length / n)
  const shares = (): Float64Array => new Float64Array(count)
  const quality = {
    epochS,
    missing: shares(),
    flat: shares(),
    clipped: shares(),
    lost: shares(),
    extreme: shares(),
    mains: mainsShares(x, rateHz, n, count),
    score: shares(),
    artefact: new Uint8Array(count),
    fault: new Array<QualityFault | undefined>(count).fill(undefined),
  }
  const limits = limitsOf(x, options)
  for (let e = 0; e < count; e++) {
    const epoch = x.subarray(e * n, (e + 1) * n)
    quality.missing[e] = missingShare(epoch)
    quality.clipped[e] = clippedShare(epoch, limits)
    const seconds = judgeSeconds(epoch, Math.max(1, Math.min(n, Math.round(rateHz))), options)
    quality.flat[e] = seconds.flat
    quality.lost[e] = seconds.lost
    quality.extreme[e] = seconds.extreme
    // A flat stretch sits at a limit, too: it is one fault, not two.
    if (seconds.flat > 0) quality.clipped[e] = Math.max(0, quality.clipped[e]! - seconds.flat)
    const { score, fault } = sumUp(quality, e)
    quality.score[e] = score
    if (score >= LEAST_SCORE) continue
    quality.artefact[e] = 1
    quality.fault[e] = fault
  }
  return quality
}

function sumUp(
  shares: Pick<Quality, QualityFault>,
  e: number,
): { score: number; fault: QualityFault } {
  let score = 1
  let fault: QualityFault = 'missing'
  let most = 0
  for (const name of QUALITY_FAULTS) {
    const share = shares[name][e]!
    const harm =
      name === 'mains' ? Math.max(0, (share - MAINS_HARMLESS) / (1 - MAINS_HARMLESS)) : share
    score *= 1 - harm
    if (harm <= most) continue
    most = harm
    fault = name
  }
  return { score, fault }
}

function missingShare(x: Samples): number {
  let missing = 0
  for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i]!)) missing++
  return missing / x.length
}

type Limits = readonly [low: number, high: number]

/** The converter's limits, or the extremes of the row; a little inside, for rounding. */
function limitsOf(x: Samples, options: QualityOptions): Limits {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < x.length; i++) {
    const v = x[i]!
    if (v < low) low = v
    if (v > high) high = v
  }
  low = options.physicalMin ?? low
  high = options.physicalMax ?? high
  const slack = (high - low) * 1e-5
  return [low + slack, high - slack]
}

function clippedShare(x: Samples, [low, high]: Limits): number {
  let clipped = 0
  let run = 0
  for (let i = 0; i <= x.length; i++) {
    const v = i < x.length ? x[i]! : NaN
    if (v <= low || v >= high) run++
    else {
      if (run >= CLIP_RUN) clipped += run
      run = 0
    }
  }
  return clipped / x.length
}

type SecondShares = { flat: number; lost: number; extreme: number }

/**
 * Shares of the seconds (of `second` >= 1 samples) that have a sample; a second without any has no
 * fault but being missing.
 */
function judgeSeconds(epoch: Samples, second: number, options: QualityOptions): SecondShares {
  const flatUv = options.flatUv ?? 0.5
  const extremeUv = options.extremeUv ?? 500
  const lostUv = options.lostUv ?? 300
  const out = { flat: 0, lost: 0, extreme: 0 }
  let seconds = 0
  for (let from = 0; from + second <= epoch.length; from += second) {
    const { span, deviation } = measureSecond(epoch, from, second)
    if (span < 0) continue
    seconds++
    if (span <= flatUv) out.flat++
    else if (deviation > lostUv) out.lost++
    else if (span > extremeUv) out.extreme++
  }
  if (seconds === 0) return out
  return { flat: out.flat / seconds, lost: out.lost / seconds, extreme: out.extreme / seconds }
}

/** Span and standard deviation of the samples that are there; a span below 0 when none is. */
function measureSecond(
  x: Samples,
  from: number,
  length: number,
): { span: number; deviation: number } {
  let low = Infinity
  let high = -Infinity
  let sum = 0
  let n = 0
  for (let i = from; i < from + length; i++) {
    const v = x[i]!
    if (Number.isNaN(v)) continue
    if (v < low) low = v
    if (v > high) high = v
    sum += v
    n++
  }
  if (n === 0) return { span: -1, deviation: 0 }
  const mean = sum / n
  let squares = 0
  for (let i = from; i < from + length; i++) {
    const d = x[i]! - mean
    if (!Number.isNaN(d)) squares += d * d
  }
  return { span: high - low, deviation: Math.sqrt(squares / n) }
}

function mainsShares(x: Samples, rateHz: number, n: number, count: number): Float64Array {
  const out = new Float64Array(count)
  const visible = [50, 60].filter((f) => f + 1 < rateHz / 2)
  if (visible.length === 0 || n < 2 * rateHz) return out
  const { samples } = bridgeGaps(x)
  const plan = welchPlan({ rateHz, windowS: 2, average: 'mean', overlap: 0 })
  const psd = new Float64Array(plan.frequenciesHz.length)
  const whole = binRange(plan.frequenciesHz, 0.5, rateHz / 2)
  const lines = visible.map((f) => binRange(plan.frequenciesHz, f - 1, f + 1))
  for (let e = 0; e < count; e++) {
    plan.estimate(samples, psd, e * n, (e + 1) * n)
    const all = sumOf(psd, whole)
    if (!(all > 0)) continue
    out[e] = Math.max(...lines.map((line) => sumOf(psd, line))) / all
  }
  return out
}

function sumOf(x: Float64Array, [from, to]: readonly [number, number]): number {
  let sum = 0
  for (let k = from; k < to; k++) sum += x[k]!
  return sum
}
