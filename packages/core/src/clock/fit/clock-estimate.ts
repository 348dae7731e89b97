import { exp, log } from '../../math/elementary.ts'
import type { PacemakerName } from '../pacemaker/pacemaker.ts'
import { type ClockBelief, dlmoMoments } from './clock-belief.ts'
import type { Interval80 } from './clock-posterior.ts'
import { intervalOf, smoothed, weightedMoments } from './interval.ts'
import { needOf } from './sleep-filter.ts'
import { DLMO_TO_CBTMIN_H } from './sleeper-prior.ts'

/** One model's own account of the last night's clock, h from the midnight before waking. */
export type ModelEstimate = {
  readonly model: PacemakerName
  /** Share of the belief that this model has, 0..1. */
  readonly weight: number
  readonly cbtminH: Interval80
  readonly dlmoH: Interval80
}

/** Period and light: what one gains the other may lose. */
export type Ridge = {
  /** Correlation of period and ln light sensitivity in the belief, -1..1. */
  readonly correlation: number
  /** Minutes of period that a doubling of light hides: the clock keeps its hour along this line. */
  readonly tauMinPerDoubling: number
}

/** A belief in numbers. Clock times are hours from the midnight before the last waking. */
export type ClockEstimate = {
  readonly tauH: Interval80
  readonly dlmoH: Interval80
  readonly cbtminH: Interval80
  readonly sleepNeedH: Interval80
  /** Factor on lux, 1 = the population's median. */
  readonly lightSensitivity: Interval80
  readonly models: readonly ModelEstimate[]
  readonly ridge: Ridge
}

/** Sleep on nights that nothing ends is still not quite the need: its own spread, h. */
const NEED_MODEL_SD_H = 0.35

/** What a belief amounts to. */
export function estimateOf(belief: ClockBelief): ClockEstimate {
  const { weights } = belief
  const periodH = belief.runs.flatMap((run) => [...run.draws.periodH])
  const lnSensitivity = belief.runs.flatMap((run) => Array.from(run.draws.sensitivity, log))
  const need = belief.beliefs.map(needOf)
  const phase = phaseOf(belief, weights)
  return {
    tauH: intervalOf(smoothed(periodH, weights)),
    ...phase,
    sleepNeedH: intervalOf({
      weights,
      means: need.map(({ mean }) => mean),
      sds: need.map(({ variance }) => Math.sqrt(variance + NEED_MODEL_SD_H * NEED_MODEL_SD_H)),
    }),
    lightSensitivity: mapped(intervalOf(smoothed(lnSensitivity, weights)), exp),
    models: belief.runs.map((run, m) => modelEstimate(belief, run.model, m)),
    ridge: ridgeOf(belief, periodH, lnSensitivity),
  }
}

function mapped(interval: Interval80, of: (value: number) => number): Interval80 {
  return { median: of(interval.median), lo80: of(interval.lo80), hi80: of(interval.hi80) }
}

function phaseOf(
  belief: ClockBelief,
  weights: Float64Array,
): { readonly dlmoH: Interval80; readonly cbtminH: Interval80 } {
  const { means, sds } = dlmoMoments(belief)
  const { mean, sd } = DLMO_TO_CBTMIN_H
  const dlmoH = intervalOf({ weights, means, sds })
  const cbtminH = intervalOf({
    weights,
    means: means.map((value) => value + mean),
    sds: sds.map((value) => Math.sqrt(value * value + sd * sd)),
  })
  return { dlmoH, cbtminH }
}

function modelEstimate(belief: ClockBelief, model: PacemakerName, m: number): ModelEstimate {
  const size = belief.weights.length / belief.runs.length
  const own = belief.weights.map((w, i) => (Math.floor(i / size) === m ? w : 0))
  const weight = own.reduce((a, b) => a + b, 0)
  return {
    model,
    weight,
    ...phaseOf(
      belief,
      own.map((w) => w / weight),
    ),
  }
}

function ridgeOf(
  belief: ClockBelief,
  periodH: readonly number[],
  lnSensitivity: readonly number[],
): Ridge {
  const { weights } = belief
  const gain = belief.runs.flatMap((run) => Array.from(run.draws.effectiveGain, log))
  const level = belief.runs.flatMap((run) => [...run.usualH])
  const size = weights.length / belief.runs.length
  // Level against period and gain, about each model's own mean.
  let [tt, gg, tg, tl, gl] = [0, 0, 0, 0, 0]
  for (let m = 0; m < belief.runs.length; m++) {
    const part = (values: readonly number[]): number[] => values.slice(m * size, (m + 1) * size)
    const [t, g, l] = [part(periodH), part(gain), part(level)].map(aboutMean) as [
      number[],
      number[],
      number[],
    ]
    for (let i = 0; i < size; i++) {
      tt += t[i]! * t[i]!
      gg += g[i]! * g[i]!
      tg += t[i]! * g[i]!
      tl += t[i]! * l[i]!
      gl += g[i]! * l[i]!
    }
  }
  const byPeriod = tl * gg - gl * tg
  const byGain = gl * tt - tl * tg
  const tauMinPerDoubling = (-byGain / byPeriod) * Math.LN2 * 60
  return { correlation: correlation(periodH, lnSensitivity, weights), tauMinPerDoubling }
}

function aboutMean(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return values.map((value) => value - mean)
}

function correlation(a: readonly number[], b: readonly number[], weights: Float64Array): number {
  const [first, second] = [weightedMoments(a, weights), weightedMoments(b, weights)]
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    sum += weights[i]! * (a[i]! - first.mean) * (b[i]! - second.mean)
  }
  return sum / (first.sd * second.sd)
}
