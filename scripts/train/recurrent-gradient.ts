import { exp, log, sigmoid, tanh } from '../../packages/core/src/math/elementary.ts'
import {
  type RecurrentLayout,
  type RecurrentShape,
  recurrentLayout,
} from '../../packages/core/src/sleep/shipped/gated-recurrent.ts'
import { addProduct, addTransposedProduct, transposed } from './product.ts'

/**
 * Equally long pieces of nights side by side: `inputs` is steps x pieces x inputs, `labels` steps x
 * pieces (-1 = not counted), `keep` pieces x (directions x hidden) multiplies the memory (dropout).
 */
export type Batch = {
  readonly steps: number
  readonly pieces: number
  readonly inputs: Float64Array
  readonly labels: Int8Array
  readonly keep: Float64Array
}

type Trace = {
  readonly hidden: Float64Array
  readonly reset: Float64Array
  readonly keep: Float64Array
  readonly candidate: Float64Array
  readonly inner: Float64Array
}

/**
 * Mean cross-entropy of a batch; `gradient` is overwritten with its derivative in every
 * parameter.
 */
export function recurrentGradient(
  shape: RecurrentShape,
  parameters: Float64Array,
  batch: Batch,
  gradient: Float64Array,
): number {
  const layout = recurrentLayout(shape)
  const { steps, pieces } = batch
  const { hidden, directions, classes, inputs } = shape
  gradient.fill(0)
  const traces = layout.cells.map((_, d) => runCell(shape, layout, parameters, batch, d))
  const memory = gather(traces, shape, batch)
  const rows = steps * pieces
  const width = directions * hidden
  const logits = new Float64Array(rows * classes)
  for (let i = 0; i < logits.length; i++) logits[i] = parameters[layout.bias + (i % classes)]!
  addProduct(logits, 0, memory, 0, parameters, layout.readout, rows, width, classes)
  addProduct(logits, 0, batch.inputs, 0, parameters, layout.skip, rows, inputs, classes)
  const loss = crossEntropy(logits, batch.labels, classes)
  addTransposedProduct(gradient, layout.readout, memory, 0, logits, 0, rows, width, classes)
  addTransposedProduct(gradient, layout.skip, batch.inputs, 0, logits, 0, rows, inputs, classes)
  for (let i = 0; i < logits.length; i++) gradient[layout.bias + (i % classes)]! += logits[i]!
  const readoutT = transposed(parameters, layout.readout, width, classes)
  const pull = new Float64Array(rows * width)
  addProduct(pull, 0, logits, 0, readoutT, 0, rows, classes, width)
  for (let i = 0; i < pull.length; i++) pull[i]! *= batch.keep[i % (pieces * width)]!
  traces.forEach((trace, d) => {
    unrollCell(shape, layout, parameters, batch, d, trace, pull, gradient)
  })
  return loss
}

/** Softmax and loss; turns `logits` into their own gradient, divided by the number of labels. */
function crossEntropy(logits: Float64Array, labels: Int8Array, classes: number): number {
  let counted = 0
  for (const label of labels) if (label >= 0) counted++
  let loss = 0
  for (let i = 0; i < labels.length; i++) {
    const at = i * classes
    const label = labels[i]!
    let top = logits[at]!
    for (let k = 1; k < classes; k++) top = Math.max(top, logits[at + k]!)
    let sum = 0
    for (let k = 0; k < classes; k++) {
      logits[at + k] = exp(logits[at + k]! - top)
      sum += logits[at + k]!
    }
    for (let k = 0; k < classes; k++) {
      const p = logits[at + k]! / sum
      if (k === label) loss -= log(Math.max(p, 1e-12)) / counted
      logits[at + k] = label < 0 ? 0 : (p - (k === label ? 1 : 0)) / counted
    }
  }
  return loss
}

