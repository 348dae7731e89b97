import { bytesOfBase64 } from '../../math/base64.ts'
import type { ModelIdentity } from '../stage/model.ts'
import { EPOCH_S } from '../stage/stage.ts'
import { decodeRecurrent, type TrainedRecurrent } from './recurrent-file.ts'
import { ensembleProbabilities, standardise } from './starter-network.ts'
import {
  activityFeature,
  heartRateFeature,
  type TimedSeries,
  wearableRows,
} from './wearable-features.ts'
import { WEARABLE_HASHES } from './wearable-hash.ts'

/** What a watch can tell apart: light is N1 and N2, deep is N3. */
export const WEARABLE_STAGES = ['W', 'light', 'deep', 'R'] as const

/** A stage that a watch can give. */
export type WearableStage = (typeof WEARABLE_STAGES)[number]

/** A night on the wrist. Times are seconds from its start; samples may come at any spacing. */
export type WearableInput = {
  /** Activity counts, about one per 15 s (the unit is the device's; see `stageWearable`). */
  readonly activityCounts: TimedSeries
  /** Heart rate, beats per minute; unknown for a watch that has none. */
  readonly heartRateBpm?: TimedSeries
  /** Length to stage, seconds; by default to the last activity sample. */
  readonly durationS?: number
}

/** What the watch stager returns. */
export type WearableResult = {
  readonly epochS: number
  /** Epochs x 4 in the order of WEARABLE_STAGES; each row sums to 1. */
  readonly probabilities: Float32Array
  readonly stages: readonly WearableStage[]
  /** Probability of any sleep, one per epoch, and that above SLEEP_THRESHOLD. */
  readonly sleepProbability: Float32Array
  readonly asleep: readonly boolean[]
  readonly model: ModelIdentity
}

/**
 * Sleep is called above this probability. At .5 hardly any wake is found (14 %), since people in
 * bed mostly sleep; at .8 45 % of it is, and 96 % of sleep (21 people, each staged by weights of
 * the others).
 */
export const SLEEP_THRESHOLD = 0.8

/** Who made the watch stager, and what to know of it. */
export const WEARABLE_CARD: ModelIdentity & { readonly licence: string; readonly card: string } = {
  name: 'watch',
  version: '1',
  hash: WEARABLE_HASHES.watch,
  licence: 'MIT; trained on features of Walch 2019 (MIT, bzhai/Ubi-SleepNet)',
  card:
    'A small bidirectional recurrent network on wrist activity and heart rate, trained on one night ' +
    'each of 21 healthy Apple Watch wearers. It expects the recording to begin near bed ' +
    'time, tells sleep from wake well and stages roughly; it calls quiet wake sleep. Not for ' +
    'diagnosis.',
}

/**
 * Stages a night from wrist activity and, if there is one, heart rate. Activity counts should be
 * those of the Walch data (te Lindert's method at 15 s, mostly 0-200); other devices' counts
 * shift the wake threshold. Where heart rate is missing the activity speaks alone.
 */
export async function stageWearable(input: WearableInput): Promise<WearableResult> {
  const { activityCounts, heartRateBpm } = input
  const durationS = input.durationS ?? activityCounts.timesS.at(-1) ?? 0
  const epochs = Math.floor(durationS / EPOCH_S)
  const startsS = Float64Array.from({ length: epochs }, (_, e) => e * EPOCH_S)
  const heart = heartRateBpm === undefined ? undefined : heartRateFeature(heartRateBpm, startsS)
  const hours = startsS.map((s) => s / 3600)
  return stageWearableFeatures(activityFeature(activityCounts, startsS), heart, hours)
}

/** As `stageWearable`, from features that are already there, one value of each per epoch. */
export async function stageWearableFeatures(
  activity: Float64Array,
  heart: Float64Array | undefined,
  hours: Float64Array,
): Promise<WearableResult> {
  const probabilities = wearableProbabilities(await loadWearable(), activity, heart, hours)
  const epochs = activity.length
  const stages: WearableStage[] = []
  const sleepProbability = new Float32Array(epochs)
  for (let e = 0; e < epochs; e++) {
    const row = Array.from(probabilities.subarray(e * 4, e * 4 + 4))
    stages.push(WEARABLE_STAGES[row.indexOf(Math.max(...row))]!)
    sleepProbability[e] = 1 - row[0]!
  }
  const { name, version, hash } = WEARABLE_CARD
  const asleep = Array.from(sleepProbability, (p) => p > SLEEP_THRESHOLD)
  const model = { name, version, hash }
  return { epochS: EPOCH_S, probabilities, stages, sleepProbability, asleep, model }
}

/** Probabilities of given weights: epochs x 4. For training and evaluation. */
export function wearableProbabilities(
  trained: TrainedRecurrent,
  activity: Float64Array,
  heart: Float64Array | undefined,
  hours: Float64Array,
): Float32Array {
  const rows = wearableRows(activity, heart, hours)
  standardise(rows, trained)
  return ensembleProbabilities(trained, rows, trained.networks)
}

let loaded: Promise<TrainedRecurrent> | undefined

function loadWearable(): Promise<TrainedRecurrent> {
  loaded ??= import('./wearable-weights.ts').then(({ WATCH }) =>
    decodeRecurrent(bytesOfBase64(WATCH)),
  )
  return loaded
}
