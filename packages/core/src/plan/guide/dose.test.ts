import { describe, expect, it } from 'vitest'
import { DEFAULT_CONSTRAINTS, type PlanConstraints } from './constraint.ts'
import { CAFFEINE, type DoseQuestion, dosesOf } from './dose.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Waking at 0, 24, … h after the start, sleep from 16 to 24; the low point at 21. */
function question(
  constraints: Partial<PlanConstraints>,
  changes: Partial<DoseQuestion> = {},
): DoseQuestion {
  return {
    startMs: 0,
    sleep: [0, 1, 2].map((day) => ({
      onsetMs: day * DAY_MS + 16 * HOUR_MS,
      offsetMs: (day + 1) * DAY_MS,
    })),
    forecasts: [{ weight: 1, cbtminH: [21, 45, 69], targetCbtminH: [19], misalignedDays: 1 }],
    direction: 1,
    fixed: [],
    constraints: { ...DEFAULT_CONSTRAINTS, ...constraints },
    itinerary: { home: 'UTC', flights: [] },
    ...changes,
  }
}
const nightWork = { kind: 'work' as const, fromMs: 10 * HOUR_MS, toMs: 15.5 * HOUR_MS }
const longNight = { kind: 'work' as const, fromMs: 9 * HOUR_MS, toMs: 16 * HOUR_MS }
const shortSleep = [
  { onsetMs: 17 * HOUR_MS, offsetMs: DAY_MS - 2 * HOUR_MS },
  { onsetMs: DAY_MS + 16 * HOUR_MS, offsetMs: 2 * DAY_MS },
]

describe('doses', () => {
  it('are not given unless they were asked for', () => {
    expect(dosesOf(question({}))).toEqual([])
    expect(dosesOf(question({}, { fixed: [nightWork] }))).toEqual([])
  })

  it('of caffeine stay under 400 mg a day and 8 h away from sleep', () => {
    const doses = dosesOf(question({ caffeine: true }, { fixed: [nightWork], sleep: shortSleep }))
    const cups = doses.filter(({ kind }) => kind === 'caffeine')
    expect(cups.length).toBeGreaterThan(0)
    for (const { fromMs } of cups) {
      const next = shortSleep.find(({ onsetMs }) => onsetMs > fromMs)!
      expect(next.onsetMs - fromMs).toBeGreaterThanOrEqual(CAFFEINE.beforeSleepH * HOUR_MS)
    }
    const first = cups.filter(({ fromMs }) => fromMs < DAY_MS)
    const mg = first.reduce((sum, { level }) => sum + level!, 0)
    expect(mg).toBeLessThanOrEqual(CAFFEINE.mostMg)
    const ends = doses.filter(({ kind }) => kind === 'noCaffeine')
    expect(ends.map(({ fromMs }) => fromMs / HOUR_MS)).toEqual([9, 32])
  })

  it('of melatonin are half a milligram ten hours before the low point, only towards earlier', () => {
    const doses = dosesOf(question({ melatonin: true }))
    expect(doses.map(({ fromMs }) => fromMs / HOUR_MS)).toEqual([11, 35, 59])
    for (const { kind, level, reason } of doses) {
      expect([kind, level]).toEqual(['melatonin', 0.5])
      expect(reason).toMatch(/hours before bed.*Do not drive/)
    }
    expect(dosesOf(question({ melatonin: true }, { direction: -1 }))).toEqual([])
    const reached = dosesOf(question({ melatonin: true }, { reachedMs: 20 * HOUR_MS }))
    expect(reached).toHaveLength(1)
  })

  it('of melatonin are not given when the low point is not known to two hours', () => {
    const apart = [18, 21, 24].map((hour) => {
      return { weight: 1 / 3, cbtminH: [hour], targetCbtminH: [], misalignedDays: 0 }
    })
    expect(dosesOf(question({ melatonin: true }, { forecasts: apart }))).toEqual([])
  })

  it('of sleep by day come before a long night at work and after a short one, never during work', () => {
    const before = dosesOf(question({}, { fixed: [longNight] }))
    expect(
      before.map(({ kind, fromMs, toMs }) => [kind, fromMs / HOUR_MS, toMs / HOUR_MS]),
    ).toEqual([['nap', 6.5, 8]])
    const after = dosesOf(question({}, { sleep: shortSleep }))
    expect(after.map(({ fromMs }) => fromMs / HOUR_MS)).toEqual([28])
    const busy = { kind: 'work' as const, fromMs: 27 * HOUR_MS, toMs: 35 * HOUR_MS }
    expect(dosesOf(question({}, { sleep: shortSleep, fixed: [busy] }))).toEqual([])
    expect(dosesOf(question({ naps: false }, { sleep: shortSleep }))).toEqual([])
  })
})
