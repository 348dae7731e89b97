import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import {
  type RecurrentNetwork,
  recurrentLayout,
  recurrentLogits,
  recurrentState,
  recurrentStep,
} from './gated-recurrent.ts'

function madeUp(directions: 1 | 2): RecurrentNetwork {
  const shape = { inputs: 4, hidden: 6, directions, classes: 3 }
  const random = seededRandom(7)
  const { length } = recurrentLayout(shape)
  return { ...shape, parameters: Float64Array.from({ length }, () => random.normal() / 2) }
}

function madeUpRows(epochs: number): Float64Array {
  const random = seededRandom(8)
  return Float64Array.from({ length: epochs * 4 }, () => random.normal())
}

describe('a gated recurrent network', () => {
  it('says the same epoch by epoch as over the whole night, when it knows only the past', () => {
    const network = madeUp(1)
    const rows = madeUpRows(40)
    const whole = recurrentLogits(network, rows)
    const state = recurrentState(network)
    for (let e = 0; e < 40; e++) {
      const step = new Float64Array(3)
      recurrentStep(network, state, rows.subarray(e * 4, e * 4 + 4), step)
      expect(Array.from(step)).toEqual(Array.from(whole.subarray(e * 3, e * 3 + 3)))
    }
  })

  it('hears the future in two directions, and only the past in one', () => {
    for (const directions of [1, 2] as const) {
      const rows = madeUpRows(20)
      const before = recurrentLogits(madeUp(directions), rows)
      rows.fill(3, 76)
      const after = recurrentLogits(madeUp(directions), rows)
      const changed = Array.from(before.subarray(0, 57)).some((x, i) => x !== after[i])
      expect(changed).toBe(directions === 2)
    }
  })

  it('computes one unit by the published equations', () => {
    const shape = { inputs: 1, hidden: 1, directions: 1, classes: 1 } as const
    // input: reset, keep, candidate; recurrent the same; biases; candidate bias;
    // readout; skip; bias
    const parameters = Float64Array.of(0.5, -1, 2, 0.25, 0.5, -0.75, 0, 0.5, 0.25, 0.125, 2, 1, 0.5)
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
    let h = 0
    const expected = [1, -2].map((x) => {
      const reset = sigmoid(0.5 * x + 0.25 * h)
      const keep = sigmoid(-x + 0.5 * h + 0.5)
      const candidate = Math.tanh(2 * x + 0.25 + reset * (-0.75 * h + 0.125))
      h = (1 - keep) * candidate + keep * h
      return 2 * h + x + 0.5
    })
    const logits = recurrentLogits({ ...shape, parameters }, Float64Array.of(1, -2))
    logits.forEach((logit, i) => {
      expect(logit).toBeCloseTo(expected[i]!, 12)
    })
  })
})
