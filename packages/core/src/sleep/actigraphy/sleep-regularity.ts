import { type TimeZone, zoneOffsetMs } from '../../math/time-zone.ts'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'
import type { RegularEpochs } from './regular-epochs.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Pairs that an index needs, in days of known pairs. */
const LEAST_DAYS = 2
/** Days of a diary at most; longer ones are cut. */
const MAX_DAYS = 4000

/** How far apart two epochs of a pair are. */
export type DayApart =
  /** The same time on the clock of the zone: 23 or 25 h over a night that changes it. */
  | 'clock'
  /** 24 h elapsed. */
  | 'elapsed'

/** A regularity index: how alike the state is at the same time of successive days. */
export type RegularityIndex = {
  /** Scorer and epoch are part of the name: `SRI (Cole-Kripke, 60 s)`. */
  readonly name: string
  /**
   * 100: every day alike; 0: as chance at even odds; -100: every day the opposite. NaN for fewer
   * than two days of pairs.
   */
  readonly value: number
  /** Pairs of which both epochs are known. */
  readonly pairs: number
  /** Their share of all pairs that the record is long enough for, 0 to 1. */
  readonly knownShare: number
}

/**
 * The index of states (1, 0, NaN = unknown): -100 + 200 times the share of pairs, a day apart, that
 * agree (Phillips et al. 2017, Sci Rep 7:3216). Pairs with an unknown epoch are left out pairwise
 * and counted, as GGIR and sleepreg do. Naps count as any other sleep in the states do.
 */
function regularityIndex(
  name: string,
  { startMs, epochS, values }: RegularEpochs,
  zone: TimeZone,
  apart: DayApart = 'clock',
): RegularityIndex {
  const stepMs = epochS * 1000
  let pairs = 0
  let alike = 0
  let possible = 0
  for (let i = 0; i < values.length; i++) {
    const nowMs = startMs + i * stepMs
    const moved = apart === 'clock' ? ahead(zone, nowMs) - ahead(zone, nowMs + DAY_MS) : 0
    const then = i + Math.round((DAY_MS + moved) / stepMs)
    if (then >= values.length) continue
    possible++
    const [a, b] = [values[i]!, values[then]!]
    if (Number.isNaN(a) || Number.isNaN(b)) continue
    pairs++
    if (a === b) alike++
  }
  const isEnough = pairs * stepMs >= LEAST_DAYS * DAY_MS
  return {
    name,
    value: isEnough ? -100 + (200 * alike) / pairs : Number.NaN,
    pairs,
    knownShare: possible === 0 ? 0 : pairs / possible,
  }
}

function ahead(zone: TimeZone, ms: number): number {
  const offset = zoneOffsetMs(zone, ms)
  return offset.ok ? offset.value : 0
}

/**
 * Sleep regularity index of a score (1 asleep, 0 awake, NaN unknown); the scorer and the epoch are
 * in its name, for it moves by tens with them (48 to 67 on one week).
 */
export function sleepRegularity(
  scorer: string,
  score: RegularEpochs,
  zone: TimeZone,
  apart?: DayApart,
): RegularityIndex {
  return regularityIndex(`SRI (${scorer}, ${score.epochS} s)`, score, zone, apart)
}

/**
 * Light regularity index: the same index of light above a threshold or not (Hand et al. 2023, Sleep
 * 46:zsad001, after Phillips 2017); the threshold and the unit of light are in its name.
 */
export function lightRegularity(
  unit: string,
  light: RegularEpochs,
  threshold: number,
  zone: TimeZone,
  apart?: DayApart,
): RegularityIndex {
  const values = light.values.map((lux) => (Number.isNaN(lux) ? lux : lux > threshold ? 1 : 0))
  const name = `LRI (> ${threshold} ${unit}, ${light.epochS} s)`
  return regularityIndex(name, { ...light, values }, zone, apart)
}

/**
 * The sleep of episodes as 60-s states, from the first onset to the last offset: 1 within onset to
 * offset, naps too, 0 outside. A stretch of more than 36 h without any sleep is unknown, for a day
 * was not written down. Undefined where no episode has both onset and offset.
 */
export function statesOfEpisodes(episodes: readonly SleepEpisode[]): RegularEpochs | undefined {
  const spans = episodes
    .flatMap(({ onsetMs, offsetMs }): readonly (readonly [number, number])[] =>
      onsetMs !== undefined && offsetMs !== undefined ? [[onsetMs, offsetMs]] : [],
    )
    .sort(([a], [b]) => a - b)
  if (spans.length === 0) return undefined
  const startMs = Math.floor(spans[0]![0] / MINUTE_MS) * MINUTE_MS
  const last = Math.max(...spans.map(([, end]) => end))
  const endMs = Math.min(last, startMs + MAX_DAYS * DAY_MS)
  const at = (ms: number): number => Math.round((ms - startMs) / MINUTE_MS)
  const values = new Float64Array(at(endMs))
  let reached = spans[0]![0]
  for (const [onset, offset] of spans) {
    if (onset - reached > 1.5 * DAY_MS) values.fill(Number.NaN, at(reached), at(onset))
    values.fill(1, at(onset), at(offset))
    reached = Math.max(reached, offset)
  }
  return { startMs, epochS: 60, values }
}
