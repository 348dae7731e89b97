import { sigmoid, tanh } from '../../math/elementary.ts'

/** The size of a gated recurrent network: one layer, read forwards or in both directions. */
export type RecurrentShape = {
  readonly inputs: number
  readonly hidden: number
  /** 1 = the past only, 2 = past and future. */
  readonly directions: 1 | 2
  readonly classes: number
}

/** A network: its shape, and its parameters in the order that `recurrentLayout` gives. */
export type RecurrentNetwork = RecurrentShape & { readonly parameters: Float32Array }

/** Where each block of parameters starts; matrices are row-major, rows = what they read from. */
export type RecurrentLayout = {
  /** Per direction: inputs x 3 hidden, hidden x 3 hidden (gates: reset, keep, candidate), biases. */
  readonly cells: readonly {
    readonly input: number
    readonly recurrent: number
    readonly bias: number
    readonly candidateBias: number
  }[]
  /** Directions x hidden x classes. */
  readonly readout: number
  /** Inputs x classes: what an epoch says by itself, past the memory. */
  readonly skip: number
  readonly bias: number
  readonly length: number
}

/** The memory of one direction between two epochs: what a live stager keeps. */
export type RecurrentState = { readonly hidden: Float64Array; readonly gates: Float64Array }

/** Offsets of the parameter blocks of a network of this shape. */
export function recurrentLayout(shape: RecurrentShape): RecurrentLayout {
  const { inputs, hidden, directions, classes } = shape
  let at = 0
  const take = (n: number): number => {
    const start = at
    at += n
    return start
  }
  const cells = Array.from({ length: directions }, () => ({
    input: take(inputs * 3 * hidden),
    recurrent: take(hidden * 3 * hidden),
    bias: take(3 * hidden),
    candidateBias: take(hidden),
  }))
  const readout = take(directions * hidden * classes)
  const skip = take(inputs * classes)
  const bias = take(classes)
  return { cells, readout, skip, bias, length: at }
}

/** A fresh memory: all zeros, as at the first epoch of a night. */
export function recurrentState(shape: RecurrentShape): RecurrentState {
  return {
    hidden: new Float64Array(shape.hidden),
    gates: new Float64Array(shape.hidden * 6),
  }
}

/**
 * Logits of every row of `rows` (epochs x inputs, finite): epochs x classes. The cell is the gated
 * recurrent unit of Cho et al. 2014 in the form with the reset gate after the product.
 */
export function recurrentLogits(network: RecurrentNetwork, rows: Float64Array): Float64Array {
  const { inputs, classes, directions } = network
  const epochs = Math.floor(rows.length / inputs)
  const logits = new Float64Array(epochs * classes)
  for (let t = 0; t < epochs; t++) addReading(network, 0, undefined, rows, t, logits, t)
  for (let direction = 0; direction < directions; direction++) {
    const state = recurrentState(network)
    for (let i = 0; i < epochs; i++) {
      const t = direction === 0 ? i : epochs - 1 - i
      advance(network, direction, state, rows, t)
      addReading(network, direction, state.hidden, rows, t, logits, t)
    }
  }
  return logits
}

/** One epoch further, live: moves `state` on and returns the logits. For one-directional networks. */
export function recurrentStep(
  network: RecurrentNetwork,
  state: RecurrentState,
  row: Float64Array,
): Float64Array {
  const logits = new Float64Array(network.classes)
  addReading(network, 0, undefined, row, 0, logits, 0)
  advance(network, 0, state, row, 0)
  addReading(network, 0, state.hidden, row, 0, logits, 0)
  return logits
}

function advance(
  network: RecurrentNetwork,
  direction: number,
  state: RecurrentState,
  rows: Float64Array,
  t: number,
): void {
  const { inputs, hidden, parameters } = network
  const cell = recurrentLayout(network).cells[direction]!
  const width = 3 * hidden
  const { hidden: h, gates } = state
  for (let j = 0; j < width; j++) {
    gates[j] = parameters[cell.bias + j]!
    gates[width + j] = 0
  }
  for (let i = 0; i < inputs; i++) {
    const x = rows[t * inputs + i]!
    const from = cell.input + i * width
    for (let j = 0; j < width; j++) gates[j]! += x * parameters[from + j]!
  }
  for (let i = 0; i < hidden; i++) {
    const x = h[i]!
    const from = cell.recurrent + i * width
    for (let j = 0; j < width; j++) gates[width + j]! += x * parameters[from + j]!
  }
  for (let j = 0; j < hidden; j++) {
    const reset = sigmoid(gates[j]! + gates[width + j]!)
    const keep = sigmoid(gates[hidden + j]! + gates[width + hidden + j]!)
    const inner = gates[width + 2 * hidden + j]! + parameters[cell.candidateBias + j]!
    const candidate = tanh(gates[2 * hidden + j]! + reset * inner)
    h[j] = (1 - keep) * candidate + keep * h[j]!
  }
}

/** Adds to one row of logits what the memory says, or, without a memory, what the epoch says alone. */
function addReading(
  network: RecurrentNetwork,
  direction: number,
  memory: Float64Array | undefined,
  rows: Float64Array,
  t: number,
  logits: Float64Array,
  row: number,
): void {
  const { inputs, hidden, classes, parameters } = network
  const layout = recurrentLayout(network)
  const size = memory === undefined ? inputs : hidden
  const from = memory === undefined ? layout.skip : layout.readout + direction * hidden * classes
  for (let k = 0; k < classes; k++) {
    let sum = memory === undefined ? parameters[layout.bias + k]! : 0
    for (let i = 0; i < size; i++) {
      const x = memory === undefined ? rows[t * inputs + i]! : memory[i]!
      sum += x * parameters[from + i * classes + k]!
    }
    logits[row * classes + k]! += sum
  }
}
