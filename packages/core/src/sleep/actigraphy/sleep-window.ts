import { log } from '../../math/elementary.ts'
import { quantile } from '../../math/quantile.ts'
import { type TimeZone, wallClockAt } from '../../math/time-zone.ts'
import type { PersonalRecord } from '../evidence/personal-record.ts'
import type { PersonalSeries } from '../evidence/personal-series.ts'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'
import { epochsOfSeries, type RegularEpochs } from './regular-epochs.ts'

const MINUTE_MS = 60_000
const DAY_S = 86400
/** Minutes on either side that a minute is smoothed over. */
const HALF_WINDOW = 7
/** What a minute may say for sleep or wake at most, and what a switch between them costs. */
const MOST_PER_MINUTE = 1
const SWITCH_COST = 20
/** The 90th percentile of a person's counts is this many steps of the logarithm's scale. */
const LEVELS = 20
/**
 * Where, between the levels of rest (0) and activity (1), sleep ends: a still evening is no sleep.
 * This and the two above were chosen on the six cyepi people with odd numbers; .03 to .13 do
 * alike.
 */
const THRESHOLD = 0.1
/** Minutes without any count that no sleeper's wrist keeps: not worn. */
const STILL_MIN = 120
/** The shortest window that is told, and the shortest main sleep. */
const LEAST_NAP_MIN = 30
const LEAST_MAIN_MIN = 180
/** Share of a window that may be unknown. */
const MOST_UNKNOWN = 0.3
/** Minutes that a person's threshold needs: a day. */
const LEAST_KNOWN = 1440

/**
 * Sleep windows inferred from a record's activity (the first activity series, if its epochs are no
 * longer than five minutes): of each day from noon to noon on the zone's clock the longest is the
 * main sleep, others of half an hour or more are naps. Onset and offset are when the wrist came to
 * rest and when it left it; they are `inferred`, and a still evening counts as sleep. Empty where
 * the activity does not cover a day.
 */
export function sleepWindows(record: PersonalRecord): readonly SleepEpisode[] {
  const activity = record.series.find(({ kind }) => kind === 'activityCounts')
  const epochs = activity === undefined ? undefined : minutesOf(activity)
  if (activity === undefined || epochs === undefined) return []
  const worn = withoutStillness(epochs.values)
  const evidence = sleepEvidence(worn)
  if (evidence === undefined) return []
  const asleep = likeliestStates(evidence)
  return episodes({ ...epochs, values: asleep }, worn, record.zone, activity.source)
}

/** Counts a minute; those of epochs of up to five are spread over their minutes. */
function minutesOf(activity: PersonalSeries): RegularEpochs | undefined {
  for (const minutes of [1, 2, 3, 4, 5]) {
    const epochs = epochsOfSeries(activity, minutes * 60, 'sum')
    if (epochs === undefined) continue
    const values = new Float64Array(epochs.values.length * minutes)
    epochs.values.forEach((value, i) => {
      values.fill(value / minutes, i * minutes, (i + 1) * minutes)
    })
    return { startMs: epochs.startMs, epochS: 60, values }
  }
  return undefined
}

/** Counts with stretches of stillness that no sleeper has taken for not worn: NaN. */
function withoutStillness(counts: Float64Array): Float64Array {
  const out = counts.slice()
  let from = 0
  for (let i = 0; i <= counts.length; i++) {
    if (i < counts.length && counts[i] === 0) continue
    if (i - from >= STILL_MIN) out.fill(Number.NaN, from, i)
    from = i + 1
  }
  return out
}

/**
 * What each minute says for sleep (positive) or wake, in -1..1; 0 where nothing is known around it.
 * Counts are taken as logarithms of the person's own scale, smoothed over a quarter of an hour, and
 * measured from a threshold a tenth of the way from the level of rest to that of activity (the
 * means of the two classes that part them best, Otsu 1979), in units of half the way.
 */
function sleepEvidence(counts: Float64Array): Float64Array | undefined {
  const known = counts.filter((count) => !Number.isNaN(count))
  if (known.length < LEAST_KNOWN) return undefined
  const scale = quantile(known, 0.9) / LEVELS
  if (!(scale > 0)) return undefined
  const level = smoothed(counts.map((count) => log(1 + count / scale)))
  const { low, high } = twoClasses(level.filter((value) => !Number.isNaN(value)))
  const threshold = low + THRESHOLD * (high - low)
  const unit = (high - low) / 2
  return level.map((value) => {
    if (Number.isNaN(value)) return 0
    const said = (threshold - value) / unit
    return Math.max(-MOST_PER_MINUTE, Math.min(MOST_PER_MINUTE, said))
  })
}

