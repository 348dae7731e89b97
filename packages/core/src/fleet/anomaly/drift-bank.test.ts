import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { beginDriftNight, driftBank, driftStep } from './drift-bank.ts'
import { beginPersonModel, learnFrame, memoryOf, residual } from './person-model.ts'

const none = new Float64Array(12)

function delay(sigma: number, seed: number): number {
  const random = seededRandom(seed)
  const bank = driftBank(2)
  for (let i = 0; i < 400; i++) {
    const frame = Float64Array.from(none, random.normal)
    if (i >= 300) frame[3]! += sigma * 1.5
    const found = driftStep(bank, 1, frame, none)
    if (found >= 0) return i < 300 || found !== 3 ? -1 : i - 299
  }
  return Number.POSITIVE_INFINITY
}

describe('drift of one person from their own nights', () => {
  it('sounds 8 frames into 3 deviations in the middle case, within 5 of 5, in the number that drifts (F51)', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const five = delay(5, seed)
      expect(five > 0 && five <= 5, `seed ${seed}: ${five} frames`).toBe(true)
    }
    const three = Array.from({ length: 100 }, (_, seed) => delay(3, seed))
    expect(three.sort((a, b) => a - b)[50]).toBeLessThanOrEqual(8)
    expect(three.reduce((a, b) => a + b) / three.length).toBeLessThan(9)
    expect(Math.min(...three)).toBeGreaterThan(0)
  })

  it('lets a wild value pass, and forgets the night when another begins (F51)', () => {
    const bank = driftBank(1)
    const random = seededRandom(4)
    const frame = (more = 0): Float64Array => Float64Array.from(none, () => random.normal() + more)
    for (let i = 0; i < 100; i++) expect(driftStep(bank, 0, frame(), none)).toBe(-1)
    expect(driftStep(bank, 0, frame(1000), none)).toBe(-1)
    for (let i = 0; i < 100; i++) expect(driftStep(bank, 0, frame(), none)).toBe(-1)
    for (let i = 0; i < 2; i++) driftStep(bank, 0, frame(50), none)
    beginDriftNight(bank, 0)
    expect([...bank.up, ...bank.down].every((sum) => sum === 0)).toBe(true)
  })

  it('changes nothing for a frame in which everything is missing (F51)', () => {
    const bank = driftBank(1)
    for (let i = 0; i < 50; i++) driftStep(bank, 0, new Float64Array(12).fill(i % 3), none)
    const before = JSON.stringify([[...bank.up], [...bank.level], [...bank.spread], [...bank.last]])
    for (let i = 0; i < 50; i++) {
      expect(driftStep(bank, 0, new Float64Array(12).fill(Number.NaN), none)).toBe(-1)
    }
    expect(JSON.stringify([[...bank.up], [...bank.level], [...bank.spread], [...bank.last]])).toBe(
      before,
    )
  })

  it('knows nothing of a stage before 30 frames of it, then expects the hour within the stage', () => {
    const random = seededRandom(9)
    const model = beginPersonModel()
    const values = (level: number): Float64Array =>
      Float64Array.from(none, () => level + random.normal())
    for (let i = 0; i < 29; i++) learnFrame(model, 2, 0, values(10))
    expect(residual(model, 2, 0, 0, 12)).toBeNaN()
    for (let i = 0; i < 1000; i++) learnFrame(model, 2, 30 * i, values(i < 500 ? 10 : 14))
    expect(residual(model, 2, 100, 0, 12)).toBeGreaterThan(0.5)
    expect(residual(model, 2, 7.9 * 3600, 0, 12)).toBeLessThan(-0.5)
    expect(residual(model, Number.NaN, 0, 0, 12)).toBeNaN()
    expect(memoryOf(model, 0)).toBeLessThan(0.9)
  })
})
