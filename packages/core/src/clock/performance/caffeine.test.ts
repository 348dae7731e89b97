import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import {
  CAFFEINE_HALF_LIFE,
  caffeineMgPerL,
  caffeineRelief,
  drawCaffeineHalfLifeH,
} from './caffeine.ts'

describe('caffeine', () => {
  it('peaks three quarters of an hour after a cup and halves every half-life after', () => {
    const at = (hour: number): number => caffeineMgPerL([{ atH: 8, mg: 200 }], hour)
    const hours = Array.from({ length: 200 }, (_, i) => 8 + i / 50)
    const peak = hours.reduce((best, hour) => (at(hour) > at(best) ? hour : best), 8)
    expect(peak).toBeCloseTo(8.8, 1)
    expect(at(peak)).toBeGreaterThan(4)
    expect(at(peak)).toBeLessThan(200 / 42)
    expect(at(20) / at(15)).toBeCloseTo(0.5, 6)
    expect(at(8)).toBe(0)
  })

  it('adds cups up, and counts none that is still to come', () => {
    const [one, two] = [
      { atH: 8, mg: 100 },
      { atH: 13, mg: 80 },
    ]
    const both = caffeineMgPerL([one, two], 15)
    expect(both).toBeCloseTo(caffeineMgPerL([one], 15) + caffeineMgPerL([two], 15), 12)
    expect(caffeineMgPerL([one, two], 12)).toBe(caffeineMgPerL([one], 12))
  })

  it('is smooth where the half-life makes absorption and elimination equally fast', () => {
    const dose = [{ atH: 0, mg: 100 }]
    const equal = Math.LN2 / 4.5
    const [below, there, above] = [0.999, 1, 1.001].map((f) => caffeineMgPerL(dose, 1, f * equal))
    expect(there).toBeGreaterThan(below!)
    expect(there).toBeLessThan(above!)
  })

  it('leaves people with half-lives of 5 h in the middle, two thirds of them 3.6 to 7 h', () => {
    const random = seededRandom(5)
    const drawn = Array.from({ length: 4000 }, () => drawCaffeineHalfLifeH(random))
    drawn.sort((a, b) => a - b)
    expect(drawn[2000]).toBeCloseTo(CAFFEINE_HALF_LIFE.medianH, 0)
    const within = drawn.filter((h) => h > 5 / 1.4 && h < 5 * 1.4).length / 4000
    expect(within).toBeGreaterThan(0.65)
    expect(within).toBeLessThan(0.72)
  })

  it('relieves about a point of sleepiness at the peak of 200 mg, and never more than two', () => {
    const peak = caffeineMgPerL([{ atH: 0, mg: 200 }], 0.8)
    expect(caffeineRelief(peak).kssPoints).toBeCloseTo(1, 0)
    expect(caffeineRelief(0)).toEqual({ kssPoints: 0, lapseFactor: 1 })
    expect(caffeineRelief(1e6).kssPoints).toBeLessThanOrEqual(2)
    expect(caffeineRelief(1e6).lapseFactor).toBeGreaterThan(0.39)
  })
})
