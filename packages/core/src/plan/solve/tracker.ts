import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { cos, exp, log, sin } from '../../math/elementary.ts'
import { type Random, seededRandom } from '../../math/random.ts'
import { cbtminsOf, runPath } from './clock-path.ts'
import { modulo24 } from './home-orbit.ts'
import { type PlanarClock, planarClock, stateOf } from './planar-clock.ts'

/** A cloud of beliefs about one person, carried from night to night. */
export type Tracker = {
  readonly draws: readonly ClockDraw[]
  /** Days carried so far: seeds the next day's dice, so the same days give the same cloud. */
  readonly day: number
  readonly seed: number
}

/** What a day brought. */
export type DayNews = {
  readonly dtH: number
  /** Photopic lux per step if advice was followed, and what there was without it. */
  readonly lux: Float64Array
  readonly usualLux: Float64Array
  /** Chance that a stretch of advice was followed, 0..1. */
  readonly adherence: number
  /** CBTmin as measured or inferred, hours since the day's first step; undefined: not known. */
  readonly cbtminH?: number | undefined
  /** Its standard error, h > 0. */
  readonly sdH: number
}

/** What a day's model error adds to phase, h. */
const DRIFT_SD_H = 0.15
/** What no family of models explains of a night, h^2. */
const MODEL_VARIANCE_H2 = 0.1
/** Least that is believed of a family, of 1, and the most that one night says against it. */
const LEAST_SHARE = 0.1
const MOST_LN = 8
/** Bounds that no update leaves: period, h, and the logarithm of sensitivity. */
const TAU_RANGE_H = [23, 25.5] as const
const LN_GAIN_RANGE = [-2, 2] as const

/** A cloud from the draws of a fit, or of a population, made equal in weight. */
export function startTracker(draws: readonly ClockDraw[], seed: number): Tracker {
  return { draws: systematic(draws, draws.length, 0.5), day: 0, seed }
}

/**
 * Carries a cloud over a day and corrects it by the day's CBTmin: an ensemble Kalman filter with
 * perturbed observations (Burgers, van Leeuwen and Evensen, Mon Weather Rev 126, 1998) on phase,
 * period and sensitivity. Where the whole cloud is off by more than its spread explains, the model
 * is wrong, not the night, and phase follows the night (the spread is widened to the misfit). Of
 * several families of models, those that foretold the night weigh more from then on. Each draw
 * follows each stretch of advice with the chance of `adherence`. A single draw is a clock that is
 * known: no dice are thrown for it but those of adherence.
 */
export function trackDay(tracker: Tracker, news: DayNews): Tracker {
  const random = seededRandom(tracker.seed + 1009 * (tracker.day + 1))
  const path = new Float64Array(3 * (news.lux.length + 1))
  const ends: [number, number, number][] = []
  const errors = new Float64Array(tracker.draws.length)
  const isCloud = tracker.draws.length > 1
  tracker.draws.forEach((draw, k) => {
    const clock = planarClock(draw, news.dtH)
    const turn = isCloud ? (DRIFT_SD_H * Math.PI * random.normal()) / 12 : 0
    runPath(clock, driveOf(clock, news, random), turned(clock.start, turn), path)
    ends.push([path.at(-3)!, path.at(-2)!, path.at(-1)!])
    errors[k] = errorOf(clock, path, news)
  })
  const weighed = reweighed(tracker.draws, errors, news.sdH)
  const draws = corrected(weighed, ends, errors, news.sdH, random)
  return { draws, day: tracker.day + 1, seed: tracker.seed }
}

/** Predicted minus measured CBTmin, h in -12..12; NaN where either is missing. */
function errorOf(clock: PlanarClock, path: Float64Array, news: DayNews): number {
  if (news.cbtminH === undefined) return Number.NaN
  const errors = cbtminsOf(clock, path).map((h) => modulo24(h - news.cbtminH! + 12) - 12)
  return errors.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a), errors[0] ?? Number.NaN)
}

/**
 * The families of models weighed by how well each foretold the night (Bayesian model averaging:
 * Hoeting, Madigan, Raftery and Volinsky, Stat Sci 14, 1999), a normal chance of the mean error of
 * its draws. One night counts for so much and no more, and no family is given up. Within a family
 * weights keep their ratios. Draws without a CBTmin have no voice in it.
 */
