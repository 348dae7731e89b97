/** What an earlier night was, as far as a rule asks. */
export type EarlierNight = {
  /** The device was in control, whatever the arm was. */
  readonly control: boolean
  /** Nothing sounded: a sham night, or one without control. */
  readonly silent: boolean
  /** Distress told in the morning, 0 to 10; missing when not asked. */
  readonly distress?: number
  readonly nightmare?: boolean
}

/** What they come to for tonight; see `Facts`. */
export type EarlierNights = {
  readonly nightsInRow: number
  readonly sinceSilent: number
  readonly sinceDistress: number
}

const BAD_DISTRESS = 7
const WEEK = 7

/**
 * Counts the nights before tonight, the oldest first, one entry each. A row of nights in control is
 * broken only by two others together (rule N69); a silent night starts the week anew (N68);
 * distress of 7 or more, or a second nightmare in seven nights, counts for N71, Infinity when there
 * was none.
 */
export function earlierNights(nights: readonly EarlierNight[]): EarlierNights {
  let nightsInRow = 0
  let free = 0
  let sinceSilent = 0
  let sinceDistress = Number.POSITIVE_INFINITY
  for (const [index, night] of nights.entries()) {
    free = night.control ? 0 : free + 1
    if (night.control) nightsInRow++
    if (free >= 2) nightsInRow = 0
    sinceSilent = night.silent ? 0 : sinceSilent + 1
    sinceDistress = isDistressing(nights, index) ? 0 : sinceDistress + 1
  }
  return { nightsInRow, sinceSilent, sinceDistress }
}

function isDistressing(nights: readonly EarlierNight[], index: number): boolean {
  const { distress, nightmare } = nights[index]!
  if (distress !== undefined && distress >= BAD_DISTRESS) return true
  if (nightmare !== true) return false
  const week = nights.slice(Math.max(0, index - WEEK + 1), index)
  return week.some((earlier) => earlier.nightmare === true)
}