function runCell(
  shape: RecurrentShape,
  layout: RecurrentLayout,
  parameters: Float64Array,
  batch: Batch,
  direction: number,
): Trace {
  const { steps, pieces } = batch
  const { hidden: H, inputs } = shape
  const cell = layout.cells[direction]!
  const width = 3 * H
  const size = steps * pieces * H
  const trace: Trace = {
    hidden: new Float64Array(size + pieces * H),
    reset: new Float64Array(size),
    keep: new Float64Array(size),
    candidate: new Float64Array(size),
    inner: new Float64Array(size),
  }
  const gates = new Float64Array(steps * pieces * width)
  for (let i = 0; i < gates.length; i++) gates[i] = parameters[cell.bias + (i % width)]!
  addProduct(gates, 0, batch.inputs, 0, parameters, cell.input, steps * pieces, inputs, width)
  const recurrent = new Float64Array(pieces * width)
  for (let s = 0; s < steps; s++) {
    const t = direction === 0 ? s : steps - 1 - s
    // The memory before the first step is the spare zero block at the end of `hidden`.
    const before = s === 0 ? size : (direction === 0 ? t - 1 : t + 1) * pieces * H
    recurrent.fill(0)
    addProduct(recurrent, 0, trace.hidden, before, parameters, cell.recurrent, pieces, H, width)
    for (let b = 0; b < pieces; b++) {
      const at = (t * pieces + b) * H
      const g = (t * pieces + b) * width
      const u = b * width
      for (let j = 0; j < H; j++) {
        const r = sigmoid(gates[g + j]! + recurrent[u + j]!)
        const z = sigmoid(gates[g + H + j]! + recurrent[u + H + j]!)
        const inner = recurrent[u + 2 * H + j]! + parameters[cell.candidateBias + j]!
        const n = tanh(gates[g + 2 * H + j]! + r * inner)
        trace.reset[at + j] = r
        trace.keep[at + j] = z
        trace.inner[at + j] = inner
        trace.candidate[at + j] = n
        trace.hidden[at + j] = (1 - z) * n + z * trace.hidden[before + b * H + j]!
      }
    }
  }
  return trace
}

/** Memories of all directions side by side, with dropout: rows x (directions x hidden). */
function gather(traces: readonly Trace[], shape: RecurrentShape, batch: Batch): Float64Array {
  const { hidden, directions } = shape
  const width = directions * hidden
  const rows = batch.steps * batch.pieces
  const memory = new Float64Array(rows * width)
  traces.forEach((trace, d) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < hidden; j++) {
        const to = i * width + d * hidden + j
        memory[to] = trace.hidden[i * hidden + j]! * batch.keep[to % (batch.pieces * width)]!
      }
    }
  })
  return memory
}

/** Backpropagation through time for one direction: adds to `gradient`. */
function unrollCell(
  shape: RecurrentShape,
  layout: RecurrentLayout,
  parameters: Float64Array,
  batch: Batch,
  direction: number,
  trace: Trace,
  pull: Float64Array,
  gradient: Float64Array,
): void {
  const { steps, pieces } = batch
  const { hidden: H, inputs, directions } = shape
  const cell = layout.cells[direction]!
  const width = 3 * H
  const size = steps * pieces * H
  const dInput = new Float64Array(steps * pieces * width)
  const dRecurrent = new Float64Array(pieces * width)
  const recurrentT = transposed(parameters, cell.recurrent, H, width)
  const dHidden = new Float64Array(pieces * H)
  for (let s = steps - 1; s >= 0; s--) {
    const t = direction === 0 ? s : steps - 1 - s
    const before = s === 0 ? size : (direction === 0 ? t - 1 : t + 1) * pieces * H
    for (let b = 0; b < pieces; b++) {
      const at = (t * pieces + b) * H
      const g = (t * pieces + b) * width
      const u = b * width
      for (let j = 0; j < H; j++) {
        const d = dHidden[b * H + j]! + pull[(t * pieces + b) * directions * H + direction * H + j]!
        const z = trace.keep[at + j]!
        const n = trace.candidate[at + j]!
        const r = trace.reset[at + j]!
        const dn = d * (1 - z) * (1 - n * n)
        const dz = d * (trace.hidden[before + b * H + j]! - n) * z * (1 - z)
        const dr = dn * trace.inner[at + j]! * r * (1 - r)
        dInput[g + j] = dr
        dInput[g + H + j] = dz
        dInput[g + 2 * H + j] = dn
        dRecurrent[u + j] = dr
        dRecurrent[u + H + j] = dz
        dRecurrent[u + 2 * H + j] = dn * r
        gradient[cell.candidateBias + j]! += dn * r
        dHidden[b * H + j] = d * z
      }
    }
    const g = cell.recurrent
    addTransposedProduct(gradient, g, trace.hidden, before, dRecurrent, 0, pieces, H, width)
    addProduct(dHidden, 0, dRecurrent, 0, recurrentT, 0, pieces, width, H)
  }
  const rows = steps * pieces
  addTransposedProduct(gradient, cell.input, batch.inputs, 0, dInput, 0, rows, inputs, width)
  for (let i = 0; i < dInput.length; i++) gradient[cell.bias + (i % width)]! += dInput[i]!
}
