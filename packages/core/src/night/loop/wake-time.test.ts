import { describe, expect, it } from 'vitest'
import { commandsOf, LOOP_START_MS, loopHeader, runLoop } from '#test/made-up-loop.ts'
import { momentOfWallClock, wallClockAt } from '../../math/time-zone.ts'
import { localOffsets } from './local-offsets.ts'
import { localMinuteAt, wallAt } from './night-clock.ts'
import { wakeTime, wakeTimeAfter } from './wake-time.ts'

const MIN = 60_000
const HOUR = 3_600_000
const ZONE = 'Europe/Berlin'

/** A night from ten in the evening to seven on the clocks of Berlin. */
function berlin(year: number, month: number, day: number) {
  const evening = Date.UTC(year, month - 1, day, 22) / 1000
  const startMs = momentOfWallClock(ZONE, evening).ms
  const wakeMs = momentOfWallClock(ZONE, evening + 9 * 3600).ms
  return loopHeader({ startMs, wakeMs, timeZone: ZONE, offsets: localOffsets(ZONE, startMs) })
}

describe('the time to wake', () => {
  it('is seven on the wall, also in the nights in which the clocks change and after a clock was set (N76)', () => {
    for (const [month, day, hours] of [
      [10, 24, 10],
      [3, 28, 8],
      [6, 1, 9],
    ] as const) {
      const header = berlin(2026, month, day)
      expect(wakeTime(header)).toBe(hours * HOUR)
      for (const stepMs of [0, HOUR, -HOUR, 250, -90 * MIN]) {
        // The clock is set before and after it changes.
        for (const setAtMs of [HOUR, 5 * HOUR]) {
          const at = wakeTimeAfter(header, wakeTime(header), setAtMs, stepMs)!
          const wallMs = wallAt(header, at, stepMs)
          expect(localMinuteAt(header.offsets, wallMs)).toBe(7 * 60)
          expect(wallClockAt(ZONE, wallMs) % 86_400).toBe(7 * 3600)
        }
      }
    }
  })

  it('that was skipped is now, or the next one where the clock was of another day (N76)', () => {
    const header = berlin(2026, 6, 1)
    expect(wakeTimeAfter(header, 9 * HOUR, 8.5 * HOUR, HOUR)).toBe(8.5 * HOUR)
    expect(wakeTimeAfter(header, 9 * HOUR, HOUR, 9.9 * HOUR)).toBe(HOUR)
    const years = 20_000 * 24 * HOUR
    expect(wakeTimeAfter(header, 9 * HOUR, MIN, years)).toBe(9 * HOUR)
    expect(wakeTimeAfter(header, 9 * HOUR, MIN, years + HOUR)).toBe(8 * HOUR)
  })

  it('comes whatever the clock says, at most two hours late, and once come it stays (N76)', () => {
    const header = berlin(2026, 6, 1)
    for (const stepMs of [-3 * HOUR, -1e12, -48 * HOUR]) {
      expect(wakeTimeAfter(header, 9 * HOUR, 8 * HOUR, stepMs)).toBe(11 * HOUR)
    }
    for (const stepMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(wakeTimeAfter(header, 9 * HOUR, HOUR, stepMs)).toBe(9 * HOUR)
    }
    expect(wakeTimeAfter(header, 9 * HOUR, 9 * HOUR, -HOUR)).toBe(9 * HOUR)
    expect(wakeTimeAfter(loopHeader(), undefined, HOUR, HOUR)).toBeUndefined()
  })
})

describe('an alarm when the clock is set in the night', () => {
  const header = loopHeader({ wakeMs: LOOP_START_MS + 2 * MIN })
  const firstRing = (...steps: (readonly [number, number])[]): number | undefined => {
    const words = steps.map(([atMs, stepMs]) => {
      return { atMs, input: { kind: 'clock', atMs, stepMs } as const }
    })
    const told = runLoop({ minutes: 3.5, header, stager: undefined, words })
    const ring = commandsOf(told).find(({ lease }) => lease.action === 'wake')
    return ring && Math.round(ring.lease.issuedAtMs / 5000) * 5
  }

  it('rings at its time on the new clock: sooner, later, at once, and after two errors that cancel (N76)', () => {
    expect(firstRing()).toBe(120)
    expect(firstRing([MIN, 30_000])).toBe(90)
    expect(firstRing([MIN, -MIN])).toBe(180)
    expect(firstRing([MIN, HOUR])).toBe(60)
    expect(firstRing([30_000, -HOUR], [MIN, HOUR])).toBe(120)
    expect(firstRing([MIN, -HOUR])).toBeUndefined()
  })
})
