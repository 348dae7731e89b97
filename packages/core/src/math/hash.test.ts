import { describe, expect, it } from 'vitest'
import { hash32, hashShare } from './hash.ts'

describe('a hash of a name', () => {
  it('is the same for ever: partitions and cohorts hang on it', () => {
    expect([hash32(''), hash32('a'), hash32('dev-0001'), hash32('dev-0001', 7)]).toMatchSnapshot()
  })

  it('spreads names that differ in one letter evenly, and again with another salt', () => {
    for (const salt of [0, 1, 2045]) {
      const counts = new Array<number>(64).fill(0)
      for (let i = 0; i < 64_000; i++) {
        const place = hashShare(`band-${String(i).padStart(6, '0')}`, salt)
        counts[Math.floor(place * 64)]! += 1
      }
      const chi2 = counts.reduce((sum, n) => sum + (n - 1000) * (n - 1000), 0) / 1000
      // Chi squared with 63 degrees of freedom: mean 63, 99.9 % below 103.
      expect(chi2).toBeLessThan(103)
    }
  })

  it('with another salt has nothing to do with the first', () => {
    let both = 0
    for (let i = 0; i < 20_000; i++) {
      if (hashShare(`d${i}`, 1) < 0.1 && hashShare(`d${i}`, 2) < 0.1) both++
    }
    expect(both).toBeGreaterThan(140)
    expect(both).toBeLessThan(260)
  })
})
