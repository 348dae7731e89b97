import { describe, expect, it } from 'vitest'
import { describeProblem } from '../../math/result.ts'
import { parseFlight, parseWork } from './constraint.ts'

function problemOf(result: ReturnType<typeof parseFlight> | ReturnType<typeof parseWork>): string {
  return result.ok ? 'fine' : describeProblem(result.problem)
}

describe('a flight', () => {
  it('is two local clocks with their zones', () => {
    const flight = parseFlight(
      '2026-12-01 13:00 Europe/Berlin -> 2026-12-01 16:20 America/New_York',
    )
    expect(flight.ok && flight.value.departMs).toBe(Date.UTC(2026, 11, 1, 12))
    expect(flight.ok && flight.value.arriveMs).toBe(Date.UTC(2026, 11, 1, 21, 20))
  })

  it('that lands before it starts, or in no zone, is refused', () => {
    expect(problemOf(parseFlight('2026-12-01 13:00 Europe/Berlin'))).toMatch(/^flight: got/)
    expect(
      problemOf(parseFlight('2026-12-01 13:00 Europe/Berlin -> 2026-12-01 13:00 Asia/Tokyo')),
    ).toMatch(/got a flight of -8.0 h, expected more than 0/)
    expect(
      problemOf(parseFlight('2026-12-01 13:00 Europe/Berlin -> 2026-12-02 13:00 Asia/Nowhere')),
    ).toMatch(/got zone "Asia\/Nowhere"/)
    expect(problemOf(parseFlight('13:00 Europe/Berlin -> 2026-12-02 13:00 UTC'))).toMatch(
      /got "13:00 Europe\/Berlin", expected one end of/,
    )
  })
})

describe('work', () => {
  it('is days of the week and hours', () => {
    const week = parseWork('Mon-Fri 09:00-17:00')
    expect(week.ok && week.value).toEqual({
      weekdays: [true, true, true, true, true, false, false],
      fromH: 9,
      toH: 17,
    })
    const nights = parseWork('Sat-Mon,Wed 22:00-06:00')
    expect(nights.ok && nights.value.weekdays).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
      true,
    ])
    expect(parseWork('daily 09:00-12:00').ok).toBe(true)
  })

  it('that cannot be read is refused', () => {
    for (const text of ['Mon-Fri', 'Funday 09:00-17:00', 'Mon 9-5', 'Mon 09:00-09:00', '']) {
      expect(problemOf(parseWork(text)), text).toMatch(/^work: got .*expected "Mon-Fri/)
    }
  })
})
