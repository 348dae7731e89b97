import { assert } from '../../math/assert.ts'
import { bytesOfBase64 } from '../../math/base64.ts'
import { fail, ok } from '../../math/result.ts'
import { checkChannels } from '../stage/channel-check.ts'
import { channelConsensus, type StageOpinion } from '../stage/channel-consensus.ts'
import type { StageModel, StagingInput, StagingResult } from '../stage/model.ts'
import { EPOCH_S } from '../stage/stage.ts'
import { type BandPowers, bandPowers } from './band-features.ts'
import { decodeRecurrent, type TrainedRecurrent } from './recurrent-file.ts'
import { type StarterVariant, starterCard } from './starter-card.ts'
import {
  STARTER_GROUPS,
  type StarterRange,
  standardLevels,
  starterInputCount,
} from './starter-features.ts'
import {
  readStarter,
  type StarterExpert,
  type StarterReading,
  starterContributions,
} from './starter-network.ts'

/**
 * The starter's two experts: one learnt on Fpz-Cz, one on Pz-Oz. A channel is read by the one
 * whose electrode is nearer; by both, as two opinions, where the label does not say or the
 * electrode is central.
 */
export type Starter = { readonly frontal: StarterExpert; readonly posterior: StarterExpert }

/**
 * One EEG channel as band powers; the label says where the electrode sits (`Fpz-Cz`, `pz`,
 * `C4-M1`).
 */
export type BandPowerChannel = { readonly label: string; readonly powers: BandPowers }

/** More channels than this add time and no accuracy: the first ones count. */
const MOST_CHANNELS = 4
/** Slower channels miss the beta band. */
const LOWEST_RATE_HZ = 60
/** Epochs of a recording after which its length stops being a reason for doubt, by half. */
const HALF_TRUST_EPOCHS = 10
/** Night-relative level beyond which an epoch is an outlier, in standard deviations of sleep. */
const OUTLIER = 4

/**
 * Nocturne's own stager: from one or more EEG channels (any unit, gain, rate from 60 Hz and
 * position), no EOG or EMG needed. Scaling a channel changes nothing. Weights are loaded on first
 * use. Quality is low in short recordings (half after 5 min) and in outlying epochs, 0 where
 * nothing was recorded. Sleep-EDF trained: see the card.
 */
export function starterModel(variant: StarterVariant): StageModel {
  return {
    card: starterCard(variant),
    check: (input) => {
      const channels = input.eeg.slice(0, MOST_CHANNELS)
      if (channels.length === 0) return fail('MODEL_INPUT', 'channels', 'no EEG', 'an EEG channel')
      const enough = (rateHz: number): boolean => rateHz >= LOWEST_RATE_HZ
      const read = checkChannels(channels, enough, `at least ${LOWEST_RATE_HZ} Hz`)
      return read.ok ? ok(input) : read
    },
    stage: async (input: StagingInput, onProgress) => {
      const channels: BandPowerChannel[] = []
      const chosen = input.eeg.slice(0, MOST_CHANNELS)
      assert(chosen.length > 0, 'no EEG channel given, expected at least one')
      for (const channel of chosen) {
        const powers = bandPowers(channel.samples, channel.rateHz)
        channels.push({ label: channel.label, powers })
        onProgress?.((0.9 * channels.length) / chosen.length)
      }
      const result = await starterFromBandPowers(channels, variant)
      onProgress?.(1)
      return result
    },
  }
}

/**
 * Stages straight from band powers, as a table of them or `bandPowers` gives. Several channels
 * are read one by one and their log probabilities averaged by quality; explanations are the first
 * channel's.
 */
export async function starterFromBandPowers(
  channels: readonly BandPowerChannel[],
  variant: StarterVariant,
): Promise<StagingResult> {
  return stageBandPowers(await loadStarter(variant), channels, variant)
}

/**
 * As `starterFromBandPowers`, with weights at hand: for training and evaluation of other weights.
 */