function reweighed(draws: readonly ClockDraw[], errors: Float64Array, sdH: number): ClockDraw[] {
  const families = [...new Set(draws.map(({ model }) => model))].flatMap((model) => {
    const own = draws.map((_, k) => k).filter((k) => draws[k]!.model === model)
    const seen = own.filter((k) => !Number.isNaN(errors[k]!))
    if (seen.length === 0) return []
    const mean = seen.reduce((sum, k) => sum + errors[k]!, 0) / seen.length
    const off = (k: number): number => (errors[k]! - mean) * (errors[k]! - mean)
    const spread = seen.reduce((sum, k) => sum + off(k), 0) / seen.length
    const variance = spread + sdH * sdH + MODEL_VARIANCE_H2
    const chance = exp(Math.max(-MOST_LN, (-0.5 * mean * mean) / variance)) / Math.sqrt(variance)
    return [{ model, weight: own.reduce((sum, k) => sum + draws[k]!.weight, 0), chance }]
  })
  if (families.length < 2) return [...draws]
  const all = families.reduce((sum, { weight }) => sum + weight, 0)
  const total = families.reduce((sum, { weight, chance }) => sum + weight * chance, 0)
  const free = 1 - families.length * LEAST_SHARE
  return draws.map((draw) => {
    const family = families.find(({ model }) => model === draw.model)
    if (family === undefined) return draw
    const share = LEAST_SHARE + (free * family.weight * family.chance) / total
    return { ...draw, weight: (draw.weight * all * share) / family.weight }
  })
}

function corrected(
  draws: readonly ClockDraw[],
  ends: readonly [number, number, number][],
  errors: Float64Array,
  sdH: number,
  random: Random,
): ClockDraw[] {
  const seen = draws.map((_, k) => k).filter((k) => !Number.isNaN(errors[k]!))
  const meanOf = (of: (k: number) => number): number =>
    seen.reduce((sum, k) => sum + of(k), 0) / Math.max(1, seen.length)
  const error = meanOf((k) => errors[k]!)
  const variance = meanOf((k) => (errors[k]! - error) * (errors[k]! - error))
  const noise = sdH * sdH
  const spread = Math.max(variance + DRIFT_SD_H * DRIFT_SD_H, error * error - noise)
  const slopeOf = (of: (draw: ClockDraw) => number): number => {
    const mean = meanOf((k) => of(draws[k]!))
    return meanOf((k) => (of(draws[k]!) - mean) * (errors[k]! - error)) / (spread + noise)
  }
  const byTau = slopeOf(({ tauH }) => tauH)
  const byGain = slopeOf(({ lightGain }) => log(lightGain))
  return draws.map((draw, k): ClockDraw => {
    // A draw without a CBTmin that day has lost its amplitude: it waits for the next.
    const missing = Number.isNaN(errors[k]!)
    const perturbed = draws.length > 1 ? sdH * random.normal() : 0
    const news = missing ? 0 : perturbed - errors[k]!
    const laterH = (news * spread) / (spread + noise)
    const state = stateOf(draw, turned(ends[k]!, (-laterH * Math.PI) / 12))
    const tauH = clamp(draw.tauH + byTau * news, TAU_RANGE_H)
    const lightGain = exp(clamp(log(draw.lightGain) + byGain * news, LN_GAIN_RANGE))
    return { ...draw, tauH, lightGain, state }
  })
}

function clamp(x: number, [low, high]: readonly [number, number]): number {
  return Math.max(low, Math.min(high, x))
}

/** A handful of draws, of equal weight, that stand for the cloud: every so many in order of tau. */
export function fewDraws(tracker: Tracker, count: number): ClockDraw[] {
  const sorted = [...tracker.draws].sort((a, b) => a.tauH - b.tauH || a.lightGain - b.lightGain)
  return systematic(sorted, count, 0.5)
}

function driveOf(clock: PlanarClock, news: DayNews, random: Random): Float64Array {
  const { lux, usualLux, adherence } = news
  const drive = new Float64Array(lux.length)
  let lastLux = Number.NaN
  let alpha = 0
  let follows = true
  let advised = false
  for (let i = 0; i < lux.length; i++) {
    const isAdvice = lux[i] !== usualLux[i]
    if (isAdvice && !advised) follows = adherence >= 1 || random.uniform() < adherence
    advised = isAdvice
    const now = isAdvice && !follows ? usualLux[i]! : lux[i]!
    if (now !== lastLux) {
      lastLux = now
      alpha = clock.alpha(now)
    }
    drive[i] = alpha
  }
  return drive
}

function turned(
  [a, b, n]: readonly [number, number, number],
  by: number,
): [number, number, number] {
  // Phase is atan2(b, -a): turning it forward turns (-a, b) counter-clockwise.
  const [c, s] = [cos(by), sin(by)]
  return [a * c + b * s, b * c - a * s, n]
}

/** Systematic resampling: `count` draws of equal weight, each as often as its weight says. */
function systematic(draws: readonly ClockDraw[], count: number, offset: number): ClockDraw[] {
  const out: ClockDraw[] = []
  let sum = 0
  for (const draw of draws) {
    sum += draw.weight * count
    while (out.length + offset < sum && out.length < count) out.push({ ...draw, weight: 1 / count })
  }
  while (out.length < count) out.push({ ...draws.at(-1)!, weight: 1 / count })
  return out
}
