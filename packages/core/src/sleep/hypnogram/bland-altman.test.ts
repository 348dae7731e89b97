import { describe, expect, it } from 'vitest'
import { blandAltman } from './bland-altman.ts'
import { studentQuantile, studentTail } from './student.ts'

const REFERENCE = [380, 402, 351, 420, 399, 310, 445, 388, 365, 410]
const TESTED = [385, 399, 365, 428, 390, 330, 440, 395, 380, 412]

describe('Bland-Altman', () => {
  it('gives bias, limits, their intervals and the proportional bias, as SciPy does', () => {
    const result = blandAltman(REFERENCE, TESTED)
    if (!result.ok) throw new Error(result.problem.code)
    const { bias, sd, lowerLimit, proportional, n } = result.value
    expect(n).toBe(10)
    expect(bias.value).toBeCloseTo(5.4, 10)
    expect(bias.lo95).toBeCloseTo(-1.2868760310877851, 8)
    expect(sd).toBeCloseTo(9.347608131376592, 10)
    expect(lowerLimit.value).toBeCloseTo(5.4 - 1.96 * 9.347608131376592, 8)
    expect(lowerLimit.lo95).toBeCloseTo(-24.759579858117466, 7)
    expect(proportional.slope).toBeCloseTo(-0.19883768428088675, 10)
    expect(proportional.p).toBeCloseTo(0.015253506125935446, 10)
  })

  it('speaks in ratios on the log scale (Euser 2008)', () => {
    const result = blandAltman(REFERENCE, TESTED, { scale: 'log' })
    if (!result.ok) throw new Error(result.problem.code)
    expect(result.value.bias.value).toBeCloseTo(1.0156194950153932, 10)
    expect(result.value.relativeLimit).toBeCloseTo(0.05156853270233881, 10)
  })

  it('leaves out pairs with a missing number and refuses what it cannot answer', () => {
    const some = blandAltman([1, 2, Number.NaN, 4, 5], [1, 3, 3, 4, 7])
    expect(some.ok && some.value.n).toBe(4)
    expect(blandAltman([1, 2], [1, 2])).toMatchObject({ problem: { code: 'BLAND_ALTMAN_PAIRS' } })
    expect(blandAltman([0, 1, 2], [1, 2, 3], { scale: 'log' })).toMatchObject({
      problem: { code: 'BLAND_ALTMAN_LOG' },
    })
  })
})

describe("Student's t", () => {
  it('equals SciPy in tails and quantiles', () => {
    const tails = [
      [0.5, 1, 0.35241638234956674],
      [2, 5, 0.050969739414929174],
      [3.3, 23, 0.0015651064515373543],
      [1.1, 60, 0.13786300813872365],
    ] as const
    for (const [t, df, p] of tails) expect(studentTail(t, df)).toBeCloseTo(p, 12)
    expect(studentQuantile(0.975, 2)).toBeCloseTo(4.302652729749462, 9)
    expect(studentQuantile(0.975, 63)).toBeCloseTo(1.998340542520741, 9)
  })
})
