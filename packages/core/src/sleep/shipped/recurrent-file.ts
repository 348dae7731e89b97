import { assert } from '../../math/assert.ts'
import { type RecurrentNetwork, type RecurrentShape, recurrentLayout } from './gated-recurrent.ts'
import type { SleepinessWeights } from './starter-features.ts'

/** Everything a trained recurrent stager consists of. */
export type TrainedRecurrent = {
  /** Logits are divided by this (calibration). */
  readonly temperature: number
  /** The first guess at who is asleep; no weights where the stager needs none. */
  readonly guess: SleepinessWeights
  /** Inputs are made (x - mean) / scale, then clipped to +-5. */
  readonly mean: Float32Array
  readonly scale: Float32Array
  /** Members of the ensemble, all of one shape: their probabilities are averaged. */
  readonly networks: readonly RecurrentNetwork[]
}

const MAGIC = 'NOCR'
const VERSION = 1
const HEADER_BYTES = 12

/**
 * Writes a stager as bytes: `NOCR`, version, directions, inputs, hidden, classes, networks,
 * inputs of the guess (one byte each), a spare byte, then little-endian float32: temperature,
 * bias and weights of the guess, mean, scale, parameters of each network.
 */
export function encodeRecurrent(trained: TrainedRecurrent): Uint8Array {
  const first = trained.networks[0]!
  const numbers = [
    trained.temperature,
    trained.guess.bias,
    ...trained.guess.weights,
    ...trained.mean,
    ...trained.scale,
    ...trained.networks.flatMap((network) => Array.from(network.parameters)),
  ]
  const bytes = new Uint8Array(HEADER_BYTES + 4 * numbers.length)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < 4; i++) bytes[i] = MAGIC.charCodeAt(i)
  const { directions, inputs, hidden, classes } = first
  bytes.set([VERSION, directions, inputs, hidden, classes, trained.networks.length], 4)
  bytes[10] = trained.guess.weights.length
  numbers.forEach((value, i) => {
    view.setFloat32(HEADER_BYTES + 4 * i, value, true)
  })
  return bytes
}

/** Reads what `encodeRecurrent` wrote. Asserts magic, version and length: the bytes are our own. */
export function decodeRecurrent(bytes: Uint8Array): TrainedRecurrent {
  const magic = String.fromCharCode(...bytes.subarray(0, 4))
  assert(magic === MAGIC && bytes[4] === VERSION, `weights ${magic} ${bytes[4]}, expected NOCR 1`)
  const shape: RecurrentShape = {
    directions: bytes[5] === 1 ? 1 : 2,
    inputs: bytes[6]!,
    hidden: bytes[7]!,
    classes: bytes[8]!,
  }
  const size = recurrentLayout(shape).length
  const networks = bytes[9]!
  const guess = bytes[10]!
  const count = 2 + guess + 2 * shape.inputs + networks * size
  const expected = HEADER_BYTES + 4 * count
  assert(bytes.length === expected, `weights of ${bytes.length} bytes, expected ${expected}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  let at = HEADER_BYTES
  const take = (n: number): Float32Array => {
    const block = Float32Array.from({ length: n }, (_, i) => view.getFloat32(at + 4 * i, true))
    at += 4 * n
    return block
  }
  const [temperature, bias] = take(2)
  return {
    temperature: temperature!,
    guess: { bias: bias!, weights: take(guess) },
    mean: take(shape.inputs),
    scale: take(shape.inputs),
    networks: Array.from({ length: networks }, () => ({
      ...shape,
      parameters: Float64Array.from(take(size)),
    })),
  }
}
