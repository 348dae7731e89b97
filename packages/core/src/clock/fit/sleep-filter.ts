import { erf, exp, log } from '../../math/elementary.ts'

/*
 * What is unknown of one virtual sleeper beside its period and gain is nearly linear and normal,
 * and is carried exactly: [0] b, the clock's hours from where population and model put it; [1] S,
 * the centre of sleep onset; [2] N, the sleep need; [3] W, how much later work nights begin; [4] e,
 * this day's deviation of the clock, fading from day to day.
 */
const SIZE = 5

/** A normal belief of (b, S, N, W, e), and the log likelihood of all it has seen. */
export type SleepBelief = {
  readonly mean: Float64Array
  /** Rows of the covariance, one after the other. */
  readonly covariance: Float64Array
  logLikelihood: number
}

/** What one night says, in hours of the local clock; NaN = not known. */
export type NightSaid = {
  readonly onsetH: number
  readonly offsetH: number
  /** Hours of sleep a night over the nights before, for the debt; NaN = not known. */
  readonly recentSleepH: number
  /** Chance that something ended this sleep, 0..1. */
  readonly forced: number
  /** Chance that it was a work night, 0..1. */
  readonly work: number
}

/** The standard deviations of a night about the clock, h. */
export type NightNoise = {
  readonly onsetSdH: number
  readonly offsetSdH: number
  /** Of the clock's own new deviation each day. */
  readonly clockSdH: number
}

/** How much of an hour's later onset is slept in at the end. */
const FOLLOW = 0.5
/** Share of the missing sleep of the last nights that a free night makes good. */
const REPAY = 0.3
/** What of a day's deviation is left the next day. */
const KEPT = 0.8
/** Nights that are nothing to do with the clock: a party, a sick child, an error of the pen. */
const ODD_SHARE = 0.07
const ODD_SD_H = 2.5
/** The same for an assay of melatonin. */
const ODD_ASSAY_SHARE = 0.02
/** Two of five like nights count: what the linear picture leaves out is alike in all of them. */
const TEMPER = 0.4

/** Belief before any night: spreads of b, and centres of S and N. */
export function sleepBelief(
  levelSdH: number,
  onset: { readonly mean: number; readonly sd: number },
  need: { readonly mean: number; readonly sd: number },
): SleepBelief {
  const mean = Float64Array.from([0, onset.mean, need.mean, WORK_SHIFT_H.mean, 0])
  const covariance = new Float64Array(SIZE * SIZE)
  for (const [i, sd] of [levelSdH, onset.sd, need.sd, WORK_SHIFT_H.sd, 0.3].entries()) {
    covariance[i * SIZE + i] = sd * sd
  }
  return { mean, covariance, logLikelihood: 0 }
}

/** How much earlier people go to sleep before a working day, h. */
const WORK_SHIFT_H = { mean: -0.2, sd: 0.3 }

/** A copy that can be taken further on its own. */
export function copyOf(belief: SleepBelief): SleepBelief {
  return {
    mean: belief.mean.slice(),
    covariance: belief.covariance.slice(),
    logLikelihood: belief.logLikelihood,
  }
}

/** Lets a day pass: the deviation e fades and a new one comes. */
export function passDay(belief: SleepBelief, noise: NightNoise): void {
  const e = SIZE - 1
  belief.mean[e]! *= KEPT
  for (let j = 0; j < SIZE; j++) {
    belief.covariance[e * SIZE + j]! *= KEPT
    belief.covariance[j * SIZE + e]! *= KEPT
  }
  belief.covariance[e * SIZE + e]! += noise.clockSdH * noise.clockSdH
}

/**
 * Takes in one night. `drift` is how far the model has moved the clock from the habitual day's, h.
 * Onset is S + drift + e (+ W before work). Natural waking is half carried by the onset, half by
 * the clock, and lies the sleep need and a share of the debt after it; a forced waking says only
 * that natural waking would have come later.
 */
export function seeNight(
  belief: SleepBelief,
  said: NightSaid,
  drift: number,
  noise: NightNoise,
): void {
  const { onsetH, offsetH } = said
  if (!Number.isNaN(onsetH)) {
    weights.set([0, 1, 0, said.work, 1])
    observe(belief, onsetH - drift, noise.onsetSdH, 0)
  }
  if (Number.isNaN(offsetH)) return
  const known = !Number.isNaN(onsetH)
  const follow = known ? FOLLOW : 0
  const repay = Number.isNaN(said.recentSleepH) ? 0 : REPAY
  const own = 1 - follow
  weights.set([0, own, 1 + repay, known ? 0 : said.work, own])
  const seen = offsetH - follow * (known ? onsetH : 0) - own * drift
  const debt = repay === 0 ? 0 : repay * said.recentSleepH
  observe(belief, seen + debt, noise.offsetSdH, said.forced)
}

