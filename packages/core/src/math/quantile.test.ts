import { describe, expect, it } from 'vitest'
import {
  mean,
  median,
  quantile,
  quantileOfPresent,
  quantiles,
  selectInPlace,
  standardDeviation,
  trimmedStandardDeviation,
  variance,
} from './quantile.ts'
import { seededRandom } from './random.ts'

describe('quantiles and moments', () => {
  it('are those of NumPy', () => {
    const x = Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6)
    expect(mean(x)).toBe(3.875)
    expect(variance(x)).toBeCloseTo(6.609375, 14)
    expect(standardDeviation(x, 1)).toBeCloseTo(2.748376143938713, 14)
    expect(median(x)).toBe(3.5)
    expect(quantile(x, 0.05)).toBeCloseTo(1, 14)
    expect(quantiles(x, [0.25, 0.95])).toEqual([1.75, 7.949999999999998])
    expect(trimmedStandardDeviation(x, 0.2)).toBeCloseTo(1.8708286933869707, 14)
  })

  it('agree with a full sort on many rows with ties', () => {
    const random = seededRandom(1)
    for (let n = 1; n < 300; n += 7) {
      const x = Float64Array.from({ length: n }, () => random.integer(40))
      const sorted = x.slice().sort()
      const k = random.integer(n)
      expect(selectInPlace(x.slice(), k)).toBe(sorted[k])
      const middle = (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2
      expect(median(x)).toBe(middle)
    }
  })

  it('say NaN when a sample is missing, unless they are told to use what is present', () => {
    const x = Float32Array.of(1, NaN, 3)
    expect([mean(x), median(x), variance(x), trimmedStandardDeviation(x, 0.1)]).toEqual([
      NaN,
      NaN,
      NaN,
      NaN,
    ])
    expect(quantileOfPresent(x, 0.5)).toBe(2)
    expect(median(new Float64Array(0))).toBeNaN()
  })
})
