import { strFromU8 } from 'fflate'
import { fail, ok, type Result } from '../../math/result.ts'
import type { ModelCode } from '../stage/model-code.ts'
import type { Dense, GatedUnit } from './recurrent.ts'
import { readTar } from './tar.ts'
import { readTorchTensors, type Tensor } from './torch-tensors.ts'

/** A bidirectional gated layer. */
export type BidirectionalUnit = { readonly forward: GatedUnit; readonly backward: GatedUnit }

/** Attention whose scores are `vector . tanh(context x)`. */
export type AttentionLayer = { readonly context: Dense; readonly vector: Float64Array }

/**
 * The layers of RobustSleepNet (Guillot & Thorey, IEEE TNSRE 29, 2021) in the order they are
 * applied.
 */
export type RobustSleepNetWeights = {
  readonly reduction: Dense
  readonly channelHeads: readonly AttentionLayer[]
  readonly epochUnit: BidirectionalUnit
  /** `epochUnit` for one channel, when all virtual channels are the same: a fourth of the work. */
  readonly epochUnitAlone: BidirectionalUnit
  readonly epochReduction: Dense
  readonly epochAttention: AttentionLayer
  readonly sequence: readonly { readonly residual: Dense; readonly unit: BidirectionalUnit }[]
  readonly classifier: Dense
}

/** Frequencies that the network reads: bins of a 128-point spectrum. */
export const SPECTRUM_BINS = 65
const CLASSES = 5
const MAX_HEADS = 16
const MAX_LAYERS = 8
const MAX_WIDTH = 1024

/** Thrown inside this file only, and turned into a `Problem` at its edge. */
type Mismatch = { readonly tensor: string; readonly got: string; readonly expected: string }

/**
 * Reads a RobustSleepNet model file: a tar (its name ends in .gz all the same) of settings and a
 * PyTorch state, which is read as a table of tensors and never run. Refuses networks of another
 * make by name.
 */
export function readRobustSleepNet(bytes: Uint8Array): Result<RobustSleepNetWeights, ModelCode> {
  const files = readTar(bytes)
  if (!files.ok) return files
  const state = files.value.get('state.torch')
  const settings = files.value.get('net_params.json')
  if (state === undefined || settings === undefined) {
    const names = [...files.value.keys()].join(', ')
    return fail('MODEL_FORMAT', 'model archive', names, 'net_params.json and state.torch')
  }
  const kind = strFromU8(settings.subarray(0, 10_000), true)
  if (!kind.includes('"RobustSleepEncoder"')) {
    return fail('MODEL_UNSUPPORTED', 'net_params.json', 'another encoder', 'RobustSleepEncoder')
  }
  const tensors = readTorchTensors(state)
  if (!tensors.ok) return tensors
  try {
    return ok(weightsOf(tensors.value))
  } catch (error) {
    if (!isMismatch(error)) throw error
    return fail('MODEL_FORMAT', `tensor ${error.tensor}`, error.got, error.expected)
  }
}

function weightsOf(tensors: Map<string, Tensor>): RobustSleepNetWeights {
  const reduction = denseLayer(tensors, 'encoder_eeg.encoder.filter_reduction', SPECTRUM_BINS)
  const channelHeads: AttentionLayer[] = []
  for (let h = 0; h < MAX_HEADS; h++) {
    const name = `encoder_eeg.encoder.channel_attention.attention_${h}`
    if (!tensors.has(`${name}.context_matrix.weight`)) break
    channelHeads.push(attentionLayer(tensors, name, reduction.outputs))
  }
  const virtual = channelHeads.length * reduction.outputs
  const epochUnit = bidirectional(tensors, 'encoder_eeg.encoder.gru', virtual)
  const epochReduction = denseLayer(tensors, 'reducer_eeg.reduction', widthOf(epochUnit))
  const epochAttention = attentionLayer(tensors, 'reducer_eeg.attention', epochReduction.outputs)
  const sequence: { residual: Dense; unit: BidirectionalUnit }[] = []
  let width = epochReduction.outputs
  for (let k = 0; k < MAX_LAYERS; k++) {
    const name = `sequence_encoder.encoder.${k}`
    if (!tensors.has(`${name}.residual_connection.weight`)) break
    const unit = bidirectional(tensors, `${name}.gru`, width)
    const residual = denseLayer(tensors, `${name}.residual_connection`, width, widthOf(unit))
    sequence.push({ residual, unit })
    width = widthOf(unit)
  }
  const classifier = denseLayer(tensors, 'classifier', width, CLASSES)
  return {
    reduction,
    channelHeads,
    epochUnit,
    epochUnitAlone: {
      forward: foldInputs(epochUnit.forward, reduction.outputs),
      backward: foldInputs(epochUnit.backward, reduction.outputs),
    },
    epochReduction,
    epochAttention,
    sequence,
    classifier,
  }
}

