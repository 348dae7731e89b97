import { describe, expect, it } from 'vitest'
import {
  clockDeviation,
  needOf,
  onsetOf,
  passDay,
  seeDlmo,
  seeNight,
  sleepBelief,
} from './sleep-filter.ts'

const NOISE = { onsetSdH: 0.7, offsetSdH: 0.7, clockSdH: 0.15 }
const fresh = () => sleepBelief(0.8, { mean: -1, sd: 0.5 }, { mean: 8.1, sd: 0.8 })
const night = (onsetH: number, offsetH: number, forced = 0) => ({
  onsetH,
  offsetH,
  recentSleepH: NaN,
  forced,
  work: 0,
})

describe('a virtual sleeper’s own unknowns', () => {
  it('learn the need of sleep from nights that nothing ends', () => {
    const belief = fresh()
    for (let k = 0; k < 14; k++) {
      passDay(belief, NOISE)
      seeNight(belief, night(-1, 5.8), 0, NOISE)
    }
    expect(needOf(belief).mean).toBeCloseTo(6.85, 1)
    expect(Math.sqrt(needOf(belief).variance)).toBeLessThan(0.5)
  })

  it('learn of nights with an alarm only that the need is no less', () => {
    const belief = fresh()
    for (let k = 0; k < 14; k++) {
      passDay(belief, NOISE)
      seeNight(belief, night(-1, 5.8, 1), 0, NOISE)
    }
    expect(needOf(belief).mean).toBeGreaterThan(8)
    const late = fresh()
    seeNight(late, night(-1, 9.5, 1), 0, NOISE)
    expect(needOf(late).mean).toBeGreaterThan(needOf(fresh()).mean + 0.3)
  })

  it('give a wild night little weight', () => {
    const [mild, wild] = [fresh(), fresh()]
    seeNight(mild, night(0.5, NaN), 0, NOISE)
    seeNight(wild, night(8, NaN), 0, NOISE)
    expect(Math.abs(onsetOf(wild, 0) - -1)).toBeLessThan(Math.abs(onsetOf(mild, 0) - -1))
  })

  it('have sleep tell nothing of where the clock stands, and a DLMO nearly all', () => {
    const belief = fresh()
    seeNight(belief, night(-2, 6), 0, NOISE)
    expect(Math.abs(clockDeviation(belief).mean)).toBeLessThan(0.15)
    const before = clockDeviation(belief).variance
    seeDlmo(belief, 1.5, 0.35)
    expect(clockDeviation(belief).mean).toBeGreaterThan(1)
    expect(clockDeviation(belief).variance).toBeLessThan(0.3 * before)
  })

  it('stay as they are when a night says nothing', () => {
    const belief = fresh()
    seeNight(belief, night(NaN, NaN), 0, NOISE)
    expect(belief).toEqual(fresh())
  })
})
