import { describe, expect, it } from 'vitest'
import { every, farthest, oracleNoise, scipyOracle } from '#test/oracle.ts'
import { hasShared, SHARED_MISSING, sharedJson } from '#test/shared.ts'
import { convolve, designFir, filterBand, filterFir } from './fir.ts'

type Golden = {
  designs: Record<
    string,
    {
      sf: number
      l: number
      h: number
      l_trans_bandwidth?: number
      h_trans_bandwidth?: number
      taps: number[]
    }
  >
}

describe.skipIf(!hasShared('golden/eeg'))(`filter designs (${SHARED_MISSING})`, () => {
  it('are those of MNE to 1e-14', () => {
    const { designs } = sharedJson<Golden>('golden/eeg/mne_fir_designs.json')
    for (const d of Object.values(designs)) {
      const taps = designFir({
        rateHz: d.sf,
        lowHz: d.l,
        highHz: d.h,
        lowTransitionHz: d.l_trans_bandwidth,
        highTransitionHz: d.h_trans_bandwidth,
      })
      expect(farthest(taps, d.taps)).toBeLessThan(1e-14)
    }
  })
})

type Case = {
  n: number
  lowHz: number | null
  highHz: number | null
  rateHz: number
  length: number
  y: number[]
}

describe('zero-phase filtering', () => {
  it.each(scipyOracle<Case[]>('fir'))('$n samples, $lowHz to $highHz Hz, as MNE does', (c) => {
    const low = c.lowHz ?? undefined
    const high = c.highHz ?? undefined
    expect(designFir({ rateHz: c.rateHz, lowHz: low, highHz: high })).toHaveLength(c.length)
    const y = filterBand(oracleNoise(300, 3).subarray(0, c.n), c.rateHz, low, high)
    expect(farthest(every(y, 3), c.y)).toBeLessThan(1e-13)
  })

  it('a long row in blocks equals the sum that defines the filter', () => {
    const x = oracleNoise(30_000, 8)
    const taps = designFir({ rateHz: 100, lowHz: 1, highHz: 30 })
    const y = filterFir(x, taps, { zeroPhase: false })
    for (const i of [0, 5, 4000, 8191, 16_384, 29_999]) {
      let sum = 0
      for (let k = 0; k < taps.length && k <= i; k++) sum += taps[k]! * x[i - k]!
      expect(y[i]).toBeCloseTo(sum, 13)
    }
  })

  it('a full convolution can be cut anywhere', () => {
    const full = convolve(Float64Array.of(1, 2, 3), Float64Array.of(1, 10), 0, 4)
    expect(farthest(full, [1, 12, 23, 30])).toBeLessThan(1e-14)
    const part = convolve(Float64Array.of(1, 2, 3), Float64Array.of(1, 10), 2, 3)
    expect(farthest(part, [23, 30, 0])).toBeLessThan(1e-14)
  })

  it('missing samples stay missing and spoil nothing else', () => {
    const x = oracleNoise(2000, 2)
    x.fill(NaN, 900, 950)
    x[0] = NaN
    const y = filterBand(x, 100, 1, 30)
    expect(Array.from(y).map(Number.isNaN)).toEqual(Array.from(x).map(Number.isNaN))
    expect(filterBand(new Float64Array(5).fill(NaN), 100, 1, 30).every(Number.isNaN)).toBe(true)
  })
})
