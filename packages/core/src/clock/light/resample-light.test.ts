import { describe, expect, test } from 'vitest'
import { resampleLight } from './resample-light.ts'

const MINUTE = 60_000

function minutes(values: readonly number[], every = 1) {
  return {
    timesMs: Float64Array.from(values, (_, i) => i * every * MINUTE),
    values,
    epochS: 60 * every,
  }
}

describe('light on a grid', () => {
  test('is unchanged where it was steady, and sample i is the step that ends at it', () => {
    const samples = minutes([...Array(60).fill(100), ...Array(60).fill(7)])
    const { lux, unit, dtH } = resampleLight(samples, 'photopicLux', 0, 0.5, 5)
    expect([unit, dtH]).toEqual(['photopicLux', 0.5])
    expect(lux[0]).toBeNaN()
    ;[100, 100, 7, 7].forEach((value, i) => {
      expect(lux[i + 1]).toBeCloseTo(value, 9)
    })
  })

  test('averages the drive, lux^.6: five minutes of sun in an hour of lamps stay five minutes', () => {
    const samples = minutes([...Array(5).fill(20_000), ...Array(55).fill(100)])
    const lux = resampleLight(samples, 'photopicLux', 0, 1, 2).lux[1]!
    const drive = (5 * 20_000 ** 0.6 + 55 * 100 ** 0.6) / 60
    expect(lux).toBeCloseTo(drive ** (1 / 0.6), 6)
    expect(lux).toBeLessThan((5 * 20_000 + 55 * 100) / 60 / 2)
  })

  test('shares a sample between the steps it lies in', () => {
    const { lux } = resampleLight(minutes([10, 1000], 20), 'photopicLux', 0, 0.5, 3)
    expect(lux[1]).toBeCloseTo(((20 * 10 ** 0.6 + 10 * 1000 ** 0.6) / 30) ** (1 / 0.6), 6)
    expect(lux[2]).toBeCloseTo(1000, 6)
  })

  test('is a gap where less than a quarter is known; darkness is not a gap', () => {
    const values = [...Array(30).fill(50), ...Array(25).fill(NaN), ...Array(35).fill(0)]
    const { lux } = resampleLight(minutes(values), 'photopicLux', 0, 0.5, 4)
    expect(lux[1]).toBeCloseTo(50, 9)
    expect(lux[2]).toBeNaN()
    expect(lux[3]).toBe(0)
  })

  test('holds an irregular sample until the next, at most ten minutes', () => {
    const timesMs = Float64Array.of(0, 5 * MINUTE, 60 * MINUTE)
    const { lux } = resampleLight({ timesMs, values: [10, 40, -3] }, 'photopicLux', 0, 0.25, 8)
    expect(lux[1]).toBeCloseTo(((5 * 10 ** 0.6 + 10 * 40 ** 0.6) / 15) ** (1 / 0.6), 6)
    expect([...lux.slice(2)].every(Number.isNaN)).toBe(true)
  })
})
