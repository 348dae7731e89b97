import { describe, expect, it } from 'vitest'
import { addSeconds, clockOfDayS, wallClockS, wallClockText } from './wall-clock.ts'

describe('wall clock', () => {
  it('counts the same seconds as the platform calendar from 1900 to 2100', () => {
    for (let day = -25567; day < 47482; day += 37) {
      const seconds = day * 86400 + 12345
      const text = new Date(seconds * 1000).toISOString().slice(0, 19)
      expect(wallClockText(seconds)).toBe(text)
      expect(wallClockS(text)).toBe(seconds)
    }
  })

  it('carries milliseconds and passes midnight, leap days and new years', () => {
    expect(addSeconds('2024-02-28T23:59:59.500', 1)).toBe('2024-02-29T00:00:00.500')
    expect(addSeconds('2025-12-31 23:59', 60)).toBe('2026-01-01T00:00:00')
  })

  it('counts from midnight, before 1970 too', () => {
    expect(clockOfDayS('2024-02-28T22:15:30')).toBe(80_130)
    expect(clockOfDayS('1951-08-02T22:15:30.5')).toBe(80_130.5)
    expect([undefined, 'late'].map(clockOfDayS)).toEqual([undefined, undefined])
  })

  it('leaves a text that is no time alone', () => {
    expect(wallClockS('yesterday')).toBeUndefined()
    for (const none of ['2024-13-01T00:00', '2024-00-01T00:00', '2024-04-31T00:00']) {
      expect(wallClockS(none)).toBeUndefined()
    }
    for (const none of ['2023-02-29T00:00', '2024-01-00T00:00', '2024-01-01T00:00:60']) {
      expect(wallClockS(none)).toBeUndefined()
    }
    expect(wallClockS('2024-02-29T24:00')).toBeUndefined()
    expect(addSeconds('yesterday', 30)).toBe('yesterday')
  })
})
