import { exp } from '../../math/elementary.ts'
import type { Belief } from './clock-evidence.ts'
import { levelOf, type ModelRun } from './clock-run.ts'
import { DLMO_SD_H, type Habit } from './habit.ts'
import { weightedMoments } from './interval.ts'
import {
  clockDeviation,
  type NightNoise,
  type NightSaid,
  passDay,
  type SleepBelief,
  seeDlmo,
  seeNight,
  sleepBelief,
} from './sleep-filter.ts'
import { PERIOD_H, periodLogRatio, SLEEP_NEED_H } from './sleeper-prior.ts'

/** What is believed after some of the evidence: one entry per virtual sleeper of all models. */
export type ClockBelief = {
  readonly runs: readonly ModelRun[]
  /** Weight of each sleeper, model after model; they sum to 1. */
  readonly weights: Float64Array
  readonly beliefs: readonly SleepBelief[]
  /** DLMO of the last night that sleeper's period, gain and light give, h of the local day. */
  readonly dlmoH: Float64Array
}

/** What the belief is made from; a part left out is evidence not looked at. */
export type BeliefEvidence = {
  readonly habit: Habit
  /** DLMO of the population for these habits, h from the midnight before waking. */
  readonly anchorH: number
  /** Further shift of the usual clock that measured light asks for, by model, h. */
  readonly lightShiftH: readonly number[]
  readonly nights: readonly NightSaid[]
  readonly noise: NightNoise
  readonly dlmo: readonly { readonly night: number; readonly localH: number }[]
  readonly genes: Belief | undefined
  /** Let the hour of sleep speak of the period. */
  readonly chronotype: boolean
}

/** Spread of the sleep's own centre, h: it is nearly known from its nights. */
const ONSET_CENTRE_SD_H = 0.5
/** The clock's level has some spread that no period and gain explain, h. */
const LEAST_LEVEL_SD_H = 0.4
const DLMO_ASSAY_SD_H = 0.35

/** Takes in the evidence night by night, for every virtual sleeper. */
export function believe(runs: readonly ModelRun[], evidence: BeliefEvidence): ClockBelief {
  const beliefs: SleepBelief[] = []
  const scores: number[] = []
  const dlmoH: number[] = []
  for (const [m, run] of runs.entries()) {
    const level = centred(levelOf(run), run, evidence)
    const levelSdH = remainingSd(level)
    for (let i = 0; i < level.length; i++) {
      const usual = evidence.anchorH + level[i]! + (evidence.lightShiftH[m] ?? 0)
      const { habit } = evidence
      const onset = { mean: habit.onsetH, sd: ONSET_CENTRE_SD_H }
      const belief = sleepBelief(levelSdH, onset, SLEEP_NEED_H)
      const drift = (night: number): number => run.driftH[night]?.[i] ?? 0
      for (const [k, said] of evidence.nights.entries()) {
        passDay(belief, evidence.noise)
        seeNight(belief, said, heldBack(drift(k)), evidence.noise)
        for (const { night, localH } of evidence.dlmo) {
          if (night === k) seeDlmo(belief, localH - usual - drift(k), DLMO_ASSAY_SD_H)
        }
      }
      beliefs.push(belief)
      dlmoH.push(usual + drift(evidence.nights.length - 1))
      const isAverage = i === 0
      const period = geneScore(run, i, evidence) + chronotypeScore(run, i, evidence)
      scores.push(isAverage ? -Infinity : belief.logLikelihood + period)
    }
  }
  return { runs, beliefs, dlmoH: Float64Array.from(dlmoH), weights: weightsOf(scores) }
}

/** Weights that sum to 1 from log scores. */
export function weightsOf(scores: readonly number[]): Float64Array {
  const top = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  const weights = Float64Array.from(scores, (score) => exp(score - top))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

/** DLMO of the last night by each sleeper's own account: middle and standard deviation, h. */
export function dlmoMoments(belief: ClockBelief): { means: Float64Array; sds: Float64Array } {
  const parts = belief.beliefs.map(clockDeviation)
  return {
    means: belief.dlmoH.map((value, i) => value + parts[i]!.mean),
    sds: Float64Array.from(parts, ({ variance }) => Math.sqrt(Math.max(0, variance))),
  }
}

/**
 * A drift of the clock as sleep follows it, h: within 2 h; a traveller's sleep does not wait for
 * it.
 */
export function heldBack(driftH: number): number {
  return Math.max(-2, Math.min(2, driftH))
}

/** What is left of the population's spread about habit when periods and gains have their part. */
function remainingSd(level: Float64Array): number {
  let square = 0
  for (const value of level) square += value * value
  const left = DLMO_SD_H * DLMO_SD_H - square / level.length
  return Math.sqrt(Math.max(LEAST_LEVEL_SD_H * LEAST_LEVEL_SD_H, left))
}

/** Mean and sd of adults' mid-sleep, h, and its correlation with the intrinsic period. */
const MIDSLEEP_H = { mean: 3.7, sd: 1.3 }
/**
 * Period goes with waking time and morningness (Duffy et al. 2001, 10.1037/0735-7044.115.4.895).
 */
const PERIOD_CORRELATION = 0.3
/** Later or earlier sleep than this many standard deviations says no more of the period. */
const FARTHEST_Z = 2

function geneScore(run: ModelRun, i: number, { genes }: BeliefEvidence): number {
  return genes === undefined ? 0 : periodLogRatio(run.draws.periodH[i]!, genes)
}

function chronotypeScore(run: ModelRun, i: number, evidence: BeliefEvidence): number {
  const midsleep = (evidence.habit.onsetH + evidence.habit.offsetH) / 2
  const apart = (midsleep - MIDSLEEP_H.mean) / MIDSLEEP_H.sd
  // Sleep by day is a shift, not a chronotype.
  if (!evidence.chronotype || Math.abs(apart) > 3) return 0
  const late = Math.max(-FARTHEST_Z, Math.min(FARTHEST_Z, apart))
  const r = PERIOD_CORRELATION
  const away = late - r * ((run.draws.periodH[i]! - PERIOD_H.mean) / PERIOD_H.sd)
  return -(away * away) / (2 * (1 - r * r))
}

/**
 * Levels about the mean that the hour of sleep alone gives: the population's DLMO has it already.
 */
function centred(level: Float64Array, run: ModelRun, evidence: BeliefEvidence): Float64Array {
  const scores = Array.from(level, (_, i) => chronotypeScore(run, i, evidence))
  const { mean } = weightedMoments(level, weightsOf(scores))
  return level.map((value) => value - mean)
}
