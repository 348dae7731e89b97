import { describe, expect, it } from 'vitest'
import { simpson, trapezoid } from './integrate.ts'
import { interpolateLinear } from './interpolate.ts'

describe('integrals', () => {
  it('Simpson is exact for a parabola with an odd number of points', () => {
    const y = Float64Array.from({ length: 9 }, (_, i) => (i / 4) ** 2)
    expect(simpson(y, 0.25)).toBeCloseTo(8 / 3, 14)
  })

  it('an even number of points is the mean of two sums, as SciPy before 1.11 had it', () => {
    const y = Float64Array.of(1, 4, 9, 16)
    const first = 2.5 + (4 + 36 + 16) / 3
    const last = (1 + 16 + 9) / 3 + 12.5
    expect(simpson(y, 1)).toBeCloseTo((first + last) / 2, 14)
    expect(simpson(y, 1, 1, 4)).toBeCloseTo((4 + 36 + 16) / 3, 14)
    expect(simpson(y.subarray(0, 2), 2)).toBe(5)
    expect(simpson(y.subarray(0, 1), 2)).toBe(0)
  })

  it('trapezoids follow a broken line, and a missing value spoils the sum', () => {
    expect(trapezoid(Float64Array.of(0, 2, 2), 0.5)).toBe(1.5)
    expect(trapezoid(Float64Array.of(0, NaN, 2), 0.5)).toBeNaN()
    expect(simpson(Float64Array.of(0, NaN, 2), 0.5)).toBeNaN()
  })
})

describe('linear interpolation', () => {
  const x = Float64Array.of(0, 1, 3)
  const y = Float64Array.of(10, 20, 0)

  it('follows the broken line, forwards and backwards', () => {
    const at = Float64Array.of(0, 0.5, 1, 2, 3, 0.25)
    expect(Array.from(interpolateLinear(x, y, at))).toEqual([10, 15, 20, 10, 0, 12.5])
  })

  it('says outside what it is told to say', () => {
    const at = Float64Array.of(-1, 4, NaN)
    expect(Array.from(interpolateLinear(x, y, at, 0))).toEqual([0, 0, NaN])
    expect(Array.from(interpolateLinear(x, y, at, 'nearest'))).toEqual([10, 0, NaN])
    expect(Array.from(interpolateLinear(x, y, at))).toEqual([NaN, NaN, NaN])
  })
})
