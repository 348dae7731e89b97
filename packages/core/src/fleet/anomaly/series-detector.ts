import type { Judged, StreamDetector } from './detector.ts'
import {
  dayFeature,
  entropyFeature,
  levelFeature,
  type SeriesFeature,
  stepFeature,
} from './series-features.ts'
import { beginTail, type TailLaw, tailSurprise } from './tail-law.ts'

/** A value of a series and its minute, counted from any midnight of its own clock. */
export type SeriesValue = { readonly minute: number; readonly value: number }

/** Rows for which a score must be the highest to be said at all. */
const SAID_ONCE_ROWS = 200

/** -ln P of what is scored one half. */
const HALF_SCORE = 8
/** What sounded sounds again within so many rows only if it is half as much again surprising. */
const AGAIN_ROWS = 24
const AGAIN_FACTOR = 1.5
/** Tails are taken as exponential: of a short past a heavier one is not told. */
const EXPONENTIAL = 0
/** What is larger is no measurement: the squares of its steps would have no number. */
const LARGEST = 1e150
/** Score at which it sounds. */
export const SERIES_LIMIT = 0.5

/** The ways of looking: departure from the time of day, level, relative entropy, last step. */
const LOOKS: readonly (() => SeriesFeature)[] = [
  () => dayFeature(4),
  () => levelFeature(24),
  () => entropyFeature(24),
  stepFeature,
]

/** What each is worth beside the others. */
export const LOOK_WEIGHTS: readonly number[] = [1, 1, 1.3, 1]

/** The features, their tails, and the highest of the last rows (a monotone queue). */
export type SeriesState = {
  readonly looks: readonly {
    readonly feature: SeriesFeature
    readonly tail: TailLaw
    readonly weight: number
  }[]
  readonly highest: { readonly row: number; readonly surprise: number }[]
  row: number
  /** The row that sounded last, and how surprising it was. */
  soundedRow: number
  soundedSurprise: number
}

/**
 * A detector for a series of one number that nothing is known of, with one setting for all: the
 * most surprising of four looks (departure from the time of day, level of 24 values, relative
 * entropy of their symbols, last step), each by the tail of its own past; said only where it is the
 * most surprising of 200 rows and not the same event as one that just sounded. The score s of a
 * surprise x is x/(x+8), so that .5 is a chance of e^-8 by that look's own past. No look-ahead, nor
 * is the length known. A value that is missing or beyond 1e150 is unknown.
 */
export const SERIES_DETECTOR: StreamDetector<SeriesValue, SeriesState> =
  seriesDetector(LOOK_WEIGHTS)

/** The same with other weights, one for each look: for whoever chooses them on part of a corpus. */
export function seriesDetector(
  weights: readonly number[],
): StreamDetector<SeriesValue, SeriesState> {
  return {
    name: 'series',
    begin: () => ({
      looks: LOOKS.map((make, k) => ({ feature: make(), tail: beginTail(), weight: weights[k]! })),
      highest: [],
      ...{ row: 0, soundedRow: Number.NEGATIVE_INFINITY, soundedSurprise: 0 },
    }),
    step: (state, { minute, value }): Judged<SeriesState> => {
      if (!(Math.abs(value) <= LARGEST)) return { state, score: Number.NaN, verdict: 'unknown' }
      let surprise = 0
      for (const { feature, tail, weight } of state.looks) {
        surprise = Math.max(
          surprise,
          weight * tailSurprise(tail, feature(value, minute), EXPONENTIAL),
        )
      }
      const said = isHighest(state, surprise) && !isSameEvent(state, surprise)
      const score = said ? surprise / (surprise + HALF_SCORE) : 0
      return { state, score, verdict: score >= SERIES_LIMIT ? 'alarm' : 'quiet' }
    },
  }
}

function isHighest(state: SeriesState, surprise: number): boolean {
  const { highest, row } = state
  while (highest.length > 0 && highest[0]!.row < row - SAID_ONCE_ROWS) highest.shift()
  const said = surprise > (highest[0]?.surprise ?? 0)
  while (highest.length > 0 && highest.at(-1)!.surprise <= surprise) highest.pop()
  highest.push({ row, surprise })
  state.row++
  return said
}

/** Sounds again too soon? Takes note of what sounds; the row was counted by `isHighest`. */
function isSameEvent(state: SeriesState, surprise: number): boolean {
  if (surprise < HALF_SCORE) return false
  const soon = state.row - state.soundedRow < AGAIN_ROWS
  if (soon && surprise < AGAIN_FACTOR * state.soundedSurprise) return true
  state.soundedRow = state.row
  state.soundedSurprise = surprise
  return false
}
