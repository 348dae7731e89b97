import { describe, expect, test } from 'vitest'
import { exp, pow } from '../../math/elementary.ts'
import { seededRandom } from '../../math/random.ts'
import { decay, powerBy, powerTable } from './light-power.ts'

describe('the power table', () => {
  test.each([0.5, 0.6, 1.5])('gives x^%d to 1e-14 from starlight to the sun', (p) => {
    const table = powerTable(p)
    const random = seededRandom(1)
    let worst = 0
    for (let i = 0; i < 20_000; i++) {
      const x = 10 ** (14 * random.uniform() - 8)
      worst = Math.max(worst, Math.abs(powerBy(table, x) / pow(x, p) - 1))
    }
    expect(worst).toBeLessThan(1e-14)
    for (const x of [1, 2, 1 - 2 ** -53, 1 + 2 ** -52, 1.998, 4096]) {
      expect(Math.abs(powerBy(table, x) / pow(x, p) - 1)).toBeLessThan(1e-14)
    }
    expect(powerBy(table, 0)).toBe(0)
  })
})

describe('decay', () => {
  test('gives e^-z to 1e-15 for the halves of a step, 0 to 1/2', () => {
    let worst = 0
    for (let i = 0; i <= 20_000; i++) {
      const z = i / 40_000
      worst = Math.max(worst, Math.abs(decay(z) / exp(-z) - 1))
    }
    expect(worst).toBeLessThan(1e-15)
    expect(decay(0)).toBe(1)
  })
})
