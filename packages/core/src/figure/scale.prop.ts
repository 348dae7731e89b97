import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linearScale, niceStep, niceTicks } from './scale.ts'

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true })
const options = { seed: 20260101, numRuns: 300 }

describe('scales', () => {
  it('come back from the drawing to the data', () => {
    fc.assert(
      fc.property(finite, finite, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, t) => {
        fc.pre(Math.abs(a - b) > 1e-3)
        const scale = linearScale([a, b], [20, 980])
        const value = a + t * (b - a)
        expect(Math.abs(scale.from(scale.at(value)) - value)).toBeLessThan(
          1e-6 * (1 + Math.abs(a - b)),
        )
      }),
      options,
    )
  })

  it('map a domain without width to the start of the range and leave NaN alone', () => {
    const scale = linearScale([5, 5], [10, 90])
    expect(scale.at(5)).toBe(10)
    expect(scale.at(Number.NaN)).toBeNaN()
    expect(scale.from(50)).toBe(5)
  })
})

describe('ticks', () => {
  it('are round, rising, inside the stretch and about as many as asked', () => {
    fc.assert(
      fc.property(finite, finite, fc.integer({ min: 1, max: 20 }), (a, b, count) => {
        fc.pre(Math.abs(a - b) > 1e-3)
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const ticks = niceTicks(a, b, count)
        const slack = (high - low) * 1e-6
        expect(ticks.length).toBeLessThanOrEqual(count + 1)
        for (const [i, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(low - slack)
          expect(tick).toBeLessThanOrEqual(high + slack)
          if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]!)
        }
      }),
      options,
    )
  })

  it('come to an end where a step is too small to move the number', () => {
    expect(niceTicks(1e20, 1e20 + 16_384, 10).length).toBeLessThanOrEqual(11)
  })

  it('step by 1, 2 or 5 times a power of ten, never less than asked', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (rough) => {
        const step = niceStep(rough)
        expect(step).toBeGreaterThanOrEqual(rough * (1 - 1e-6))
        expect(step).toBeLessThanOrEqual(rough * 2.5 * (1 + 1e-6))
        expect(['1', '2', '5']).toContain(step.toExponential()[0])
      }),
      options,
    )
  })

  it('of a stretch from 0 to 30 in six are 0 5 10 15 20 25 30', () => {
    expect(niceTicks(0, 30, 6)).toEqual([0, 5, 10, 15, 20, 25, 30])
    expect(niceTicks(0.1, 0.5, 4)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5])
    expect(niceTicks(3, 3, 5)).toEqual([3])
  })
})
