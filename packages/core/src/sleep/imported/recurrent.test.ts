import { expect, test } from 'vitest'
import { seededRandom } from '../../math/random.ts'
import { attention, type Dense, dense, gatedRecurrence } from './recurrent.ts'

const random = seededRandom(11)
const numbers = (length: number): Float64Array =>
  Float64Array.from({ length }, () => random.normal())
const layer = (inputs: number, outputs: number): Dense => {
  return { inputs, outputs, weight: numbers(inputs * outputs), bias: numbers(outputs) }
}

/** One output of a layer, straight from the definition. */
function cell({ inputs, weight, bias }: Dense, x: Float64Array, row: number, o: number): number {
  let sum = bias[o]!
  for (let k = 0; k < inputs; k++) sum += x[row * inputs + k]! * weight[o * inputs + k]!
  return sum
}

test('a linear layer is the same for every number of rows and outputs, odd or even', () => {
  for (const [rows, outputs] of [
    [1, 1],
    [2, 4],
    [3, 5],
    [5, 11],
    [4, 7],
  ] as const) {
    const wide = layer(6, outputs)
    const x = numbers(rows * 6)
    const out = new Float64Array(rows * outputs)
    dense(wide, x, rows, out)
    for (let i = 0; i < out.length; i++) {
      expect(out[i]).toBeCloseTo(cell(wide, x, Math.floor(i / outputs), i % outputs), 12)
    }
  }
})

/** The gated unit of one sequence by its equations. */
function plainGru(input: Dense, hidden: Dense, x: Float64Array, steps: number[]): Float64Array[] {
  const cells = hidden.inputs
  let state = new Float64Array(cells)
  const states: Float64Array[] = []
  const logistic = (v: number): number => 1 / (1 + Math.exp(-v))
  for (const step of steps) {
    state = state.map((before, c) => {
      const gate = (g: number): number => cell(input, x, step, g) + cell(hidden, state, 0, g)
      const reset = logistic(gate(c))
      const update = logistic(gate(cells + c))
      const recurrent = reset * cell(hidden, state, 0, 2 * cells + c)
      return (
        (1 - update) * Math.tanh(cell(input, x, step, 2 * cells + c) + recurrent) + update * before
      )
    })
    states[step] = state
  }
  return states
}

test('a gated unit follows its equations in both directions, each sequence on its own', () => {
  const unit = { input: layer(3, 12), hidden: layer(4, 12) }
  const x = numbers(2 * 5 * 3)
  for (const reverse of [false, true]) {
    const values = new Float64Array(2 * 5 * 6)
    gatedRecurrence(unit, x, { batch: 2, steps: 5 }, reverse, { values, column: 1, stride: 6 })
    const order = reverse ? [4, 3, 2, 1, 0] : [0, 1, 2, 3, 4]
    for (const b of [0, 1]) {
      const states = plainGru(unit.input, unit.hidden, x.subarray(b * 15, b * 15 + 15), order)
      for (let step = 0; step < 5; step++) {
        const at = (b * 5 + step) * 6
        expect(values[at]).toBe(0)
        for (let c = 0; c < 4; c++) expect(values[at + 1 + c]).toBeCloseTo(states[step]![c]!, 12)
      }
    }
  }
})

test('attention over equal items gives the item back, and weighs the better one more', () => {
  const simple = {
    context: { inputs: 1, outputs: 1, weight: Float64Array.of(1), bias: Float64Array.of(0) },
    vector: Float64Array.of(5),
  }
  const out = new Float64Array(2)
  attention(simple, Float64Array.of(2, 2, 2, 0, 0, 3), { groups: 2, items: 3 }, out)
  expect(out[0]).toBeCloseTo(2, 12)
  const e = Math.exp(5 * Math.tanh(3))
  expect(out[1]).toBeCloseTo((3 * e) / (2 + e), 12)
})