function bidirectional(
  tensors: Map<string, Tensor>,
  name: string,
  inputs: number,
): BidirectionalUnit {
  return {
    forward: gatedUnit(tensors, name, 'l0', inputs),
    backward: gatedUnit(tensors, name, 'l0_reverse', inputs),
  }
}

function gatedUnit(
  tensors: Map<string, Tensor>,
  name: string,
  suffix: string,
  inputs: number,
): GatedUnit {
  const input = layerOf(tensors, `${name}.weight_ih_${suffix}`, `${name}.bias_ih_${suffix}`, inputs)
  const cells = input.outputs / 3
  const hidden = layerOf(
    tensors,
    `${name}.weight_hh_${suffix}`,
    `${name}.bias_hh_${suffix}`,
    cells,
    input.outputs,
  )
  return { input, hidden }
}

/**
 * The same unit for an input whose blocks of `width` columns are all alike: their weights added up.
 */
function foldInputs(unit: GatedUnit, width: number): GatedUnit {
  const { inputs, outputs, weight, bias } = unit.input
  const folded = new Float64Array(outputs * width)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) folded[o * width + (i % width)]! += weight[o * inputs + i]!
  }
  return { input: { inputs: width, outputs, weight: folded, bias }, hidden: unit.hidden }
}

function widthOf(unit: BidirectionalUnit): number {
  return unit.forward.hidden.inputs + unit.backward.hidden.inputs
}

function attentionLayer(
  tensors: Map<string, Tensor>,
  name: string,
  inputs: number,
): AttentionLayer {
  const context = denseLayer(tensors, `${name}.context_matrix`, inputs)
  const vector = numbers(tensors, `${name}.context_vector.weight`, [1, context.outputs])
  return { context, vector }
}

function denseLayer(
  tensors: Map<string, Tensor>,
  name: string,
  inputs: number,
  outputs?: number,
): Dense {
  return layerOf(tensors, `${name}.weight`, `${name}.bias`, inputs, outputs)
}

function layerOf(
  tensors: Map<string, Tensor>,
  weightName: string,
  biasName: string,
  inputs: number,
  expected?: number,
): Dense {
  const outputs = expected ?? tensors.get(weightName)?.shape[0] ?? 0
  if (!(outputs >= 1 && outputs <= 3 * MAX_WIDTH)) {
    throw mismatch(weightName, `${outputs} outputs`, `1 to ${3 * MAX_WIDTH}`)
  }
  const weight = numbers(tensors, weightName, [outputs, inputs])
  return { inputs, outputs, weight, bias: numbers(tensors, biasName, [outputs]) }
}

function numbers(
  tensors: Map<string, Tensor>,
  name: string,
  shape: readonly number[],
): Float64Array {
  const tensor = tensors.get(name)
  const got = tensor === undefined ? 'no such tensor' : `[${tensor.shape.join(', ')}]`
  if (tensor === undefined || tensor.shape.join() !== shape.join()) {
    throw mismatch(name, got, `[${shape.join(', ')}]`)
  }
  if (!tensor.data.every(Number.isFinite)) throw mismatch(name, 'NaN or infinity', 'finite weights')
  return Float64Array.from(tensor.data)
}

function mismatch(tensor: string, got: string, expected: string): Mismatch {
  return { tensor, got, expected }
}

function isMismatch(error: unknown): error is Mismatch {
  return typeof error === 'object' && error !== null && 'tensor' in error
}
