import { mean, quantiles, standardDeviation } from '../../math/quantile.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { bridgeGaps } from '../../signal/gap.ts'
import { sosFiltFilt } from '../../signal/iir.ts'
import type { Channel } from '../../signal/recording.ts'
import { resampleTo } from '../../signal/resample.ts'
import { checkChannels, wholeEpochs } from '../stage/channel-check.ts'
import type { ModelCard, StagingInput, StagingResult } from '../stage/model.ts'
import type { ModelCode } from '../stage/model-code.ts'
import { LEAST_PRESENT, presentShare } from '../stage/presence.ts'
import { EPOCH_S, STAGE_COUNT } from '../stage/stage.ts'
import type { ImportedModel } from './imported-model.ts'
import type { OnnxManifest } from './onnx-manifest.ts'
import type { OnnxRuntime, OnnxSession } from './onnx-runtime.ts'
import { onnxTensor, onnxWindows, stageRows } from './onnx-window.ts'

/**
 * An ONNX network as a stager, run as its manifest says. Without a runtime `check` fails and says
 * which package to install. `stage` rejects when the runtime does.
 */
export function onnxModel(
  manifest: OnnxManifest,
  bytes: Uint8Array,
  hash: string,
  runtime: OnnxRuntime | undefined,
): ImportedModel {
  const card = cardOf(manifest, hash)
  return {
    card,
    check: (input) => checkInput(manifest, runtime, input),
    stage: (input, onProgress) => {
      const checked = checkInput(manifest, runtime, input)
      if (!checked.ok || runtime === undefined) {
        return Promise.reject(new Error(`input not checked: ${card.name}`))
      }
      return stageOnnx(manifest, card, runtime.open(bytes), input, onProgress)
    },
  }
}

function checkInput(
  manifest: OnnxManifest,
  runtime: OnnxRuntime | undefined,
  input: StagingInput,
): Result<StagingInput, ModelCode> {
  if (runtime === undefined) {
    const install = 'onnxruntime-node (npm install onnxruntime-node) or onnxruntime-web in a page'
    return fail('MODEL_RUNTIME', 'ONNX runtime', 'none installed', install)
  }
  for (const kind of ['eeg', 'eog', 'emg'] as const) {
    const wanted = manifest.input.channels.filter((channel) => channel === kind).length
    const there = input[kind]?.length ?? 0
    if (there < wanted) {
      return fail('MODEL_INPUT', `${kind.toUpperCase()} channels`, `${there}`, `${wanted}`)
    }
  }
  const above = 2 * (manifest.filter?.highHz ?? 0)
  const channels = channelsOf(manifest, input)
  const fit = checkChannels(channels, (hz) => hz > above, `more than ${above} Hz`)
  return fit.ok ? ok(input) : fit
}

async function stageOnnx(
  manifest: OnnxManifest,
  card: ModelCard,
  opening: Promise<OnnxSession>,
  input: StagingInput,
  onProgress?: (fraction: number) => void,
): Promise<StagingResult> {
  const session = await opening
  const channels = channelsOf(manifest, input)
  const epochs = wholeEpochs(channels)
  const signals = channels.map((channel) => prepare(manifest, channel))
  const sum = new Float64Array(epochs * STAGE_COUNT)
  const counts = new Float64Array(epochs)
  const windows = onnxWindows(manifest, epochs)
  for (const [i, part] of windows.entries()) {
    const tensor = onnxTensor(manifest, signals, part.first)
    const outputs = await session.run({ [manifest.input.name]: tensor })
    const rows = stageRows(manifest, outputs[manifest.output.name])
    for (const { row, epoch } of part.keep) {
      for (let k = 0; k < STAGE_COUNT; k++) {
        sum[epoch * STAGE_COUNT + k]! += rows[row * STAGE_COUNT + k]!
      }
      counts[epoch]!++
    }
    onProgress?.((i + 1) / windows.length)
  }
  return resultOf(card, channels, sum, counts)
}

function resultOf(
  card: ModelCard,
  channels: readonly Channel[],
  sum: Float64Array,
  counts: Float64Array,
): StagingResult {
  const quality = new Float32Array(counts.length).fill(1)
  for (const { samples, rateHz } of channels) {
    const share = presentShare(samples, rateHz * EPOCH_S)
    for (let i = 0; i < counts.length; i++) quality[i] = Math.min(quality[i]!, share[i]!)
  }
  const probabilities = Float32Array.from(sum, (value, i) => {
    const epoch = Math.floor(i / STAGE_COUNT)
    return quality[epoch]! >= LEAST_PRESENT ? value / counts[epoch]! : Number.NaN
  })
  const model = { name: card.name, version: card.version, hash: card.hash }
  return { epochS: EPOCH_S, probabilities, quality, model }
}

/** Filtered, resampled and normalised as the manifest says. */
function prepare(manifest: OnnxManifest, channel: Channel): Float32Array {
  const { filter, rateHz, normalisation } = manifest
  let signal = Float64Array.from(bridgeGaps(channel.samples).samples)
  if (filter !== undefined) {
    const band: [number, number] = [filter.lowHz, filter.highHz]
    signal = Float64Array.from(
      sosFiltFilt(signal, butterworth(filter.order, 'bandpass', band, channel.rateHz)),
    )
  }
  const even = rateHz === channel.rateHz ? signal : resampleTo(signal, channel.rateHz, rateHz)
  if (normalisation === 'none') return Float32Array.from(even)
  const [low, middle, high] = quantiles(even, [0.25, 0.5, 0.75])
  const robust = normalisation === 'robust'
  const centre = robust ? middle! : mean(even)
  const scale = robust ? high! - low! : standardDeviation(even)
  return Float32Array.from(even, (value) => (value - centre) / (scale || 1))
}

/** The first channels of each kind, in the order that the manifest lists the kinds. */
function channelsOf(manifest: OnnxManifest, input: StagingInput): Channel[] {
  const taken = { eeg: 0, eog: 0, emg: 0 }
  return manifest.input.channels
    .map((kind) => input[kind]?.[taken[kind]++])
    .filter((channel) => channel !== undefined)
}

function cardOf(manifest: OnnxManifest, hash: string): ModelCard {
  const { channels } = manifest.input
  return {
    name: manifest.name,
    version: manifest.modelVersion,
    hash,
    licence: manifest.licence,
    card: manifest.card,
    needs: {
      eeg: channels.filter((kind) => kind === 'eeg').length,
      eog: channels.includes('eog'),
      emg: channels.includes('emg'),
    },
    causal: manifest.causal,
    trainedOn: manifest.trainedOn,
    figures: manifest.figures,
  }
}
