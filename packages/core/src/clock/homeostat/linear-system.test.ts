import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { LinearSystem } from './linear-system.ts'

describe('a linear system', () => {
  it('is solved for several right-hand sides, pivots and all', () => {
    const random = seededRandom(9)
    for (let size = 1; size <= 9; size++) {
      const matrix = Float64Array.from({ length: size * size }, () => random.normal())
      if (size > 1) matrix[0] = 0
      const system = new LinearSystem(matrix.slice(), size)
      for (let trial = 0; trial < 3; trial++) {
        const x = Float64Array.from({ length: size }, () => random.normal())
        const b = x.map((_, i) => x.reduce((sum, v, k) => sum + matrix[i * size + k]! * v, 0))
        system.solve(b)
        for (const [i, value] of b.entries()) expect(value).toBeCloseTo(x[i]!, 9)
      }
    }
  })
})
