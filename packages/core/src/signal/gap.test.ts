import { describe, expect, it } from 'vitest'
import { bridgeGaps, restoreGaps } from './gap.ts'

describe('gaps', () => {
  it('are bridged by a straight line, and the ends hold the nearest value', () => {
    const x = Float32Array.of(NaN, 2, NaN, NaN, 8, NaN)
    const { samples, missing } = bridgeGaps(x)
    expect(Array.from(samples)).toEqual([2, 2, 4, 6, 8, 8])
    expect(Array.from(missing!)).toEqual([1, 0, 1, 1, 0, 1])
    expect(Array.from(restoreGaps(Float64Array.from(samples), missing))).toEqual(Array.from(x))
    expect(x[0]).toBeNaN()
  })

  it('a whole row is given back as it is, an empty one becomes zeros', () => {
    const whole = Float64Array.of(1, 2)
    expect(bridgeGaps(whole).samples).toBe(whole)
    expect(Array.from(bridgeGaps(Float64Array.of(NaN, NaN)).samples)).toEqual([0, 0])
  })
})
