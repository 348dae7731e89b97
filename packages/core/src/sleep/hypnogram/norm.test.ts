import { describe, expect, it } from 'vitest'
import { BOAS_NORMS } from './boas-norms.ts'
import { compareWithNorms, isWholeNight, normGroup } from './norm.ts'
import { NORMED_STATISTICS } from './norm-group.ts'
import { sleepStatistics } from './statistics.ts'

describe('norms', () => {
  it('have growing percentiles of a stated number of people', () => {
    for (const { ranges, people, nights, youngest, oldest, fromAge } of BOAS_NORMS) {
      expect(nights).toBeGreaterThanOrEqual(people)
      expect(youngest).toBeGreaterThanOrEqual(fromAge)
      expect(oldest).toBeLessThan(100)
      for (const name of NORMED_STATISTICS) {
        const [p10, p50, p90] = ranges[name]
        expect(p10, name).toBeLessThanOrEqual(p50)
        expect(p50, name).toBeLessThan(p90)
      }
    }
  })

  it('compare with people of about the same age, with all when it is unknown or between', () => {
    expect(normGroup(30)?.oldest).toBeLessThan(45)
    expect(normGroup(44.9)).toBe(normGroup(30))
    expect(normGroup(70)?.youngest).toBeGreaterThanOrEqual(60)
    expect(normGroup(50)).toBe(normGroup(undefined))
    expect(normGroup(12)).toBeUndefined()
  })

  it('say below, within or above the usual range, and who was compared with', () => {
    const stages = [
      ...new Array<'W'>(20).fill('W'),
      ...new Array<'N2'>(400).fill('N2'),
      ...new Array<'R'>(160).fill('R'),
    ]
    const found = compareWithNorms(sleepStatistics({ epochS: 30, stages }), 30)
    const place = Object.fromEntries(found.map(({ statistic, place }) => [statistic, place]))
    expect(place).toMatchObject({ tstMin: 'below', remPct: 'above', wasoMin: 'below' })
    expect(found[0]!.words).toMatch(/^below the usual range \(\d+ people aged 21 to 4\d\)$/)
    expect(found[0]!.words).toContain(`(${found[0]!.people})`)
    expect(found[0]!.trend?.perDecade).toBe(-10.1)
  })

  it('are for whole nights: five hours or longer, with sleep', () => {
    const nightOf = (wake: number, sleep: number): boolean => {
      const stages = [...new Array<'W'>(wake).fill('W'), ...new Array<'N2'>(sleep).fill('N2')]
      return isWholeNight(sleepStatistics({ epochS: 30, stages }))
    }
    expect([nightOf(300, 300), nightOf(299, 300), nightOf(600, 0)]).toEqual([true, false, false])
  })

  it('leave out what the night does not have', () => {
    const found = compareWithNorms(sleepStatistics({ epochS: 30, stages: ['W', 'W'] }))
    expect(found.map(({ statistic }) => statistic)).toEqual(['tstMin', 'awakenings'])
  })
})
