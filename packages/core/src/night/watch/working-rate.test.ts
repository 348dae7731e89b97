import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { resampleTo } from '../../signal/resample.ts'
import { workingRate } from './working-rate.ts'

function noise(length: number): Float64Array {
  const random = seededRandom(9)
  return Float64Array.from({ length }, () => 20 * random.normal())
}

describe('the working rate', () => {
  it('gives the samples of the whole row resampled, to the last bit, a tenth of a second late', () => {
    for (const fromHz of [64, 100, 128, 200, 250, 256, 500]) {
      const x = noise(4 * fromHz)
      x.fill(0, 0, fromHz / 2)
      const whole = resampleTo(x, fromHz, 100)
      const pace = workingRate(fromHz, 100)
      let given = 0
      for (let i = 0; i < x.length; i++) {
        const n = pace.push(x[i]!)
        if (n > 0) expect(pace.first()).toBe(given)
        for (let k = 0; k < n; k++) expect(pace.output(k)).toBe(whole[given++])
        expect(given).toBeGreaterThanOrEqual(Math.floor(((i - pace.latency) * 100) / fromHz))
      }
      expect(pace.latency / fromHz).toBeLessThan(0.2)
      expect(given).toBeGreaterThan(370)
    }
  })

  it('misses what is missing, holds the level of a new stretch, and does not ring at its edge', () => {
    const pace = workingRate(256, 100)
    const out: number[] = []
    for (let i = 0; i < 1024; i++) {
      const n = pace.push(i >= 256 && i < 512 ? NaN : 1000)
      for (let k = 0; k < n; k++) out.push(pace.output(k))
    }
    expect(out.slice(105, 195).every(Number.isNaN)).toBe(true)
    for (const value of [...out.slice(0, 95), ...out.slice(205)]) expect(value).toBeCloseTo(1000, 0)
  })
})
