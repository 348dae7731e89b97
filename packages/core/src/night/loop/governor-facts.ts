import type { Facts } from '../governor/facts.ts'
import type { WatchFacts } from '../watch/facts.ts'
import type { NightHeader } from './header.ts'
import { localMinuteAt, wallAt } from './night-clock.ts'
import { wakeTime } from './wake-time.ts'

/** Facts that the loop fills again and again: an object of its own, never kept by the governor. */
export type FilledFacts = { -readonly [Name in keyof Facts]: Facts[Name] }

/** What the loop knows beside the signal, as the inputs told it. */
export type KnownOutside = {
  /** Device time of the last piece of signal, ms; NaN before the first. */
  lastSamplesAtMs: number
  /** What the wall clock was set by since the start, ms. */
  stepMs: number
  latencyMeanMs: number
  latencySdMs: number
  soundWakes: boolean | undefined
}

/** Staging of a signal worse than this is no staging. */
const LEAST_STAGE_QUALITY = 0.2

/** The facts at the start of a night: what does not change, the rest unknown. */
export function newFacts(header: NightHeader): FilledFacts {
  const { history = {}, startMs, bedtimeMs } = header
  return {
    wake: undefined,
    nrem: undefined,
    deep: undefined,
    rem: undefined,
    stageAgeMs: undefined,
    aroused: undefined,
    soundWakes: history.soundWakes,
    gapMs: undefined,
    rateErrorPct: undefined,
    flat: undefined,
    clipped: undefined,
    fullScaleDbA: header.fullScaleDbA,
    latencySdMs: undefined,
    wallMs: undefined,
    localMin: undefined,
    bedtimeAtMs: bedtimeMs === undefined ? undefined : bedtimeMs - startMs,
    wakeAtMs: wakeTime(header),
    nightsInRow: history.nightsInRow,
    sinceSilent: history.sinceSilent,
    cleanNights: history.cleanNights,
    sinceDistress: history.sinceDistress,
  }
}

/** Brings the facts up to a device time. Time without samples ages everything that came of them. */
export function fillFacts(
  facts: FilledFacts,
  header: NightHeader,
  watch: WatchFacts,
  outside: KnownOutside,
  atMs: number,
): void {
  const silentMs = atMs - outside.lastSamplesAtMs
  const { stages, stageQuality, stageAgeMs } = watch
  const read = stages !== undefined && (stageQuality ?? 0) >= LEAST_STAGE_QUALITY
  facts.wake = read ? stages[0]! + stages[1]! : undefined
  facts.nrem = read ? stages[2]! + stages[3]! : undefined
  facts.deep = read ? stages[3] : undefined
  facts.rem = read ? stages[4] : undefined
  facts.stageAgeMs = stageAgeMs === undefined ? undefined : stageAgeMs + silentMs
  facts.aroused = Number.isNaN(silentMs) ? undefined : watch.disturbed
  facts.gapMs = silentMs + watch.gapMs
  facts.rateErrorPct = watch.rateError === undefined ? undefined : 100 * watch.rateError
  facts.flat = watch.flat
  facts.clipped = watch.clipped || watch.contactLost
  facts.latencySdMs = outside.latencySdMs
  facts.soundWakes = outside.soundWakes
  facts.wallMs = wallAt(header, atMs, outside.stepMs)
  facts.localMin = localMinuteAt(header.offsets, facts.wallMs)
}
