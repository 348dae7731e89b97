import { exp, log } from '../../math/elementary.ts'
import type { PacemakerName } from '../pacemaker/pacemaker.ts'
import { type ClockBelief, dlmoMoments } from './clock-belief.ts'
import type { Interval80 } from './clock-posterior.ts'
import {
  intervalOf,
  mixtureQuantile,
  type NormalMixture,
  smoothed,
  weightedMoments,
} from './interval.ts'
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
const NEED_MODEL_SD_H = 0.34

/** What a belief amounts to. */
export function estimateOf(belief: ClockBelief): ClockEstimate {
  const of = mixturesOf(belief, belief.weights)
  return {
    tauH: intervalOf(of.tauH()),
    dlmoH: intervalOf(of.dlmoH()),
    cbtminH: intervalOf(of.cbtminH()),
    sleepNeedH: intervalOf(of.sleepNeedH()),
    lightSensitivity: mapped(intervalOf(of.lnSensitivity()), exp),
    models: belief.runs.map((run, m) => modelEstimate(belief, run.model, m)),
    ridge: ridgeOf(belief),
  }
}

/** The middles of a belief alone, as `estimateOf` has them. */
export type ClockMiddle = {
  readonly tauH: number
  readonly dlmoH: number
  readonly cbtminH: number
  readonly sleepNeedH: number
  readonly lightSensitivity: number
}

/** Only the medians of `estimateOf`, for a fraction of its work. */
export function middleOf(belief: ClockBelief): ClockMiddle {
  const of = mixturesOf(belief, belief.weights)
  const middle = (mixture: NormalMixture): number => mixtureQuantile(mixture, 0.5)
  return {
    tauH: middle(of.tauH()),
    dlmoH: middle(of.dlmoH()),
    cbtminH: middle(of.cbtminH()),
    sleepNeedH: middle(of.sleepNeedH()),
    lightSensitivity: exp(middle(of.lnSensitivity())),
  }
}

type Mixtures = Readonly<
  Record<'tauH' | 'dlmoH' | 'cbtminH' | 'sleepNeedH' | 'lnSensitivity', () => NormalMixture>
>

function mixturesOf(belief: ClockBelief, weights: Float64Array): Mixtures {
  const { means, sds } = dlmoMoments(belief)
  const { mean, sd } = DLMO_TO_CBTMIN_H
  const need = belief.beliefs.map(needOf)
  return {
    tauH: () => smoothed(periodsOf(belief), weights),
    dlmoH: () => ({ weights, means, sds }),
    cbtminH: () => ({
      weights,
      means: means.map((value) => value + mean),
      sds: sds.map((value) => Math.sqrt(value * value + sd * sd)),
    }),
    sleepNeedH: () => ({
      weights,
      means: need.map((part) => part.mean),
      sds: need.map(({ variance }) => Math.sqrt(variance + NEED_MODEL_SD_H * NEED_MODEL_SD_H)),
    }),
    lnSensitivity: () => smoothed(lnSensitivitiesOf(belief), weights),
  }
}

function periodsOf(belief: ClockBelief): number[] {
  return belief.runs.flatMap((run) => [...run.draws.periodH])
}

function lnSensitivitiesOf(belief: ClockBelief): number[] {
  return belief.runs.flatMap((run) => Array.from(run.draws.sensitivity, log))
}

function mapped(interval: Interval80, of: (value: number) => number): Interval80 {
  return { median: of(interval.median), lo80: of(interval.lo80), hi80: of(interval.hi80) }
}

function modelEstimate(belief: ClockBelief, model: PacemakerName, m: number): ModelEstimate {
  const size = belief.weights.length / belief.runs.length
  const own = belief.weights.map((w, i) => (Math.floor(i / size) === m ? w : 0))
  const weight = own.reduce((a, b) => a + b, 0)
  const of = mixturesOf(
    belief,
    own.map((w) => w / weight),
  )
  return { model, weight, dlmoH: intervalOf(of.dlmoH()), cbtminH: intervalOf(of.cbtminH()) }
}

function ridgeOf(belief: ClockBelief): Ridge {
  const { weights } = belief
  const [periodH, lnSensitivity] = [periodsOf(belief), lnSensitivitiesOf(belief)]
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
