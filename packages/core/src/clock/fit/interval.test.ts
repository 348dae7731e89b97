import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { intervalOf, mixtureQuantile, smoothed, weightedMoments } from './interval.ts'

describe('intervals of a belief', () => {
  it('of one normal hold 80 % within 1.28 standard deviations', () => {
    const { median, lo80, hi80 } = intervalOf({ weights: [1], means: [2], sds: [0.5] })
    expect(median).toBeCloseTo(2, 6)
    expect(hi80 - 2).toBeCloseTo(0.5 * 1.2815515655, 5)
    expect(2 - lo80).toBeCloseTo(0.5 * 1.2815515655, 5)
  })

  it('of draws without width are the weighted quantiles', () => {
    const mixture = { weights: [0.2, 0.5, 0.3], means: [1, 2, 3], sds: [0, 0, 0] }
    expect(mixtureQuantile(mixture, 0.1)).toBeCloseTo(1, 5)
    expect(mixtureQuantile(mixture, 0.5)).toBeCloseTo(2, 5)
    expect(mixtureQuantile(mixture, 0.9)).toBeCloseTo(3, 5)
  })

  it('of smoothed draws keep the mean and the variance of the draws', () => {
    const random = seededRandom(4)
    const values = Array.from({ length: 200 }, () => random.normal())
    const weights = values.map(() => 1 / 200)
    const before = weightedMoments(values, weights)
    const after = smoothed(values, weights)
    const { mean, sd } = weightedMoments(after.means, weights)
    expect(mean).toBeCloseTo(before.mean, 9)
    expect(sd * sd + after.sds[0]! * after.sds[0]!).toBeCloseTo(before.sd * before.sd, 9)
    const { lo80, hi80 } = intervalOf(after)
    expect(hi80 - lo80).toBeGreaterThan(2.2)
    expect(hi80 - lo80).toBeLessThan(2.9)
  })
})
