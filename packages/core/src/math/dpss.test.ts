import { describe, expect, it } from 'vitest'
import { farthest, scipyOracle } from '#test/oracle.ts'
import { dpss } from './dpss.ts'

describe('Slepian tapers', () => {
  it('are SciPy’s, with their concentrations', () => {
    const { tapers, concentrations } = dpss(64, 2.5, 4)
    const expected = scipyOracle<{ w: number[][]; ratios: number[] }>('dpss')
    tapers.forEach((taper, k) => {
      expect(farthest(taper, expected.w[k]!)).toBeLessThan(1e-12)
    })
    expect(farthest(concentrations, expected.ratios)).toBeLessThan(1e-12)
  })

  it('are SciPy’s for a longer window, too, and at right angles', () => {
    const { tapers, concentrations } = dpss(300, 4, 7)
    const expected = scipyOracle<{ firstValues: number[][]; ratios: number[] }>('dpss300')
    tapers.forEach((taper, k) => {
      expect(farthest(taper.subarray(0, 5), expected.firstValues[k]!)).toBeLessThan(1e-12)
      tapers.forEach((other, j) => {
        const dot = taper.reduce((sum, v, i) => sum + v * other[i]!, 0)
        expect(dot).toBeCloseTo(j === k ? 1 : 0, 12)
      })
    })
    expect(farthest(concentrations, expected.ratios)).toBeLessThan(1e-12)
  })
})
