import { modulo24 } from './home-orbit.ts'
import type { PlanProblem, SleepWindow, TargetSpan } from './problem.ts'

/** Sleep windows, and what could not be kept. */
export type SleepPlan = {
  readonly windows: readonly SleepWindow[]
  readonly warnings: readonly string[]
}

const LENGTH_STEP_H = 0.5
const MOST_NIGHTS = 120
/** Nobody goes the long way round for less than this the short way, h. */
const LONG_WAY_H = 6

/**
 * A window a day from the last main sleep on, each as near to the target's as `rules` let mid-sleep
 * move in a day, going earlier (way 1), later (-1) or the shorter way (0); `nudgesH` moves single
 * nights on from there. A window that work or travel cuts is moved, then shortened to the least
 * opportunity, then taken as it can be had, with a warning.
 */
export function sleepToward(
  problem: PlanProblem,
  way: -1 | 0 | 1,
  nudgesH: readonly number[] = [],
): SleepPlan {
  const { dtH, steps, rules, lastSleep } = problem
  const windows: SleepWindow[] = []
  const warnings: string[] = []
  let middle = ((lastSleep.onset + lastSleep.offset) / 2) * dtH
  let arrived = false
  let lastWish: number | undefined
  for (let night = 0; night < MOST_NIGHTS; night++) {
    const natural = middle + 24
    const wish = wishedMiddleH(problem, natural)
    if (wish !== lastWish) arrived = false
    lastWish = wish
    const shorter = wish === undefined ? 0 : modulo24(wish - natural + 12) - 12
    if (Math.abs(shorter) < 0.25) arrived = true
    const wanted = wish === undefined ? 0 : along(shorter, arrived ? 0 : way)
    const moved = clamp(wanted + (nudgesH[night] ?? 0), -rules.earlierHPerDay, rules.laterHPerDay)
    const placed = place(problem, natural, natural + moved, windows.at(-1)?.offset ?? -Infinity)
    if (placed.window.onset >= steps) break
    windows.push(placed.window)
    if (placed.warning) warnings.push(`night ${night + 1}: ${placed.warning}`)
    middle = ((placed.window.onset + placed.window.offset) / 2) * dtH
  }
  return { windows, warnings }
}

/** Mid-sleep that the target wants, hours modulo 24, at a moment; undefined where it wants none. */
function wishedMiddleH(problem: PlanProblem, atH: number): number | undefined {
  const step = Math.max(0, atH / problem.dtH)
  const span = problem.target.find((s) => step >= s.fromStep && step < s.toStep)
  return span && middleOf(span)
}

function middleOf(span: TargetSpan): number {
  return modulo24(span.onsetH + modulo24(span.offsetH - span.onsetH) / 2)
}

/**
 * Hours to move: -12..12 the shorter way, or all earlier (<= 0), or all later (>= 0) where that is
 * not most of the clock round.
 */
function along(shorter: number, way: -1 | 0 | 1): number {
  if (Math.abs(shorter) < LONG_WAY_H) return shorter
  if (way === 1 && shorter > 0) return shorter - 24
  if (way === -1 && shorter < 0) return shorter + 24
  return shorter
}

function place(
  problem: PlanProblem,
  natural: number,
  middle: number,
  after: number,
): { window: SleepWindow; warning?: string } {
  const { dtH, rules } = problem
  const lawful = [-rules.earlierHPerDay, rules.laterHPerDay].map((h) => natural + h - middle)
  for (const reach of [lawful, [-12, 12]]) {
    for (let lengthH = rules.usualH; lengthH > rules.leastH - 0.01; lengthH -= LENGTH_STEP_H) {
      const window = nearestFree(problem, middle, lengthH, reach, after)
      if (window === undefined) continue
      if (reach === lawful) return { window }
      return { window, warning: 'sleep moves further in a day than is wished' }
    }
  }
  for (let lengthH = rules.leastH; lengthH >= LENGTH_STEP_H; lengthH -= LENGTH_STEP_H) {
    const window = nearestFree(problem, middle, lengthH, [-12, 12], after)
    if (window) return { window, warning: `only ${lengthH.toFixed(1)} h to sleep` }
  }
  const at = Math.round(middle / dtH)
  return { window: { onset: at, offset: at }, warning: 'no time to sleep' }
}

function nearestFree(
  problem: PlanProblem,
  middle: number,
  lengthH: number,
  reach: readonly number[],
  after: number,
): SleepWindow | undefined {
  const { dtH } = problem
  const length = Math.round(lengthH / dtH)
  const start = Math.round(middle / dtH - length / 2)
  const earliest = Math.round(reach[0]! / dtH)
  const latest = Math.round(reach[1]! / dtH)
  const far = Math.max(Math.abs(earliest), Math.abs(latest))
  for (let move = 0; move <= far; move++) {
    for (const shift of move === 0 ? [0] : [-move, move]) {
      if (shift < earliest || shift > latest || start + shift < after) continue
      if (isFree(problem, start + shift, length)) {
        return { onset: start + shift, offset: start + shift + length }
      }
    }
  }
  return undefined
}

function isFree(problem: PlanProblem, onset: number, length: number): boolean {
  const { sleepable, steps } = problem
  for (let i = Math.max(0, onset); i < Math.min(steps, onset + length); i++) {
    if (!sleepable[i]) return false
  }
  return true
}

/** 1 where eyes are shut. */
export function asleepIn(windows: readonly SleepWindow[], steps: number): Uint8Array {
  const asleep = new Uint8Array(steps)
  for (const { onset, offset } of windows) asleep.fill(1, Math.max(0, onset), Math.max(0, offset))
  return asleep
}

/** What sleep itself costs: opportunity missed, and nights away from the target's hours. */
export function sleepCost(problem: PlanProblem, windows: readonly SleepWindow[]): number {
  const { dtH, rules, price } = problem
  let cost = 0
  for (const { onset, offset } of windows) {
    cost += price.sleepDebtPerH * Math.max(0, rules.usualH - (offset - onset) * dtH)
    const middle = ((onset + offset) / 2) * dtH
    const wish = wishedMiddleH(problem, middle)
    if (wish !== undefined) {
      cost += price.sleepAwayPerH * Math.abs(modulo24(wish - middle + 12) - 12)
    }
  }
  return cost
}

function clamp(x: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, x))
}
