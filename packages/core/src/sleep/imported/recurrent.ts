import { exp, sigmoid, tanh } from '../../math/elementary.ts'

/**
 * A linear layer, `weight` outputs x inputs row by row. Double precision throughout: engines add
 * doubles 3.5 times as fast as floats that must be rounded after every step, and the result is
 * nearer the truth.
 */
export type Dense = {
  readonly inputs: number
  readonly outputs: number
  readonly weight: Float64Array
  readonly bias: Float64Array
}

/** One direction of a gated recurrent unit; gates in PyTorch's order: reset, update, new. */
export type GatedUnit = { readonly input: Dense; readonly hidden: Dense }

/** `out = x weight' + bias` for `rows` rows. Works in blocks of 2 rows x 4 outputs. */
export function dense(layer: Dense, x: Float64Array, rows: number, out: Float64Array): void {
  const { outputs } = layer
  const wholeRows = rows - (rows % 2)
  const wholeOutputs = outputs - (outputs % 4)
  for (let r = 0; r < wholeRows; r += 2) {
    for (let o = 0; o < wholeOutputs; o += 4) denseBlock(layer, x, r, o, out)
    for (let o = wholeOutputs; o < outputs; o++) {
      denseCell(layer, x, r, o, out)
      denseCell(layer, x, r + 1, o, out)
    }
  }
  if (wholeRows < rows) for (let o = 0; o < outputs; o++) denseCell(layer, x, wholeRows, o, out)
}

/**
 * Runs a gated unit along `steps` for `batch` sequences at once (x is batch x steps x inputs) from
 * a zero state, backwards in time when `reverse`, and writes its state after each step into `out`,
 * batch x steps x `stride`, from column `column`. Source: Cho 2014, in PyTorch's form.
 */
export function gatedRecurrence(
  unit: GatedUnit,
  x: Float64Array,
  size: { readonly batch: number; readonly steps: number },
  reverse: boolean,
  out: { readonly values: Float64Array; readonly column: number; readonly stride: number },
): void {
  const { batch, steps } = size
  const cells = unit.hidden.inputs
  const gates = 3 * cells
  const projected = new Float64Array(batch * steps * gates)
  dense(unit.input, x, batch * steps, projected)
  const state = new Float64Array(batch * cells)
  const recurrent = new Float64Array(batch * gates)
  for (let i = 0; i < steps; i++) {
    const step = reverse ? steps - 1 - i : i
    dense(unit.hidden, state, batch, recurrent)
    for (let b = 0; b < batch; b++) {
      advance(projected, (b * steps + step) * gates, recurrent, b * gates, state, b * cells, cells)
      const to = (b * steps + step) * out.stride + out.column
      for (let c = 0; c < cells; c++) out.values[to + c] = state[b * cells + c]!
    }
  }
}

/**
 * Attention over `items`: scores `vector . tanh(context x)`, softmax over the items of each group,
 * and the weighted sum of the rows. x is groups x items x width; `out` is groups x width. Source:
 * Luong 2015.
 */
export function attention(
  layer: { readonly context: Dense; readonly vector: Float64Array },
  x: Float64Array,
  size: { readonly groups: number; readonly items: number },
  out: Float64Array,
): void {
  const { groups, items } = size
  const width = layer.context.inputs
  const hidden = new Float64Array(groups * items * layer.context.outputs)
  dense(layer.context, x, groups * items, hidden)
  const weights = attentionScores(hidden, layer.vector)
  out.fill(0, 0, groups * width)
  for (let g = 0; g < groups; g++) {
    softmaxSlice(weights, g * items, items)
    for (let i = 0; i < items; i++) {
      const weight = weights[g * items + i]!
      const row = (g * items + i) * width
      for (let f = 0; f < width; f++) out[g * width + f]! += weight * x[row + f]!
    }
  }
}

/** Turns `length` scores from `start` into weights that sum to 1, in place. */
function softmaxSlice(values: Float64Array, start: number, length: number): void {
  let top = values[start]!
  for (let i = 1; i < length; i++) top = Math.max(top, values[start + i]!)
  let sum = 0
  for (let i = start; i < start + length; i++) sum += values[i] = exp(values[i]! - top)
  for (let i = start; i < start + length; i++) values[i]! /= sum
}

function attentionScores(hidden: Float64Array, vector: Float64Array): Float64Array {
  const scores = new Float64Array(hidden.length / vector.length)
  for (let i = 0; i < scores.length; i++) {
    let sum = 0
    const row = i * vector.length
    for (let k = 0; k < vector.length; k++) sum += vector[k]! * tanh(hidden[row + k]!)
    scores[i] = sum
  }
  return scores
}

function advance(
  projected: Float64Array,
  p: number,
  recurrent: Float64Array,
  q: number,
  state: Float64Array,
  s: number,
  cells: number,
): void {
  for (let c = 0; c < cells; c++) {
    const reset = sigmoid(projected[p + c]! + recurrent[q + c]!)
    const update = sigmoid(projected[p + cells + c]! + recurrent[q + cells + c]!)
    const fresh = tanh(projected[p + 2 * cells + c]! + reset * recurrent[q + 2 * cells + c]!)
    state[s + c] = fresh + update * (state[s + c]! - fresh)
  }
}

function denseCell(layer: Dense, x: Float64Array, r: number, o: number, out: Float64Array): void {
  const { inputs, weight } = layer
  let sum = layer.bias[o]!
  for (let k = 0; k < inputs; k++) sum += x[r * inputs + k]! * weight[o * inputs + k]!
  out[r * layer.outputs + o] = sum
}

function denseBlock(layer: Dense, x: Float64Array, r: number, o: number, out: Float64Array): void {
  const { inputs, outputs, weight, bias } = layer
  let a0 = bias[o]!
  let a1 = bias[o + 1]!
  let a2 = bias[o + 2]!
  let a3 = bias[o + 3]!
  let b0 = a0
  let b1 = a1
  let b2 = a2
  let b3 = a3
  const x0 = r * inputs
  const x1 = x0 + inputs
  const w0 = o * inputs
  const w1 = w0 + inputs
  const w2 = w1 + inputs
  const w3 = w2 + inputs
  for (let k = 0; k < inputs; k++) {
    const p = x[x0 + k]!
    const q = x[x1 + k]!
    let w = weight[w0 + k]!
    a0 += p * w
    b0 += q * w
    w = weight[w1 + k]!
    a1 += p * w
    b1 += q * w
    w = weight[w2 + k]!
    a2 += p * w
    b2 += q * w
    w = weight[w3 + k]!
    a3 += p * w
    b3 += q * w
  }
  const y = r * outputs + o
  out[y] = a0
  out[y + 1] = a1
  out[y + 2] = a2
  out[y + 3] = a3
  out[y + outputs] = b0
  out[y + outputs + 1] = b1
  out[y + outputs + 2] = b2
  out[y + outputs + 3] = b3
}
