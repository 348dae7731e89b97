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

/** What a day's model error adds to phase, h; the cloud is never surer than this. */
const DRIFT_SD_H = 0.15
/** Share of the spread of period and sensitivity kept when the cloud is drawn anew. */
const SHRINK = 0.97
const LEAST_EFFECTIVE = 0.5
/** An outlier's weight: a measured phase may be plain wrong. */
const FLOOR = 0.01

/** A cloud from the draws of a fit, or of a population. Weights are made to sum to 1. */
export function startTracker(draws: readonly ClockDraw[], seed: number): Tracker {
  return {
    draws: weighed(
      draws,
      Float64Array.from(draws, ({ weight }) => weight),
    ),
    day: 0,
    seed,
  }
}

/**
 * Carries a cloud over a day and weighs it by the day's CBTmin (normal error, circular, with a
 * floor for outliers). Each draw follows each stretch of advice with the chance of `adherence`.
 * When fewer than half of the draws still count, the cloud is drawn anew, period and sensitivity
 * jittered and shrunk to their mean (Liu and West, 2001).
 */
export function trackDay(tracker: Tracker, news: DayNews): Tracker {
  const random = seededRandom(tracker.seed + 1009 * (tracker.day + 1))
  const path = new Float64Array(3 * (news.lux.length + 1))
  const weights = new Float64Array(tracker.draws.length)
  const carried = tracker.draws.map((draw, k): ClockDraw => {
    const clock = planarClock(draw, news.dtH)
    const turn = (DRIFT_SD_H * Math.PI * random.normal()) / 12
    runPath(clock, driveOf(clock, news, random), turned(clock.start, turn), path)
    weights[k] = draw.weight * likelihood(clock, path, news)
    return { ...draw, state: stateOf(draw, path.subarray(3 * news.lux.length)) }
  })
  const draws = weighed(carried, weights)
  const next = { draws, day: tracker.day + 1, seed: tracker.seed }
  const effective = 1 / draws.reduce((sum, { weight }) => sum + weight * weight, 0)
  if (effective > LEAST_EFFECTIVE * draws.length) return next
  return { ...next, draws: drawnAnew(draws, random) }
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

function likelihood(clock: PlanarClock, path: Float64Array, news: DayNews): number {
  if (news.cbtminH === undefined) return 1
  const measured = news.cbtminH
  const found = cbtminsOf(clock, path)
  const off = found.map((h) => Math.abs(modulo24(h - measured + 12) - 12))
  if (off.length === 0) return FLOOR
  const z = Math.min(...off) / news.sdH
  return FLOOR + exp(-0.5 * z * z)
}

function weighed(draws: readonly ClockDraw[], weights: Float64Array): ClockDraw[] {
  const total = weights.reduce((sum, w) => sum + w, 0)
  const even = 1 / draws.length
  return draws.map((draw, k) => ({ ...draw, weight: total > 0 ? weights[k]! / total : even }))
}

function drawnAnew(draws: readonly ClockDraw[], random: Random): ClockDraw[] {
  const tau = momentsOf(draws, ({ tauH }) => tauH)
  const gain = momentsOf(draws, ({ lightGain }) => log(lightGain))
  const jitter = Math.sqrt(1 - SHRINK * SHRINK)
  return systematic(draws, draws.length, random.uniform()).map((draw) => ({
    ...draw,
    tauH: tau.mean + SHRINK * (draw.tauH - tau.mean) + jitter * tau.sd * random.normal(),
    lightGain: exp(
      gain.mean + SHRINK * (log(draw.lightGain) - gain.mean) + jitter * gain.sd * random.normal(),
    ),
  }))
}

function momentsOf(draws: readonly ClockDraw[], of: (draw: ClockDraw) => number) {
  const mean = draws.reduce((sum, draw) => sum + draw.weight * of(draw), 0)
  const variance = draws.reduce((sum, draw) => {
    const off = of(draw) - mean
    return sum + draw.weight * off * off
  }, 0)
  return { mean, sd: Math.sqrt(variance) }
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
