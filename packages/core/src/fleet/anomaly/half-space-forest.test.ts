import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { halfSpaceForest, halfSpaceStep } from './half-space-forest.ts'
import { beginTail, tailSurprise } from './tail-law.ts'

describe('the joint shape of a frame', () => {
  it('is rarer where two numbers part that go together, though each alone is usual', () => {
    const random = seededRandom(3)
    const forest = halfSpaceForest(2)
    const frame = (sign: number): [number, number] => {
      const x = 2 * random.normal()
      return [x, sign * x + 0.2 * random.normal()]
    }
    for (let i = 0; i < 2000; i++) halfSpaceStep(forest, frame(1))
    const usual = Array.from({ length: 200 }, () => halfSpaceStep(forest, frame(1)).score)
    const odd = [2.5, -2.5, 3, -3].map((x) => halfSpaceStep(forest, [x, -x]).score)
    const mean = (scores: number[]): number => scores.reduce((a, b) => a + b) / scores.length
    expect(mean(odd)).toBeGreaterThan(3 * mean(usual))
  })

  it('is unknown before 500 frames and where every number is missing', () => {
    const forest = halfSpaceForest(3)
    expect(halfSpaceStep(forest, [Number.NaN, Number.NaN, Number.NaN]).verdict).toBe('unknown')
    for (let i = 0; i < 500; i++) expect(halfSpaceStep(forest, [0, 1, 2]).verdict).toBe('unknown')
    expect(halfSpaceStep(forest, [0, 1, 2]).verdict).toBe('quiet')
  })
})

describe('a tail', () => {
  it('gives -ln P of an exponential law to within a nat out to one in a million', () => {
    const random = seededRandom(8)
    const law = beginTail()
    for (let i = 0; i < 4000; i++) tailSurprise(law, -Math.log(1 - random.uniform()))
    for (const x of [1, 3, 5, 8]) expect(tailSurprise(law, x, 0)).toBeCloseTo(x, -0.3)
    expect(Math.abs(tailSurprise(law, 13.8, 0) - 13.8)).toBeLessThan(2.5)
  })

  it('says nothing before 100 values, and keeps 4000 at most', () => {
    const law = beginTail()
    for (let i = 0; i < 100; i++) expect(tailSurprise(law, i)).toBe(0)
    expect(tailSurprise(law, 1e6)).toBeGreaterThan(5)
    for (let i = 0; i < 10_000; i++) tailSurprise(law, i % 50)
    expect(law.sorted).toHaveLength(4000)
    expect(law.arrived.length).toBeLessThan(9000)
    expect(law.sorted.at(-1)).toBe(49)
  })
})
