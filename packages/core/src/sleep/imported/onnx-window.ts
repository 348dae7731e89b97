import { EPOCH_S, STAGE_COUNT, STAGES } from '../stage/stage.ts'
import type { OnnxManifest } from './onnx-manifest.ts'
import type { OnnxTensor } from './onnx-runtime.ts'
import { softmaxRows } from './tree-ensemble.ts'

/**
 * A window of epochs from `first`, and which of the network's output rows are kept for which epoch.
 */
export type OnnxWindow = {
  readonly first: number
  readonly keep: readonly { readonly row: number; readonly epoch: number }[]
}

/**
 * The windows that cover a recording: side by side for a network that answers for every epoch, the
 * last one shifted inwards; one per epoch for a network that answers for the middle epoch (the last
 * one when causal). A window may reach outside a recording that is shorter than its context: zeros
 * are read there.
 */
export function onnxWindows(manifest: OnnxManifest, epochs: number): OnnxWindow[] {
  const { contextEpochs, causal, output } = manifest
  const windows: OnnxWindow[] = []
  if (output.rows === 'one epoch') {
    const back = causal ? contextEpochs - 1 : contextEpochs >> 1
    for (let epoch = 0; epoch < epochs; epoch++) {
      windows.push({ first: epoch - back, keep: [{ row: 0, epoch }] })
    }
    return windows
  }
  const last = Math.max(0, epochs - contextEpochs)
  for (let first = 0; ; first = Math.min(last, first + contextEpochs)) {
    const count = Math.min(contextEpochs, epochs - first)
    windows.push({
      first,
      keep: Array.from({ length: count }, (_, row) => ({ row, epoch: first + row })),
    })
    if (first >= last) return windows
  }
}

/** The network's input for a window from epoch `first`; zeros where the recording has nothing. */
export function onnxTensor(
  manifest: OnnxManifest,
  signals: readonly Float32Array[],
  first: number,
): OnnxTensor {
  const { contextEpochs, rateHz, input } = manifest
  const length = Math.round(rateHz * EPOCH_S)
  const channels = signals.length
  const data = new Float32Array(contextEpochs * channels * length)
  for (let e = 0; e < contextEpochs; e++) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < length; i++) {
        const value = signals[c]![(first + e) * length + i] ?? 0
        data[placeOf(input.layout, e, c, i, { contextEpochs, channels, length })] = value
      }
    }
  }
  const whole = contextEpochs * length
  if (input.layout === 'channels,samples') return { dims: [1, channels, whole], data }
  const inner = input.layout === 'epochs,channels,samples' ? [channels, length] : [length, channels]
  return { dims: [1, contextEpochs, ...inner], data }
}

/**
 * The network's answer as probabilities in the order of STAGES, rows x 5. Throws when it has
 * another number of values than the manifest promised: a stager that lies about itself must not be
 * believed.
 */
export function stageRows(manifest: OnnxManifest, output: OnnxTensor | undefined): Float64Array {
  const rows = manifest.output.rows === 'every epoch' ? manifest.contextEpochs : 1
  const got = output?.data.length ?? 0
  if (output === undefined || got !== rows * STAGE_COUNT) {
    throw new Error(
      `MODEL_RUNTIME: output "${manifest.output.name}": got ${got} values, ` +
        `expected ${rows} x ${STAGE_COUNT}`,
    )
  }
  const values = Float64Array.from(output.data)
  if (manifest.output.values === 'logits') softmaxRows(values, STAGE_COUNT)
  const out = new Float64Array(values.length)
  manifest.classes.forEach((stage, column) => {
    const to = STAGES.indexOf(stage)
    for (let row = 0; row < rows; row++) {
      out[row * STAGE_COUNT + to] = values[row * STAGE_COUNT + column]!
    }
  })
  return out
}

function placeOf(
  layout: OnnxManifest['input']['layout'],
  e: number,
  c: number,
  i: number,
  size: { readonly contextEpochs: number; readonly channels: number; readonly length: number },
): number {
  const { contextEpochs, channels, length } = size
  if (layout === 'epochs,channels,samples') return (e * channels + c) * length + i
  if (layout === 'epochs,samples,channels') return (e * length + i) * channels + c
  return (c * contextEpochs + e) * length + i
}
