import type { LoopEvent } from './event.ts'
import type { NightMoment } from './moment.ts'
import { askUnaimed, type Standing, type UnaimedWish } from './unaimed.ts'

/** Cues in REM sleep: when the last was, and how many wishes there were. */
export type CueCourse = {
  lastAtMs: number
  wishes: number
  readonly standing: Standing
}

/**
 * How long a cue is, ms, and how soft, dB(A): near the threshold of hearing awake in a quiet room.
 */
const CUE_MS = 3000
const CUE_DB = 35
/** Between the decision and the sound, ms. */
const AHEAD_MS = 200

/** No cue yet. */
export function newCueCourse(): CueCourse {
  return { lastAtMs: Number.NEGATIVE_INFINITY, wishes: 0, standing: { code: '' } }
}

/**
 * Once a second: a cue when REM sleep has been stable, late enough in the night and long enough
 * after the last. Only where the sleeper consented to cues does it ever get past the governor, and
 * only then is a decision written each time; else when the reason changes.
 */
export function cueDecision(course: CueCourse, moment: NightMoment, events: LoopEvent[]): void {
  const { header, seen, facts, governor, atMs } = moment
  const { cueAfterMin, cueStableS, cueEveryS } = header.release.parameters
  if (governor.state.consent?.actuators.includes('cue') !== true) return
  const bedtime = facts.bedtimeAtMs ?? Number.NaN
  if (!((seen.remS ?? 0) >= cueStableS) || !(atMs - bedtime >= cueAfterMin * 60_000)) return
  if (atMs - course.lastAtMs < cueEveryS * 1000) return
  const wish: UnaimedWish = {
    id: `cue-${course.wishes}`,
    actuator: 'cue',
    action: 'cue',
    ...{ level: CUE_DB, durationMs: CUE_MS, aheadMs: AHEAD_MS },
  }
  if (!askUnaimed(course.standing, moment, wish, events)) return
  course.wishes++
  course.lastAtMs = atMs
}
