import type { Result } from '../../math/result.ts'
import type { Channel } from '../../signal/recording.ts'
import { hypnogramOf } from '../hypnogram/hypnogram.ts'
import type { Stage } from './stage.ts'

/**
 * What a stager is given. The first channel of each list is the preferred one; a stager takes as
 * many as it can use. Channels share one time axis, each has its own rate, and NaN is missing.
 */
export type StagingInput = {
  readonly eeg: readonly Channel[]
  readonly eog?: readonly Channel[]
  readonly emg?: readonly Channel[]
  readonly ageYears?: number
  /** True for male, false for female, unknown when absent. */
  readonly male?: boolean
}

/**
 * Which model said it: name, version and the hash of its weights (FNV-1a or SHA-256, hexadecimal).
 */
export type ModelIdentity = {
  readonly name: string
  readonly version: string
  readonly hash: string
}

/**
 * Which groups of features pulled an epoch towards which stage. `contributions` is epochs x groups
 * x 5 (row-major, the order of STAGES) in log-odds units: positive pulls towards the stage.
 */
export type StagingExplanations = {
  readonly groups: readonly string[]
  readonly contributions: Float32Array
}

/**
 * What every stager returns. Rows of `probabilities` sum to 1; where nothing could be read they are
 * NaN.
 */
export type StagingResult = {
  readonly epochS: number
  /** Epochs x 5, row-major, the order of STAGES; raw calibrated probabilities, not smoothed. */
  readonly probabilities: Float32Array
  /** One value per epoch: 0 = no usable signal, 1 = nothing to complain about. */
  readonly quality: Float32Array
  readonly model: ModelIdentity
  readonly explanations?: StagingExplanations
}

/** How well a model did, where, and on whom; every figure names its test set. */
export type ModelFigure = {
  readonly set: string
  readonly people: number
  readonly accuracy: number
  readonly kappa: number
}

/** What a user should know before trusting a model. */
export type ModelCard = ModelIdentity & {
  readonly licence: string
  /** Short prose: what it is, what it was trained on, where it fails. */
  readonly card: string
  /** Fewest channels of each kind that it needs to run. */
  readonly needs: { readonly eeg: number; readonly eog?: boolean; readonly emg?: boolean }
  /** True when epoch t depends on nothing later than the end of epoch t. */
  readonly causal: boolean
  readonly trainedOn: string
  readonly figures: readonly ModelFigure[]
}

/** A stager: a card, and a function from channels to probabilities. */
export type StageModel = {
  readonly card: ModelCard
  /** Whether the stager can read this input, and if not, why; a stager without it reads any EEG. */
  check?(input: StagingInput): Result<StagingInput>
  /** `onProgress` hears fractions in 0..1 that never fall. */
  stage(
    input: StagingInput,
    onProgress?: (fraction: number) => void,
  ): StagingResult | Promise<StagingResult>
}

/** The stages of an epochs x 5 table, by the rule of `hypnogramOf`: `?` where a row holds a NaN. */
export function mostProbableStages(probabilities: Float32Array): Stage[] {
  return [...hypnogramOf(probabilities).stages]
}
