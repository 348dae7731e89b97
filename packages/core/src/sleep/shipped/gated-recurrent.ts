import { sigmoid, tanh } from '../../math/elementary.ts'

/** The size of a gated recurrent network: one layer, read forwards or in both directions. */
export type RecurrentShape = {
  readonly inputs: number
  readonly hidden: number
  /** 1 = the past only, 2 = past and future. */
  readonly directions: 1 | 2
  readonly classes: number
}

/** A network: its shape, and its parameters (float32 values) in the order of `recurrentLayout`. */
export type RecurrentNetwork = RecurrentShape & { readonly parameters: Float64Array }

/** Where each block of parameters starts; matrices are row-major, rows = what they read from. */
export type RecurrentLayout = {
  /**
   * Per direction: inputs x 3 hidden, hidden x 3 hidden (gates: reset, keep, candidate), biases.
   */
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
export type RecurrentState = {
  readonly layout: RecurrentLayout
  readonly hidden: Float64Array
  readonly gates: Float64Array
}

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
    layout: recurrentLayout(shape),
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
  const layout = recurrentLayout(network)
  const epochs = Math.floor(rows.length / inputs)
  const logits = new Float64Array(epochs * classes)
  for (let t = 0; t < epochs; t++) readAlone(network, layout, rows, t * inputs, logits, t * classes)
  for (let direction = 0; direction < directions; direction++) {
    const state = recurrentState(network)
    for (let i = 0; i < epochs; i++) {
      const t = direction === 0 ? i : epochs - 1 - i
      advance(network, layout, direction, state, rows, t * inputs)
      readMemory(network, layout, direction, state, logits, t * classes)
    }
  }
  return logits
}

/**
 * One epoch further, live: moves `state` on and writes the logits. For one-directional networks.
 */
export function recurrentStep(
  network: RecurrentNetwork,
  state: RecurrentState,
  row: Float64Array,
  logits: Float64Array,
): void {
  logits.fill(0)
  readAlone(network, state.layout, row, 0, logits, 0)
  advance(network, state.layout, 0, state, row, 0)
  readMemory(network, state.layout, 0, state, logits, 0)
}

function advance(
  { inputs, hidden, parameters }: RecurrentNetwork,
  layout: RecurrentLayout,
  direction: number,
  state: RecurrentState,
  rows: Float64Array,
  rowAt: number,
): void {
  const cell = layout.cells[direction]!
  const width = 3 * hidden
  const { hidden: h, gates } = state
  for (let j = 0; j < width; j++) {
    gates[j] = parameters[cell.bias + j]!
    gates[width + j] = 0
  }
  addWeighted(gates, 0, width, rows, rowAt, inputs, parameters, cell.input)
  addWeighted(gates, width, width, h, 0, hidden, parameters, cell.recurrent)
  for (let j = 0; j < hidden; j++) {
    const reset = sigmoid(gates[j]! + gates[width + j]!)
    const keep = sigmoid(gates[hidden + j]! + gates[width + hidden + j]!)
    const inner = gates[width + 2 * hidden + j]! + parameters[cell.candidateBias + j]!
    const candidate = tanh(gates[2 * hidden + j]! + reset * inner)
    h[j] = (1 - keep) * candidate + keep * h[j]!
  }
}

/** Adds to a row of logits what the epoch says by itself. */
function readAlone(
  { inputs, classes, parameters }: RecurrentNetwork,
  layout: RecurrentLayout,
  rows: Float64Array,
  rowAt: number,
  logits: Float64Array,
  at: number,
): void {
  for (let k = 0; k < classes; k++) logits[at + k]! += parameters[layout.bias + k]!
  addWeighted(logits, at, classes, rows, rowAt, inputs, parameters, layout.skip)
}

/** Adds to a row of logits what one direction remembers. */
function readMemory(
  { hidden, classes, parameters }: RecurrentNetwork,
  layout: RecurrentLayout,
  direction: number,
  state: RecurrentState,
  logits: Float64Array,
  at: number,
): void {
  const from = layout.readout + direction * hidden * classes
  addWeighted(logits, at, classes, state.hidden, 0, hidden, parameters, from)
}

/**
 * `out += x m` for a row x of `count` numbers and a matrix of count x width; eight rows at a time,
 * of which each four are summed first.
 */
function addWeighted(
  out: Float64Array,
  outAt: number,
  width: number,
  x: Float64Array,
  xAt: number,
  count: number,
  m: Float64Array,
  mAt: number,
): void {
  let i = 0
  for (; i + 8 <= count; i += 8) addEight(out, outAt, width, x, xAt + i, m, mAt + i * width)
  for (; i + 4 <= count; i += 4) {
    const p = x[xAt + i]!
    const q = x[xAt + i + 1]!
    const r = x[xAt + i + 2]!
    const s = x[xAt + i + 3]!
    const m0 = mAt + i * width
    const m1 = m0 + width
    const m2 = m1 + width
    const m3 = m2 + width
    for (let j = 0; j < width; j++) {
      out[outAt + j]! += p * m[m0 + j]! + q * m[m1 + j]! + r * m[m2 + j]! + s * m[m3 + j]!
    }
  }
  for (; i < count; i++) {
    const p = x[xAt + i]!
    for (let j = 0; j < width; j++) out[outAt + j]! += p * m[mAt + i * width + j]!
  }
}

function addEight(
  out: Float64Array,
  outAt: number,
  width: number,
  x: Float64Array,
  xAt: number,
  m: Float64Array,
  mAt: number,
): void {
  const [a, b, c, d] = [x[xAt]!, x[xAt + 1]!, x[xAt + 2]!, x[xAt + 3]!]
  const [e, f, g, h] = [x[xAt + 4]!, x[xAt + 5]!, x[xAt + 6]!, x[xAt + 7]!]
  const [m1, m2, m3] = [mAt + width, mAt + 2 * width, mAt + 3 * width]
  const [m4, m5, m6, m7] = [m3 + width, m3 + 2 * width, m3 + 3 * width, m3 + 4 * width]
  for (let j = 0; j < width; j++) {
    const first = a * m[mAt + j]! + b * m[m1 + j]! + c * m[m2 + j]! + d * m[m3 + j]!
    const last = e * m[m4 + j]! + f * m[m5 + j]! + g * m[m6 + j]! + h * m[m7 + j]!
    out[outAt + j] = out[outAt + j]! + first + last
  }
}
