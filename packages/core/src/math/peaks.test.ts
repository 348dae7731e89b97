import { describe, expect, it } from 'vitest'
import { farthest, oracleNoise, scipyOracle } from '#test/oracle.ts'
import { findPeaks, type PeakOptions } from './peaks.ts'

type Case = {
  options: PeakOptions
  expected: { indices: number[]; prominences?: number[]; left?: number[]; right?: number[] }
}

const noise = oracleNoise(200, 5)
const coarse = noise.map((v) => Math.round(v * 8) / 8) // with plateaus and ties

describe('peaks', () => {
  it.each(scipyOracle<Case[]>('peaks'))('with $options are those of SciPy', (entry) => {
    const { options, expected } = entry
    // NumPy breaks ties between near peaks as its sort happens to; only distinct heights compare.
    const x = options.distance === undefined ? coarse : noise
    const peaks = findPeaks(x, options)
    expect(Array.from(peaks.indices)).toEqual(expected.indices)
    expect(Array.from(peaks.heights)).toEqual(expected.indices.map((i) => x[i]))
    if (expected.prominences === undefined) return
    expect(farthest(peaks.prominences!, expected.prominences)).toBeLessThan(1e-14)
    expect(Array.from(peaks.leftBases!)).toEqual(expected.left)
    expect(Array.from(peaks.rightBases!)).toEqual(expected.right)
  })

  it('a plateau counts once, in its middle, and not at all when it touches an end', () => {
    expect(Array.from(findPeaks(Float64Array.of(0, 2, 2, 2, 2, 1, 3, 3)).indices)).toEqual([2])
  })

  it('a missing sample is never a peak nor beside one', () => {
    expect(Array.from(findPeaks(Float64Array.of(0, 1, NaN, 2, 0, 1, 0)).indices)).toEqual([5])
  })
})