export function stageBandPowers(
  starter: Starter,
  channels: readonly BandPowerChannel[],
  variant: StarterVariant,
): StagingResult {
  const causal = variant === 'live'
  const opinions: StageOpinion[] = []
  const contributions: Float32Array[] = []
  for (const { label, powers } of channels) {
    for (const expert of expertsFor(starter, label)) {
      const { readings, chosen } = readStarter(expert, powers, causal)
      const voices = readings.map((reading) => ({
        probabilities: reading.probabilities,
        quality: epochQuality(expert, reading, causal),
      }))
      opinions.push({
        probabilities: chosenRows(
          voices.map((voice) => voice.probabilities),
          chosen,
        ),
        quality: chosenRows(
          voices.map((voice) => voice.quality),
          chosen,
        ),
      })
      if (contributions.length > 0) continue
      const parts = readings.map((reading) => starterContributions(expert[reading.range], reading))
      contributions.push(chosenRows(parts, chosen))
    }
  }
  const { name, version, hash } = starterCard(variant)
  return {
    epochS: EPOCH_S,
    ...(opinions.length === 1 ? opinions[0]! : channelConsensus(opinions)),
    model: { name, version, hash },
    explanations: { groups: STARTER_GROUPS, contributions: contributions[0]! },
  }
}

/** For each epoch the row of the table that was chosen for it; tables are of one width. */
function chosenRows(tables: readonly Float32Array[], chosen: Uint8Array): Float32Array {
  const out = new Float32Array(tables[0]?.length ?? 0)
  const width = out.length / chosen.length
  chosen.forEach((table, e) => {
    out.set(tables[table]!.subarray(e * width, (e + 1) * width), e * width)
  })
  return out
}

/** Where an electrode sits by its label: `Fp1 AF F` frontal, `P PO O` posterior, else central. */
export function electrodePlace(label: string): 'frontal' | 'central' | 'posterior' {
  const name = label.toUpperCase().replace(/^EEG[ _:.-]*/, '')
  if (/^(FP|AF|F)(Z|\d|PZ)/.test(name)) return 'frontal'
  if (/^(PO|P|O)(Z|\d)/.test(name)) return 'posterior'
  return 'central'
}

/** The experts that read a channel of this label. */
export function expertsFor(starter: Starter, label: string): StarterExpert[] {
  const place = electrodePlace(label)
  return place === 'central' ? [starter.frontal, starter.posterior] : [starter[place]]
}

const loaded = new Map<StarterVariant, Promise<Starter>>()

/** The shipped weights of a variant, loaded once. */
export async function loadStarter(variant: StarterVariant): Promise<Starter> {
  const known = loaded.get(variant)
  if (known !== undefined) return known
  const module =
    variant === 'live' ? import('./starter-live-weights.ts') : import('./starter-weights.ts')
  const read = (text: string): TrainedRecurrent => decodeRecurrent(bytesOfBase64(text))
  const starter = module.then((weights) => ({
    frontal: { wide: read(weights.FRONTAL_WIDE), slow: read(weights.FRONTAL_SLOW) },
    posterior: { wide: read(weights.POSTERIOR_WIDE), slow: read(weights.POSTERIOR_SLOW) },
  }))
  loaded.set(variant, starter)
  return starter
}

function epochQuality(
  expert: StarterExpert,
  { range, inputs }: StarterReading,
  causal: boolean,
): Float32Array {
  const trained = expert[range]
  const width = starterInputCount(range)
  const quality = new Float32Array(inputs.length / width)
  let present = 0
  for (let e = 0; e < quality.length; e++) {
    if (Number.isNaN(inputs[e * width]!)) continue
    present++
    const trust = causal ? lengthTrust(present) : 1
    quality[e] = trust * ordinariness(trained, range, inputs, e * width)
  }
  const length = causal ? 1 : lengthTrust(present)
  return quality.map((q) => q * length)
}

/** How far a recording of so many epochs is to be trusted, 0..1. */
export function lengthTrust(epochs: number): number {
  return epochs / (epochs + HALF_TRUST_EPOCHS)
}

/** 1 for an epoch within 4 standard deviations of the night's sleep, less beyond. */
export function ordinariness(
  { mean, scale }: TrainedRecurrent,
  range: StarterRange,
  inputs: Float64Array,
  at: number,
): number {
  const [from, to] = standardLevels(range)
  let worst = 0
  for (let k = from; k < to; k++) {
    worst = Math.max(worst, Math.abs(inputs[at + k]! * scale[k]! + mean[k]!))
  }
  return Math.min(1, OUTLIER / worst)
}
