import { describe, expect, it } from 'vitest'
import {
  hourOfDayAt,
  isTimeZone,
  momentOfText,
  momentOfWallClock,
  wallClockAt,
  zonedText,
  zoneOffsetMs,
} from './time-zone.ts'
import { wallClockS } from './wall-clock.ts'

const BERLIN = 'Europe/Berlin'
const HOUR_MS = 3_600_000

describe('time zones', () => {
  it('know summer and winter', () => {
    const summer = zoneOffsetMs(BERLIN, Date.UTC(2023, 6, 1))
    const winter = zoneOffsetMs(BERLIN, Date.UTC(2023, 11, 1))
    expect(summer).toEqual({ ok: true, value: 2 * HOUR_MS })
    expect(winter).toEqual({ ok: true, value: HOUR_MS })
    expect(zoneOffsetMs('+05:30', 0)).toEqual({ ok: true, value: 5.5 * HOUR_MS })
  })
  it('refuse a zone nobody knows', () => {
    expect(isTimeZone('Mars/Olympus')).toBe(false)
    expect(isTimeZone('+25:00')).toBe(false)
    const refused = zoneOffsetMs('Mars/Olympus', 0)
    expect(!refused.ok && refused.problem.code).toBe('TIME_ZONE')
  })
  it('a night through the autumn change is an hour longer than its clock says', () => {
    const bed = momentOfText(BERLIN, '2023-10-28 23:00')!
    const rise = momentOfText(BERLIN, '2023-10-29 07:00')!
    expect(rise - bed).toBe(9 * HOUR_MS)
    expect(zonedText(BERLIN, rise)).toBe('2023-10-29T07:00:00')
  })
  it('a night through the spring change is an hour shorter', () => {
    const bed = momentOfText(BERLIN, '2023-03-25 23:00')!
    const rise = momentOfText(BERLIN, '2023-03-26 07:00')!
    expect(rise - bed).toBe(7 * HOUR_MS)
  })
  it('say so when a clock showed a time twice, or never', () => {
    const twice = wallClockS('2023-10-29T02:30')!
    const first = momentOfWallClock(BERLIN, twice)
    const second = momentOfWallClock(BERLIN, twice, true)
    expect(first.fold).toBe('repeated')
    expect(second.ms - first.ms).toBe(HOUR_MS)
    const never = momentOfWallClock(BERLIN, wallClockS('2023-03-26T02:30')!)
    expect(never.fold).toBe('skipped')
    expect(zonedText(BERLIN, never.ms)).toBe('2023-03-26T03:30:00')
  })
  it('turn a moment into an hour of the day and back for a year of hours', () => {
    for (const zone of [BERLIN, 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC']) {
      for (let h = 0; h < 366 * 24; h += 7) {
        const ms = Date.UTC(2024, 0, 1) + h * HOUR_MS
        const text = zonedText(zone, ms)
        const back = momentOfWallClock(zone, wallClockS(text)!)
        if (back.fold === 'repeated') continue
        expect(back.ms).toBe(ms)
      }
    }
    expect(wallClockAt('+01:00', 0)).toBe(3600)
    expect(hourOfDayAt('+01:00', Date.UTC(2024, 0, 1, 23, 30))).toBe(0.5)
  })
})