/** Takes in a measured DLMO, as hours from where population and model put it. */
export function seeDlmo(belief: SleepBelief, awayH: number, sdH: number): void {
  weights.set([1, 0, 0, 0, 1])
  observe(belief, awayH, sdH, 0, ODD_ASSAY_SHARE)
}

/** Middle and variance of the clock's deviation b + e, h. */
export function clockDeviation(belief: SleepBelief): { mean: number; variance: number } {
  const e = SIZE - 1
  const P = belief.covariance
  return {
    mean: belief.mean[0]! + belief.mean[e]!,
    variance: P[0]! + P[e * SIZE + e]! + 2 * P[e]!,
  }
}

/** Middle and variance of the sleep need, h. */
export function needOf(belief: SleepBelief): { mean: number; variance: number } {
  return { mean: belief.mean[2]!, variance: belief.covariance[2 * SIZE + 2]! }
}

/** Sleep onset to expect of a night without and with work the next day, from the clock's day, h. */
export function onsetOf(belief: SleepBelief, work: number): number {
  return belief.mean[1]! + belief.mean[4]! + work * belief.mean[3]!
}

/** Natural waking to expect after an onset, from the clock's day, h; see `seeNight`. */
export function wakingOf(belief: SleepBelief, onsetH: number, recentSleepH: number): number {
  const [, centre, need, , deviation] = belief.mean as unknown as number[]
  const debt = Number.isNaN(recentSleepH) ? 0 : REPAY * (need! - recentSleepH)
  return FOLLOW * onsetH + (1 - FOLLOW) * (centre! + deviation!) + need! + debt
}

const weights = new Float64Array(SIZE)
const pulled = new Float64Array(SIZE)

/**
 * A scalar observation `weights . state + noise = seen`: exactly so with chance 1 - `forced`, at
 * least so with chance `forced`, or an odd night. The mixture's posterior is replaced by the normal
 * of the same two moments.
 */
function observe(
  belief: SleepBelief,
  seen: number,
  sd: number,
  forced: number,
  oddShare: number = ODD_SHARE,
): void {
  const { mean, covariance: P } = belief
  let expected = 0
  let S = sd * sd
  for (let i = 0; i < SIZE; i++) {
    expected += weights[i]! * mean[i]!
    let sum = 0
    for (let j = 0; j < SIZE; j++) sum += P[i * SIZE + j]! * weights[j]!
    pulled[i] = sum
    S += weights[i]! * sum
  }
  const s = Math.sqrt(S)
  const away = seen - expected
  const wide = S + ODD_SD_H * ODD_SD_H
  const z = away / s
  const free = (1 - forced) * (1 - oddShare) * normalDensity(z) * (1 / s)
  const odd = (oddShare * normalDensity(away / Math.sqrt(wide))) / Math.sqrt(wide)
  const above = Math.max(1e-12, 0.5 * (1 - erf(z * Math.SQRT1_2)))
  // A forced waking comes at some hour of a plausible morning: density of about one in four hours.
  const atLeast = forced * (1 - oddShare) * above * 0.25
  const total = free + odd + atLeast
  const hazard = normalDensity(z) / above
  const [toFree, toOdd, toLeast] = [free / total, odd / total, atLeast / total]
  const oddMean = (S / wide) * away
  const leastMean = s * hazard
  const leastVariance = S * Math.max(0, 1 - hazard * (hazard - z))
  const m = toFree * away + toOdd * oddMean + toLeast * leastMean
  const second =
    toFree * away * away +
    toOdd * (oddMean * oddMean + S * (1 - S / wide)) +
    toLeast * (leastMean * leastMean + leastVariance)
  const left = Math.max(0, second - m * m)
  const gone = (1 - left / S) / S
  for (let i = 0; i < SIZE; i++) {
    mean[i]! += (pulled[i]! / S) * m
    for (let j = 0; j < SIZE; j++) P[i * SIZE + j]! -= pulled[i]! * pulled[j]! * gone
  }
  belief.logLikelihood += TEMPER * log(total)
}

function normalDensity(z: number): number {
  return 0.3989422804014327 * exp((-z * z) / 2)
}
