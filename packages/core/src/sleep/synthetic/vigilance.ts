import { exp } from '../../math/elementary.ts'
import { mixSeed } from './chance.ts'
import { depthOfN2, type Stretch } from './course.ts'
import { COMPONENTS } from './spectrum.ts'

/** A stretch of time in seconds. */
export type Span = { readonly startS: number; readonly endS: number }

/** How awake the sleeper is at every moment: what the background and the muscles follow. */
export type Vigilance = {
  /** Adds the amplitude of every component at a moment, times `share`, to `weights`. */
  addWeights(atS: number, share: number, weights: Float64Array): void
  /** Standing tone of the chin muscle, uV RMS. */
  toneUv(atS: number): number
  stretchAt(atS: number): Stretch
}

const [WAKE, ALPHA, DROWSY, LIGHT, DEEP, DREAM, AROUSAL] = COMPONENTS.keys()
/** Chin muscle by stage, uV RMS: high in wake, atonia in REM. */
const TONE_UV = { W: 13, N1: 7, N2: 4.6, N3: 3.6, R: 1.1 } as const
/** The last minutes before sleep, in which alpha breaks up and the eyes roll, seconds. */
export const DROWSY_S = 80
/** Share of deep background in N2 next to N3. */
const DEEPEST_N2 = 0.35
const AROUSAL_EDGE_S = 0.6

/**
 * The vigilance of a night: stages from its course, activation at arousals, alpha while awake with
 * eyes closed. `open` and `arousals` are in order of time and do not overlap.
 */
export function vigilanceOf(
  seed: number,
  course: readonly Stretch[],
  arousals: readonly Span[],
  open: readonly Span[],
): Vigilance {
  const stretchAt = (atS: number): Stretch => course[lastStarted(course, atS)]!
  const arousedAt = (atS: number): number => edgedShare(arousals, atS)
  const addWeights = (atS: number, share: number, weights: Float64Array): void => {
    const k = lastStarted(course, atS)
    const aroused = arousedAt(atS)
    const rest = share * (1 - 0.8 * aroused) * (1 + 0.14 * wander(seed, 1, atS / 17))
    addStage(seed, course, k, atS, rest, weights, isWithin(open, atS))
    weights[AROUSAL!]! += share * aroused
  }
  const toneUv = (atS: number): number => {
    const { stage } = stretchAt(atS)
    const spread = stage === 'W' ? 0.55 : 0.25
    return TONE_UV[stage] * exp(spread * wander(seed, 2, atS / 11))
  }
  return { addWeights, toneUv, stretchAt }
}

/** True where a moment lies in one of the spans, which are in order and do not overlap. */
export function isWithin(spans: readonly Span[], atS: number): boolean {
  const k = lastStarted(spans, atS)
  return k >= 0 && atS < spans[k]!.endS
}

function addStage(
  seed: number,
  course: readonly Stretch[],
  k: number,
  atS: number,
  share: number,
  weights: Float64Array,
  eyesOpen: boolean,
): void {
  const { stage, startS, endS } = course[k]!
  switch (stage) {
    case 'W':
      weights[WAKE!]! += share
      weights[ALPHA!]! += share * (eyesOpen ? 0.1 : alphaLevel(seed, course[k + 1], endS, atS))
      return
    case 'N1':
      weights[DROWSY!]! += share
      if (course[k - 1]?.stage === 'W') weights[ALPHA!]! += 0.5 * share * exp((startS - atS) / 5)
      return
    case 'N2': {
      const depth = DEEPEST_N2 * depthOfN2(course, k, atS)
      weights[LIGHT!]! += share * (1 - depth)
      weights[DEEP!]! += share * depth
      return
    }
    case 'N3':
      weights[DEEP!]! += share * deepLevel(atS, startS)
      return
    case 'R':
      weights[DREAM!]! += share
  }
}

/** Alpha waxes and wanes; shortly before sleep it breaks into pieces. */
function alphaLevel(seed: number, next: Stretch | undefined, endS: number, atS: number): number {
  const swell = 1 + 0.5 * wander(seed, 3, atS / 6)
  const drowsy = next?.stage === 'N1' && endS - atS < DROWSY_S
  return drowsy && wander(seed, 4, atS / 5) < -0.3 ? 0.25 * swell : swell
}

/** Delta grows over the first minutes of a stretch of N3 and sinks with the hours slept. */
function deepLevel(atS: number, startS: number): number {
  const rise = 0.75 + 0.25 * (1 - exp((startS - atS) / 150))
  return rise * exp(-0.035 * (atS / 3600))
}

/**
 * A smooth random course of standard deviation near .6, in -1.7 .. 1.7, one knot per unit of `x`.
 */
function wander(seed: number, which: number, x: number): number {
  const knot = Math.floor(x)
  const u = x - knot
  const blend = u * u * (3 - 2 * u)
  const here = mixSeed(seed, 77, which, knot) / 2147483648 - 1
  const there = mixSeed(seed, 77, which, knot + 1) / 2147483648 - 1
  return 1.2 * (here + (there - here) * blend)
}

function edgedShare(spans: readonly Span[], atS: number): number {
  const k = lastStarted(spans, atS)
  if (k < 0 || atS >= spans[k]!.endS) return 0
  const inside = Math.min(atS - spans[k]!.startS, spans[k]!.endS - atS)
  return Math.min(1, inside / AROUSAL_EDGE_S)
}

/** Index of the last span that has started at a moment, -1 before the first. */
function lastStarted(spans: readonly Span[], atS: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.startS <= atS) low = middle + 1
    else high = middle
  }
  return low - 1
}
