import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { beginLeftProfile, leftProfileStep } from './left-profile.ts'

/** The same by its definition. */
function plainly(values: readonly number[], width: number): number {
  const normal = (from: number): number[] => {
    const part = values.slice(from, from + width)
    const mean = part.reduce((a, b) => a + b) / width
    const sd = Math.sqrt(part.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / width)
    return part.map((x) => (x - mean) / sd)
  }
  const last = normal(values.length - width)
  let best = Number.NaN
  for (let j = 0; j <= values.length - 2 * width; j++) {
    const other = normal(j)
    const distance = Math.sqrt(
      other.reduce((sum, x, k) => sum + (x - last[k]!) * (x - last[k]!), 0),
    )
    if (!(distance >= best)) best = distance
  }
  return best
}

describe('the left profile', () => {
  it('is the distance to the most alike window before, as by its definition', () => {
    const random = seededRandom(2)
    const profile = beginLeftProfile(7)
    const values: number[] = []
    for (let i = 0; i < 120; i++) {
      values.push(random.normal() + (i % 11))
      const distance = leftProfileStep(profile, values[i]!)
      if (i < 13) expect(distance).toBeNaN()
      else expect(distance).toBeCloseTo(plainly(values, 7), 5)
    }
  })

  it('is largest where a beat is missing in a rhythm', () => {
    const profile = beginLeftProfile(20)
    const distances = Array.from({ length: 600 }, (_, i) =>
      leftProfileStep(profile, i % 10 === 0 && i !== 400 ? 1 : 0),
    )
    const late = distances.slice(100)
    const top = 100 + late.indexOf(Math.max(...late))
    expect(top).toBeGreaterThanOrEqual(400)
    expect(top).toBeLessThan(420)
  })
})
