import { describe, expect, it } from 'vitest'
import { largestEigenpairs } from './tridiagonal.ts'

describe('eigenpairs of a symmetric tridiagonal matrix', () => {
  it('those of the second difference are known: 2 - 2 cos(k pi / (n + 1))', () => {
    const n = 50
    const { values, vectors } = largestEigenpairs(
      new Float64Array(n).fill(2),
      new Float64Array(n - 1).fill(-1),
      3,
    )
    vectors.forEach((vector, i) => {
      const k = n - i
      expect(values[i]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 13)
      const known = Float64Array.from({ length: n }, (_, t) =>
        Math.sin(((t + 1) * k * Math.PI) / (n + 1)),
      )
      const dot = vector.reduce((sum, v, t) => sum + v * known[t]!, 0)
      expect(Math.abs(dot) / Math.sqrt((n + 1) / 2)).toBeCloseTo(1, 12)
    })
  })

  it('one row, and rows that touch nothing, are no trouble', () => {
    expect(largestEigenpairs(Float64Array.of(3), new Float64Array(0), 1).values[0]).toBeCloseTo(3)
    const { values } = largestEigenpairs(Float64Array.of(1, 5, 2), new Float64Array(2), 3)
    expect(Array.from(values, Math.round)).toEqual([5, 2, 1])
  })
})
