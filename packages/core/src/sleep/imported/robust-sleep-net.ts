import { fail, ok, type Result } from '../../math/result.ts'
import { combinedHash } from '../../math/sha256.ts'
import type { Channel } from '../../signal/recording.ts'
import { checkChannels, wholeEpochs } from '../stage/channel-check.ts'
import type { ModelCard, StagingInput, StagingResult } from '../stage/model.ts'
import type { ModelCode } from '../stage/model-code.ts'
import { LEAST_PRESENT, presentShare } from '../stage/presence.ts'
import { EPOCH_S, STAGE_COUNT } from '../stage/stage.ts'
import type { ImportedModel } from './imported-model.ts'
import { type PublishedModel, publishedModels, publishedWithHash } from './published-model.ts'
import type { RobustSleepNetWeights } from './robust-sleep-net-layers.ts'
import { WINDOW_EPOCHS } from './robust-sleep-net-network.ts'
import { logSpectra, NETWORK_HZ, prepareChannel } from './robust-sleep-net-signal.ts'
import { addWindow, lastEpochProbabilities, windowStarts } from './robust-sleep-net-windows.ts'

/** One network of an ensemble: its weights, and the SHA-256 of the file they came from. */
export type RobustSleepNetMember = {
  readonly file: string
  readonly hash: string
  readonly weights: RobustSleepNetWeights
}

/** How to read a night with RobustSleepNet. */
export type RobustSleepNetOptions = {
  /** Epochs between windows, 1..21: fewer is slower and a little better. See `defaultStride`. */
  readonly strideEpochs?: number
  /**
   * Live: every epoch from its own and the 20 epochs before it alone, prepared from those alone.
   */
  readonly causal?: boolean
}

/** Each further channel costs memory and time; more than this add nothing. */
const MAX_CHANNELS = 16
/** A hundred networks take minutes; a folder with more is a mistake. */
const MAX_MEMBERS = 32

/**
 * RobustSleepNet as a stager: any number of EEG and EOG channels at any rate above 60 Hz, any
 * amplitude, any polarity. Several members are one ensemble, the mean of their probabilities; each
 * reads the night in windows of 21 epochs whose starts are spread over the members. Epochs in which
 * no channel holds signal are NaN with quality 0. Source: Guillot & Thorey, IEEE TNSRE 29 (2021).
 */
export function robustSleepNetModel(
  members: readonly RobustSleepNetMember[],
  options: RobustSleepNetOptions = {},
): Result<ImportedModel, ModelCode> {
  if (members.length === 0 || members.length > MAX_MEMBERS) {
    return fail('MODEL_FORMAT', 'ensemble', `${members.length} files`, `1 to ${MAX_MEMBERS}`)
  }
  const stride = options.strideEpochs ?? defaultStride(members.length)
  const card = cardOf(members, options.causal ?? false)
  return ok({
    card,
    check: checkInput,
    stage: (input, onProgress) =>
      options.causal
        ? stageLive(card, members, input, onProgress)
        : stageNight(card, members, stride, input, onProgress),
  })
}

/**
 * Members start their windows at different epochs, so that more of them need fewer windows each.
 * Against a window at every epoch, on 4 hours of the shared recordings: alone at 5 epochs 97.4 % of
 * the stages are the same (at 10, 94.6 %), eight at 14 epochs 98.1 % (all starting together, 95.8
 * %).
 */
function defaultStride(members: number): number {
  if (members === 1) return 5
  return members < 4 ? 7 : 14
}

function checkInput(input: StagingInput): Result<StagingInput, ModelCode> {
  const channels = channelsOf(input)
  if (channels.length === 0) return fail('MODEL_INPUT', 'channels', 'none', 'an EEG or EOG channel')
  const fit = checkChannels(channels, (hz) => hz > NETWORK_HZ, `more than ${NETWORK_HZ} Hz`)
  return fit.ok ? ok(input) : fit
}

