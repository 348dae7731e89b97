import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { rollingMedian } from './rolling-median.ts'

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b)
}

describe('a rolling median', () => {
  it('is the lower middle of the last values, and its spread theirs, at every moment', () => {
    const random = seededRandom(3)
    const rolling = rollingMedian(31)
    const all: number[] = []
    for (let k = 0; k < 400; k++) {
      const value = k % 7 === 0 ? 1 : Math.round(20 * random.normal()) / 4 + 0
      rolling.push(value)
      all.push(value)
      const last = sorted(all.slice(-31))
      const median = last[(last.length - 1) >> 1]!
      const gaps = sorted(last.map((v) => Math.abs(v - median)))
      expect(rolling.count()).toBe(last.length)
      expect(rolling.median()).toBe(median)
      expect(rolling.deviation()).toBe(gaps[last.length >> 1] ?? gaps.at(-1))
      expect(rolling.quantile(0.9)).toBe(
        last[Math.min(last.length - 1, Math.floor(0.9 * last.length))],
      )
    }
  })

  it('of nothing is not known, also after a reset', () => {
    const rolling = rollingMedian(3)
    expect([rolling.median(), rolling.deviation(), rolling.quantile(0.5)]).toEqual([NaN, NaN, NaN])
    rolling.push(4)
    rolling.reset()
    expect(rolling.median()).toBeNaN()
  })
})
