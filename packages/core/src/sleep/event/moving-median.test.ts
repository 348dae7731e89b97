import { describe, expect, it } from 'vitest'
import { median } from '../../math/quantile.ts'
import { seededRandom } from '../../math/random.ts'
import { movingMedian } from './moving-median.ts'
import { centredMean } from './moving-window.ts'

const random = seededRandom(12)
const x = new Float64Array(300).map(() => random.normal())

describe('moving windows', () => {
  it('the median is that of the values within reach, cut off at the ends', () => {
    const got = movingMedian(x, 7, 1)
    for (let i = 0; i < x.length; i++) {
      expect(got[i]).toBeCloseTo(median(x.slice(Math.max(0, i - 7), i + 8)), 14)
    }
  })

  it('the median leaves missing values out and is missing itself when too few are left', () => {
    const holed = x.map((v, i) => (i % 3 === 0 ? Number.NaN : v))
    const got = movingMedian(holed, 4, 6)
    const around = holed.slice(96, 105).filter((v) => !Number.isNaN(v))
    expect(around).toHaveLength(6)
    expect(got[100]).toBe(median(around))
    expect(got[0]).toBeNaN()
  })

  it('the mean is that of the samples around each, and a loud moment is forgotten', () => {
    const long = new Float64Array(10_000).map((_, i) => x[i % 300]! * (i < 100 ? 1e9 : 1))
    const got = centredMean(long, 5)
    for (const i of [4096, 4097, 6000, 9000]) {
      const sum = long.slice(i - 2, i + 3).reduce((a, b) => a + b, 0)
      expect(got[i]).toBeCloseTo(sum / 5, 9)
    }
    expect(got[0]).toBeCloseTo((long[0]! + long[1]! + long[2]!) / 3, 0)
  })
})