function stageNight(
  card: ModelCard,
  members: readonly RobustSleepNetMember[],
  stride: number,
  input: StagingInput,
  onProgress?: (fraction: number) => void,
): StagingResult {
  const channels = channelsOf(input)
  const epochs = wholeEpochs(channels)
  const spectra = channels.map((channel) => logSpectra(prepareChannel(channel), epochs))
  const total = new Float64Array(epochs * STAGE_COUNT)
  members.forEach(({ weights }, m) => {
    const phase = Math.round((m * stride) / members.length)
    const starts = windowStarts(epochs, stride, phase)
    const sum = new Float64Array(epochs * STAGE_COUNT)
    const counts = new Float64Array(epochs)
    starts.forEach((start, i) => {
      addWindow(weights, spectra, start, sum, counts)
      onProgress?.((m + (i + 1) / starts.length) / members.length)
    })
    for (let i = 0; i < sum.length; i++) {
      total[i]! += sum[i]! / counts[Math.floor(i / STAGE_COUNT)]! / members.length
    }
  })
  return resultOf(card, channels, epochs, total)
}

function stageLive(
  card: ModelCard,
  members: readonly RobustSleepNetMember[],
  input: StagingInput,
  onProgress?: (fraction: number) => void,
): StagingResult {
  const channels = channelsOf(input)
  const epochs = wholeEpochs(channels)
  const total = new Float64Array(epochs * STAGE_COUNT)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const first = Math.max(0, epoch + 1 - WINDOW_EPOCHS)
    const count = epoch + 1 - first
    const spectra = channels.map((channel) => {
      return logSpectra(prepareChannel(stretch(channel, first, epoch + 1)), count)
    })
    for (const { weights } of members) {
      const row = lastEpochProbabilities(weights, spectra, count - 1)
      for (let k = 0; k < STAGE_COUNT; k++) {
        total[epoch * STAGE_COUNT + k]! += row[k]! / members.length
      }
    }
    onProgress?.((epoch + 1) / epochs)
  }
  return resultOf(card, channels, epochs, total)
}

/** The samples of epochs `first` to `end` (not included). */
function stretch(channel: Channel, first: number, end: number): Channel {
  const at = (epoch: number): number => Math.round(epoch * EPOCH_S * channel.rateHz)
  return { ...channel, samples: channel.samples.subarray(at(first), at(end)) }
}

function resultOf(
  card: ModelCard,
  channels: readonly Channel[],
  epochs: number,
  probabilities: Float64Array,
): StagingResult {
  const quality = new Float32Array(epochs)
  for (const { samples, rateHz } of channels) {
    const share = presentShare(samples, rateHz * EPOCH_S)
    for (let i = 0; i < epochs; i++) quality[i] = Math.max(quality[i]!, share[i]!)
  }
  const rows = Float32Array.from(probabilities)
  for (let i = 0; i < epochs; i++) {
    if (quality[i]! >= LEAST_PRESENT) continue
    rows.fill(Number.NaN, i * STAGE_COUNT, (i + 1) * STAGE_COUNT)
  }
  const model = { name: card.name, version: card.version, hash: card.hash }
  return { epochS: EPOCH_S, probabilities: rows, quality, model }
}

function channelsOf(input: StagingInput): readonly Channel[] {
  return [...input.eeg, ...(input.eog ?? [])].slice(0, MAX_CHANNELS)
}

function cardOf(members: readonly RobustSleepNetMember[], causal: boolean): ModelCard {
  const known = members.map(({ hash }) => publishedWithHash(hash))
  const first: PublishedModel | undefined = known.find((model) => model !== undefined)
  const single = members.length === 1
  const ensemble = publishedModels.find(({ id }) => id === 'robustsleepnet')!
  const all = known.every((model) => model !== undefined)
  return {
    name:
      single && first
        ? first.name
        : single
          ? 'RobustSleepNet'
          : `RobustSleepNet x ${members.length}`,
    version: all && first ? first.version : 'imported',
    hash: combinedHash(members.map(({ hash }) => hash)),
    licence: all && first ? first.licence : 'unknown: as its author says',
    card:
      first?.card ?? 'A RobustSleepNet network that this program does not know: ask its author.',
    needs: { eeg: 1 },
    causal,
    trainedOn: all && first ? (single ? first : ensemble).trainedOn : 'unknown',
    figures: known.flatMap((model) => model?.figures ?? []),
  }
}
