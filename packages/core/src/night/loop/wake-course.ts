import type { LoopEvent } from './event.ts'
import type { NightMoment } from './moment.ts'
import { askUnaimed, type Standing, type UnaimedWish } from './unaimed.ts'

/** The way to waking: what has been tried, and the reason that stands. */
export type WakeCourse = {
  rings: number
  ringAtMs: number
  dawns: number
  dawnAtMs: number
  wasRem: boolean
  /** Apart, since a lamp is refused for other reasons than an alarm. */
  readonly ringStanding: Standing
  readonly dawnStanding: Standing
}

/** Between two leases of the alarm, ms: each is louder, until somebody stops it. */
const RING_EVERY_MS = 20_000
const FIRST_RING_DB = 45
const RING_STEP_DB = 5
const LOUDEST_RING_DB = 75
/** The lamp before waking: how long, how often a step, and the last of them, melanopic lux. */
const DAWN_MS = 1_800_000
const DAWN_EVERY_MS = 60_000
const DAWN_LUX = 250
const AHEAD_MS = 100
/** Length of a ring and of a step of the lamp, ms. */
const RING_MS = 60_000
const LAMP_MS = 300_000
/** How surely light sleep must be seen before the time. */
const LEAST_LIGHT = 0.4
const LEAST_N2 = 0.5
const MOST_DEEP = 0.15

/** Nobody is woken yet. */
export function newWakeCourse(): WakeCourse {
  return {
    ...{ rings: 0, ringAtMs: Number.NaN, dawns: 0, dawnAtMs: Number.NaN },
    ...{ wasRem: false, ringStanding: { code: '' }, dawnStanding: { code: '' } },
  }
}

/**
 * Once a second, with signal or without: a lamp that brightens through the last half hour, and the
 * alarm. Within the window it rings at a light moment (W or N1 likely, the end of REM sleep, in the
 * second half of the window also N2), never out of N3 or an unknown stage; at the time itself it
 * rings whatever is known. It grows louder until somebody stops it. Rules N75 to N77.
 */
export function wakeDecision(course: WakeCourse, moment: NightMoment, events: LoopEvent[]): void {
  const { facts, header, seen, atMs } = moment
  const wakeAtMs = facts.wakeAtMs ?? Number.NaN
  const isRem = (seen.remS ?? 0) > 0
  const remEnded = course.wasRem && !isRem
  course.wasRem = isRem
  const leftMs = wakeAtMs - atMs
  if (!(leftMs <= DAWN_MS)) return
  if (leftMs > 0 && !(atMs - course.dawnAtMs < DAWN_EVERY_MS)) dawn(course, moment, leftMs, events)
  const windowMs = header.release.parameters.wakeWindowMin * 60_000
  const due =
    leftMs <= 0 || (leftMs <= windowMs && isLight(moment, remEnded, leftMs < windowMs / 2))
  if (course.rings === 0 && !due) return
  if (atMs - course.ringAtMs < RING_EVERY_MS) return
  const level = Math.min(LOUDEST_RING_DB, FIRST_RING_DB + RING_STEP_DB * course.rings)
  const wish: UnaimedWish = {
    id: `wake-${course.rings}`,
    actuator: 'sound',
    action: 'wake',
    ...{ level, durationMs: RING_MS, aheadMs: AHEAD_MS },
  }
  if (!askUnaimed(course.ringStanding, moment, wish, events)) return
  course.rings++
  course.ringAtMs = atMs
}

function dawn(course: WakeCourse, moment: NightMoment, leftMs: number, events: LoopEvent[]): void {
  course.dawnAtMs = moment.atMs
  const level = Math.max(1, DAWN_LUX * (1 - leftMs / DAWN_MS))
  // Without consent to light there is nothing to ask, and nothing to write down each minute.
  if (moment.governor.state.consent?.actuators.includes('light') !== true) return
  const wish: UnaimedWish = {
    id: `dawn-${course.dawns++}`,
    actuator: 'light',
    action: 'lamp',
    ...{ level, durationMs: LAMP_MS, aheadMs: AHEAD_MS },
  }
  askUnaimed(course.dawnStanding, moment, wish, events)
}

function isLight({ seen, facts }: NightMoment, remEnded: boolean, late: boolean): boolean {
  const { stages } = seen
  if (stages === undefined || (facts.stageAgeMs ?? Number.NaN) > 10_000) return false
  if (!(stages[3]! <= MOST_DEEP)) return false
  if (remEnded || stages[0]! + stages[1]! >= LEAST_LIGHT) return true
  return late && stages[2]! >= LEAST_N2
}
