import { describe, expect, it } from 'vitest'
import { type EarlierNight, earlierNights } from './earlier-nights.ts'

const SOUND: EarlierNight = { control: true, silent: false }
const SHAM: EarlierNight = { control: true, silent: true }
const OFF: EarlierNight = { control: false, silent: true }

describe('the nights before tonight', () => {
  it('none are none', () => {
    expect(earlierNights([])).toEqual({
      nightsInRow: 0,
      sinceSilent: 0,
      sinceDistress: Number.POSITIVE_INFINITY,
    })
  })

  it('a silent night, sham or off, begins the week anew (N68)', () => {
    expect(earlierNights([SOUND, SOUND, SOUND]).sinceSilent).toBe(3)
    expect(earlierNights([SOUND, SHAM, SOUND]).sinceSilent).toBe(1)
    expect(earlierNights([SOUND, OFF]).sinceSilent).toBe(0)
  })

  it('a row in control is broken by two nights off together, not by sham or one (N69)', () => {
    expect(earlierNights([SOUND, SHAM, SOUND]).nightsInRow).toBe(3)
    expect(earlierNights([SOUND, OFF, SOUND]).nightsInRow).toBe(2)
    expect(earlierNights([SOUND, OFF, OFF]).nightsInRow).toBe(0)
    expect(earlierNights([SOUND, OFF, OFF, SOUND]).nightsInRow).toBe(1)
    expect(earlierNights([OFF, SOUND, OFF, SOUND, OFF]).nightsInRow).toBe(2)
  })

  it('distress of seven, or a second nightmare in seven nights, counts (N71)', () => {
    const since = (...nights: Partial<EarlierNight>[]): number =>
      earlierNights(nights.map((night) => ({ ...SOUND, ...night }))).sinceDistress
    expect(since({ distress: 6.9 })).toBe(Number.POSITIVE_INFINITY)
    expect(since({ distress: 7 })).toBe(0)
    expect(since({ distress: 9 }, {}, {})).toBe(2)
    expect(since({ nightmare: true })).toBe(Number.POSITIVE_INFINITY)
    expect(since({ nightmare: true }, {}, { nightmare: true })).toBe(0)
    const bad = { nightmare: true }
    expect(since(bad, {}, {}, {}, {}, {}, bad)).toBe(0)
    expect(since(bad, {}, {}, {}, {}, {}, {}, bad)).toBe(Number.POSITIVE_INFINITY)
    expect(since(bad, { nightmare: false }, {})).toBe(Number.POSITIVE_INFINITY)
  })
})
