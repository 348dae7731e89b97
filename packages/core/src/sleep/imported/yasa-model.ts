import { fail, ok, type Result } from '../../math/result.ts'
import type { Channel } from '../../signal/recording.ts'
import { checkChannels } from '../stage/channel-check.ts'
import type { ModelCard, StagingExplanations, StagingInput, StagingResult } from '../stage/model.ts'
import type { ModelCode } from '../stage/model-code.ts'
import { LEAST_PRESENT, presentShare } from '../stage/presence.ts'
import { EPOCH_S, STAGE_COUNT } from '../stage/stage.ts'
import type { ImportedModel } from './imported-model.ts'
import { publishedWithHash } from './published-model.ts'
import { type TreeEnsemble, treeContributions, treeOutputs } from './tree-ensemble.ts'
import { YASA_GROUPS, yasaFeatureGroup } from './yasa-feature-name.ts'
import { yasaFeatures } from './yasa-features.ts'

/** YASA refuses anything slower. */
const LEAST_HZ = 80
/** Place of each of the classifier's classes (N1 N2 N3 R W, sorted as text) in STAGES. */
const CLASS_STAGE = [1, 2, 3, 4, 0] as const

type Needs = {
  readonly eog: boolean
  readonly emg: boolean
  readonly age: boolean
  readonly male: boolean
}

/**
 * A LightGBM classifier over YASA's features as a stager. What it needs (EOG, EMG, age, sex) is
 * read off the names of its features; it uses the first channel of each kind. Its five classes are
 * taken to be N1 N2 N3 R W, the order in which scikit-learn sorts them. Explains every epoch by
 * groups of features.
 */
export function yasaModel(
  trees: TreeEnsemble,
  file: { readonly name: string; readonly hash: string },
): Result<ImportedModel, ModelCode> {
  const unknown = trees.featureNames.find((name) => yasaFeatureGroup(name) === undefined)
  if (unknown !== undefined) {
    return fail(
      'MODEL_UNSUPPORTED',
      'feature_names',
      `"${unknown}"`,
      'the features that YASA computes',
    )
  }
  if (trees.classes !== STAGE_COUNT || trees.objective !== 'softmax') {
    const got = `${trees.objective} of ${trees.classes}`
    return fail('MODEL_UNSUPPORTED', 'objective', got, 'multiclass over the five stages')
  }
  const needs: Needs = {
    eog: trees.featureNames.some((name) => name.startsWith('eog_')),
    emg: trees.featureNames.some((name) => name.startsWith('emg_')),
    age: trees.featureNames.includes('age'),
    male: trees.featureNames.includes('male'),
  }
  const card = cardOf(file, needs)
  return ok({
    card,
    check: (input) => checkInput(needs, input),
    stage: (input, onProgress) => stageWithTrees(trees, needs, card, input, onProgress),
  })
}

function checkInput(needs: Needs, input: StagingInput): Result<StagingInput, ModelCode> {
  if (input.eeg.length === 0) return fail('MODEL_INPUT', 'EEG', 'none', 'one central EEG channel')
  if (needs.eog && !input.eog?.length) {
    return fail(
      'MODEL_INPUT',
      'EOG',
      'none',
      'an EOG channel: this classifier was trained with one',
    )
  }
  if (needs.emg && !input.emg?.length) {
    return fail(
      'MODEL_INPUT',
      'EMG',
      'none',
      'a chin EMG channel: this classifier was trained with one',
    )
  }
  if (needs.age && !((input.ageYears ?? 0) > 0 && (input.ageYears ?? 0) < 120)) {
    return fail(
      'MODEL_INPUT',
      'age',
      String(input.ageYears ?? 'unknown'),
      'an age in years, 0 to 120',
    )
  }
  if (needs.male && input.male === undefined) {
    return fail(
      'MODEL_INPUT',
      'sex',
      'unknown',
      'male or female: this classifier was trained with it',
    )
  }
  const channels = channelsOf(needs, input)
  const fit = checkChannels(channels, (hz) => hz >= LEAST_HZ, `at least ${LEAST_HZ} Hz`)
  return fit.ok ? ok(input) : fit
}

