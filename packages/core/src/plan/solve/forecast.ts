import { cbtminsOf } from './clock-path.ts'
import type { Ensemble, Member } from './ensemble.ts'
import { hoursAhead } from './home-orbit.ts'
import type { DrawForecast } from './problem.ts'

/** Hours from its target beyond which a CBTmin counts as out of tune. */
export const TUNED_H = 1

/** Where each draw goes, from the paths that the last `judge` left. */
export function forecastsOf(ensemble: Ensemble): DrawForecast[] {
  return ensemble.members.map((member) => {
    const cbtminH = cbtminsOf(member.clock, member.path)
    const days = tunedDays(ensemble, member, cbtminH)
    return {
      weight: member.clock.weight,
      cbtminH,
      targetCbtminH: member.homes.map((home) => home.cbtminH),
      misalignedDays: days.filter(({ tuned }) => !tuned).length,
    }
  })
}

/** The days of the target: when CBTmin should be, and whether one was within an hour of it. */
function tunedDays(
  ensemble: Ensemble,
  member: Member,
  cbtminH: readonly number[],
): { readonly atH: number; readonly tuned: boolean }[] {
  const { steps, dtH, spanOf } = ensemble
  const days: { atH: number; tuned: boolean }[] = []
  for (let day = 0; day * 24 < steps * dtH; day++) {
    const span = spanOf[Math.min(steps - 1, Math.round((24 * day + 12) / dtH))]!
    if (span < 0) continue
    const atH = 24 * day + member.homes[span]!.cbtminH
    // A CBTmin that may fall past the grid's end cannot be seen.
    if (atH + TUNED_H > steps * dtH) continue
    days.push({ atH, tuned: cbtminH.some((h) => Math.abs(h - atH) <= TUNED_H) })
  }
  return days
}

/**
 * Hour of the first day from which most of the draws (by weight) stay in tune to the end of the
 * grid; undefined if they do not.
 */
export function reentrainedH(ensemble: Ensemble): number | undefined {
  const rows = ensemble.members.map((member) =>
    tunedDays(ensemble, member, cbtminsOf(member.clock, member.path)),
  )
  const count = Math.min(...rows.map((row) => row.length))
  let since: number | undefined
  for (let day = count - 1; day >= 0; day--) {
    let tuned = 0
    let atH = 0
    rows.forEach((row, k) => {
      const weight = ensemble.members[k]!.clock.weight
      if (row[day]!.tuned) tuned += weight
      atH += weight * row[day]!.atH
    })
    if (tuned < 0.5) break
    since = atH
  }
  return since
}

/**
 * Way a member's clock goes on its path: the hours it gains on its target from start to end,
 * followed step by step, so that twelve hours have a sign. Positive = earlier (advance).
 */
export function travelH(ensemble: Ensemble, member: Member): number {
  const { steps, spanOf, perDay } = ensemble
  const span = spanOf.findLast((index) => index >= 0) ?? 0
  const { ab } = member.homes[span]!
  const { path } = member
  let travelled = 0
  let last = Number.NaN
  for (let i = 0; i <= steps; i++) {
    const at = 2 * (i % perDay)
    const ahead = hoursAhead(path[3 * i]!, path[3 * i + 1]!, ab[at]!, ab[at + 1]!)
    if (i > 0) travelled += ahead - last - 24 * Math.round((ahead - last) / 24)
    last = ahead
  }
  return travelled
}
