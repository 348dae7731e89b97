import { describe, expect, it } from 'vitest'
import { mean, standardDeviation } from './quantile.ts'
import { seededRandom } from './random.ts'

describe('seeded random numbers', () => {
  it('the same seed gives the same numbers, another seed others', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed)
      return [random.uniform(), random.normal(), random.integer(1000), random.uniform()]
    }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw(0.5)).not.toEqual(draw(0.25))
    expect(draw(1)).toMatchInlineSnapshot(`
      [
        0.3964921021295137,
        2.3280304853177194,
        211,
        0.445357120134124,
      ]
    `)
  })

  it('normals have mean 0, standard deviation 1 and normal tails', () => {
    const random = seededRandom(3)
    const x = Float64Array.from({ length: 100_000 }, () => random.normal())
    expect(Math.abs(mean(x))).toBeLessThan(0.01)
    expect(standardDeviation(x)).toBeCloseTo(1, 2)
    expect(x.filter((v) => Math.abs(v) > 1.96).length / x.length).toBeCloseTo(0.05, 2)
  })

  it('uniforms stay in [0, 1) and integers are even over their range', () => {
    const random = seededRandom(-2)
    const counts = new Float64Array(6)
    for (let i = 0; i < 60_000; i++) {
      const u = random.uniform()
      expect(u >= 0 && u < 1).toBe(true)
      counts[random.integer(6)]!++
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })
})
