import { describe, expect, it } from 'vitest'
import { seededRandom } from '../packages/core/src/math/random.ts'
import { recurrentLayout } from '../packages/core/src/sleep/shipped/gated-recurrent.ts'
import { fitLogistic } from '../scripts/train/logistic.ts'
import { recurrentGradient } from '../scripts/train/recurrent-gradient.ts'

describe('the training of the starter', () => {
  it('follows the true gradient of the loss, in one direction and in two', () => {
    const random = seededRandom(1)
    for (const directions of [1, 2] as const) {
      const shape = { inputs: 5, hidden: 6, directions, classes: 3 }
      const { length } = recurrentLayout(shape)
      const parameters = Float64Array.from({ length }, () => 0.4 * random.normal())
      const batch = {
        steps: 7,
        pieces: 3,
        inputs: Float64Array.from({ length: 105 }, () => random.normal()),
        labels: Int8Array.from({ length: 21 }, () => random.integer(4) - 1),
        keep: Float64Array.from({ length: 18 * directions }, () => 2 * random.integer(2)),
      }
      const gradient = new Float64Array(length)
      const unused = new Float64Array(length)
      recurrentGradient(shape, parameters, batch, gradient)
      for (let i = 0; i < length; i++) {
        const at = (shift: number): number => {
          const moved = parameters.with(i, parameters[i]! + shift)
          return recurrentGradient(shape, moved, batch, unused)
        }
        expect((at(1e-5) - at(-1e-5)) / 2e-5, `parameter ${i}`).toBeCloseTo(gradient[i]!, 8)
      }
    }
  })

  it('fits a logistic regression that gives back the odds its labels were drawn from', () => {
    const random = seededRandom(2)
    const rows = Float64Array.from({ length: 8000 }, () => random.normal())
    const labels = Int8Array.from({ length: 4000 }, (_, i) => {
      const odds = 0.5 + rows[2 * i]! - 2 * rows[2 * i + 1]!
      return random.uniform() < 1 / (1 + Math.exp(-odds)) ? 1 : 0
    })
    const { bias, weights } = fitLogistic(rows, labels, 2, 1)
    expect(bias).toBeCloseTo(0.5, 0.7)
    expect(weights[0]).toBeCloseTo(1, 0.7)
    expect(weights[1]).toBeCloseTo(-2, 0.7)
  })
})