function stageWithTrees(
  trees: TreeEnsemble,
  needs: Needs,
  card: ModelCard,
  input: StagingInput,
  onProgress?: (fraction: number) => void,
): StagingResult {
  const channels = channelsOf(needs, input)
  const features = yasaFeatures({
    eeg: input.eeg[0]!,
    eog: needs.eog ? input.eog?.[0] : undefined,
    emg: needs.emg ? input.emg?.[0] : undefined,
    ageYears: needs.age ? input.ageYears : undefined,
    male: needs.male ? input.male : undefined,
  })
  onProgress?.(0.8)
  const rows = tableOf(trees.featureNames, features)
  const epochs = rows.length / trees.featureNames.length
  const quality = qualityOf(channels, epochs)
  const out = treeOutputs(trees, rows)
  const probabilities = new Float32Array(epochs * STAGE_COUNT)
  for (let i = 0; i < out.length; i++) {
    const epoch = Math.floor(i / STAGE_COUNT)
    const usable = quality[epoch]! >= LEAST_PRESENT
    probabilities[epoch * STAGE_COUNT + CLASS_STAGE[i % STAGE_COUNT]!] = usable
      ? out[i]!
      : Number.NaN
  }
  const explanations = explanationsOf(trees, rows)
  onProgress?.(1)
  const model = { name: card.name, version: card.version, hash: card.hash }
  return { epochS: EPOCH_S, probabilities, quality, model, explanations }
}

/**
 * Contributions in the order of STAGES, less their mean over the stages, which changes no
 * probability.
 */
function explanationsOf(trees: TreeEnsemble, rows: Float64Array): StagingExplanations {
  const groupOf = Int32Array.from(trees.featureNames, (name) => {
    return YASA_GROUPS.indexOf(yasaFeatureGroup(name)!)
  })
  const raw = treeContributions(trees, rows, groupOf, YASA_GROUPS.length)
  const contributions = new Float32Array(raw.length)
  for (let row = 0; row < raw.length; row += STAGE_COUNT) {
    let mean = 0
    for (let k = 0; k < STAGE_COUNT; k++) mean += raw[row + k]! / STAGE_COUNT
    for (let k = 0; k < STAGE_COUNT; k++) {
      contributions[row + CLASS_STAGE[k]!] = raw[row + k]! - mean
    }
  }
  return { groups: YASA_GROUPS, contributions }
}

function tableOf(
  names: readonly string[],
  features: ReadonlyMap<string, Float32Array>,
): Float64Array {
  const columns = names.map((name) => features.get(name)!)
  const rows = new Float64Array(columns[0]!.length * names.length)
  columns.forEach((column, f) => {
    for (let i = 0; i < column.length; i++) rows[i * names.length + f] = column[i]!
  })
  return rows
}

/** The worst channel decides: the trees lean on all of them. */
function qualityOf(channels: readonly Channel[], epochs: number): Float32Array {
  const quality = new Float32Array(epochs).fill(1)
  for (const { samples, rateHz } of channels) {
    const share = presentShare(samples, rateHz * EPOCH_S)
    for (let i = 0; i < epochs; i++) quality[i] = Math.min(quality[i]!, share[i]!)
  }
  return quality
}

function channelsOf(needs: Needs, input: StagingInput): Channel[] {
  const chosen = [input.eeg[0]]
  if (needs.eog) chosen.push(input.eog?.[0])
  if (needs.emg) chosen.push(input.emg?.[0])
  return chosen.filter((channel) => channel !== undefined)
}

function cardOf(file: { readonly name: string; readonly hash: string }, needs: Needs): ModelCard {
  const known = publishedWithHash(file.hash)
  return {
    name: known?.name ?? `LightGBM ${file.name}`,
    version: known?.version ?? 'imported',
    hash: file.hash,
    licence: known?.licence ?? 'unknown: as its author says',
    card:
      known?.card ?? 'A LightGBM classifier over YASA features that this program does not know.',
    needs: { eeg: 1, eog: needs.eog, emg: needs.emg },
    causal: false,
    trainedOn: known?.trainedOn ?? 'unknown',
    figures: known?.figures ?? [],
  }
}