/** Mean of the known values around each; NaN where fewer than half are known. */
function smoothed(x: Float64Array): Float64Array {
  const sums = new Float64Array(x.length + 1)
  const counts = new Float64Array(x.length + 1)
  x.forEach((value, i) => {
    const isKnown = !Number.isNaN(value)
    sums[i + 1] = sums[i]! + (isKnown ? value : 0)
    counts[i + 1] = counts[i]! + (isKnown ? 1 : 0)
  })
  return x.map((_, i) => {
    const [from, to] = [Math.max(0, i - HALF_WINDOW), Math.min(x.length, i + HALF_WINDOW + 1)]
    const n = counts[to]! - counts[from]!
    return n * 2 < to - from ? Number.NaN : (sums[to]! - sums[from]!) / n
  })
}

/** Means of the two sides of the split that leaves the most variance between them. */
function twoClasses(values: Float64Array): { low: number; high: number } {
  const sorted = values.slice().sort()
  const n = sorted.length
  const total = sorted.reduce((sum, value) => sum + value, 0)
  let best = { low: sorted[0]!, high: sorted[n - 1]! }
  let most = 0
  let below = 0
  for (let i = 1; i < n; i++) {
    below += sorted[i - 1]!
    const [low, high] = [below / i, (total - below) / (n - i)]
    const between = i * (n - i) * (high - low) * (high - low)
    if (between <= most) continue
    most = between
    best = { low, high }
  }
  return best
}

/** The states (1 asleep) that agree best with the evidence, each switch at a price (Viterbi). */
function likeliestStates(evidence: Float64Array): Float64Array {
  const n = evidence.length
  const stays = [new Uint8Array(n), new Uint8Array(n)]
  let [awake, asleep] = [0, 0]
  for (let i = 0; i < n; i++) {
    stays[0]![i] = awake >= asleep - SWITCH_COST ? 1 : 0
    stays[1]![i] = asleep >= awake - SWITCH_COST ? 1 : 0
    const [wasAwake, wasAsleep] = [awake, asleep]
    awake = Math.max(wasAwake, wasAsleep - SWITCH_COST) - evidence[i]!
    asleep = Math.max(wasAsleep, wasAwake - SWITCH_COST) + evidence[i]!
  }
  const states = new Float64Array(n)
  let state = asleep > awake ? 1 : 0
  for (let i = n - 1; i >= 0; i--) {
    states[i] = state
    if (stays[state]![i] === 0) state = 1 - state
  }
  return states
}

type Window = { readonly from: number; readonly to: number; readonly day: number }

function episodes(
  asleep: RegularEpochs,
  worn: Float64Array,
  zone: TimeZone,
  source: string,
): readonly SleepEpisode[] {
  const at = (i: number): number => asleep.startMs + i * MINUTE_MS
  const windows = windowsOf(asleep.values, worn).map(({ from, to }): Window => {
    const middleS = wallClockAt(zone, at((from + to) / 2))
    return { from, to, day: Math.floor((middleS - DAY_S / 2) / DAY_S) }
  })
  const longest = new Map<number, Window>()
  for (const window of windows) {
    const other = longest.get(window.day)
    if (other === undefined || length(window) > length(other)) longest.set(window.day, window)
  }
  return windows.map((window): SleepEpisode => {
    const isMain = longest.get(window.day) === window && length(window) >= LEAST_MAIN_MIN
    return {
      onsetMs: at(window.from),
      offsetMs: at(window.to),
      kind: isMain ? 'main' : 'nap',
      provenance: 'inferred',
      source,
    }
  })
}

function length({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - from
}

/** Windows of sleep that are long and known enough, and do not touch an end of the record. */
function windowsOf(asleep: Float64Array, worn: Float64Array): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  let from = -1
  for (let i = 0; i < asleep.length; i++) {
    if (asleep[i] === 1 && from < 0) from = i
    if (asleep[i] === 1 || from < 0) continue
    const unknown = worn.subarray(from, i).filter((count) => Number.isNaN(count)).length
    const isKnown = unknown <= MOST_UNKNOWN * (i - from)
    if (from > 0 && isKnown && i - from >= LEAST_NAP_MIN) found.push({ from, to: i })
    from = -1
  }
  return found
}
