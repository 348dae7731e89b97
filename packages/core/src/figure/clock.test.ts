import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clockText, clockTicks, durationText } from './clock.ts'

describe('the clock on an axis', () => {
  it('falls on whole hours of the wall clock and crosses midnight', () => {
    const ticks = clockTicks(0, 4 * 3600, 5, 22 * 3600 + 20 * 60)
    expect(ticks.map((t) => t.label)).toEqual(['23:00', '00:00', '01:00', '02:00'])
    expect(ticks.map((t) => t.atS)).toEqual([2400, 6000, 9600, 13200])
    expect(ticks.map((t) => t.midnight)).toEqual([false, true, false, false])
  })

  it('counts hours elapsed when nobody knows the time', () => {
    const ticks = clockTicks(0, 8 * 3600, 4, undefined)
    expect(ticks.map((t) => t.label)).toEqual(['0:00', '2:00', '4:00', '6:00', '8:00'])
    expect(ticks.some((t) => t.midnight)).toBe(false)
  })

  it('shows seconds when the stretch is short', () => {
    expect(clockTicks(0, 60, 6, 100).map((t) => t.label)[0]).toBe('00:01:40')
  })

  it('never has more ticks than asked, plus one, for any stretch', () => {
    const stretch = fc.double({ min: 1, max: 40 * 86400, noNaN: true })
    fc.assert(
      fc.property(stretch, fc.integer({ min: 1, max: 12 }), (length, most) => {
        const ticks = clockTicks(0, length, most, 82_000)
        expect(ticks.length).toBeLessThanOrEqual(most + 1)
        for (const { atS } of ticks) expect(atS >= 0 && atS <= length).toBe(true)
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it('writes times of any day as HH:MM and lengths in hours and minutes', () => {
    expect(clockText(86_400 + 65)).toBe('00:01')
    expect(clockText(-60)).toBe('23:59')
    expect([432, 60, 45.4, -3].map(durationText)).toEqual(['7 h 12 min', '1 h', '45 min', '0 min'])
  })
})
