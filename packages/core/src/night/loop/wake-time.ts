import type { NightHeader } from './header.ts'

/** Latest that a wall clock which is set may make the alarm, and longest that it may have missed. */
const MOST_LATER_MS = 7_200_000
const DAY_MS = 86_400_000

/** Device time to wake as a night begins, ms; undefined when nobody is to be woken. */
export function wakeTime({ wakeMs, startMs }: NightHeader): number | undefined {
  return wakeMs === undefined ? undefined : wakeMs - startMs
}

/**
 * Device time to wake after the wall clock was set at `atMs`, by `stepMs` in all since the start:
 * the same time on the clock as it is now. A time that has come stays, as does one when the step is
 * unknown. A time that was skipped by at most two hours is now, one that was skipped by more is the
 * same hour of the next day; whatever the clock says, it is never later than two hours after the
 * time that was counted from the start: the alarm comes (rule N76).
 */
export function wakeTimeAfter(
  header: NightHeader,
  wakeAtMs: number | undefined,
  atMs: number,
  stepMs: number,
): number | undefined {
  const counted = wakeTime(header)
  if (counted === undefined || wakeAtMs === undefined) return undefined
  if (atMs >= wakeAtMs || !Number.isFinite(stepMs)) return wakeAtMs
  const onClock = counted - stepMs
  const skippedMs = atMs - onClock
  const next = skippedMs > MOST_LATER_MS ? onClock + Math.ceil(skippedMs / DAY_MS) * DAY_MS : atMs
  return Math.min(skippedMs > 0 ? next : onClock, counted + MOST_LATER_MS)
}
