import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../packages/core/src/math/assert.ts'
import { type Random, seededRandom } from '../../packages/core/src/math/random.ts'
import type { TrainedRecurrent } from '../../packages/core/src/sleep/shipped/recurrent-file.ts'
import { standardise } from '../../packages/core/src/sleep/shipped/starter-network.ts'
import {
  WEARABLE_INPUT_COUNT,
  wearableRows,
} from '../../packages/core/src/sleep/shipped/wearable-features.ts'
import { moments } from './moments.ts'
import { type Example, type TrainingPlan, trainRecurrent } from './recurrent-training.ts'
import { writeHashes, writeWeights } from './weights-file.ts'

/** One person's night of the Walch features. */
export type WatchNight = {
  readonly person: string
  readonly activity: Float64Array
  readonly heart: Float64Array
  readonly hours: Float64Array
  /** 0 W, 1 light (N1, N2), 2 deep (N3, N4), 3 R, -1 = not scored. */
  readonly labels: Int8Array
}

const NETWORKS = 1
const HIDDEN = 16
const SEED = 1
const PLAN: TrainingPlan = {
  steps: 200,
  pieces: 16,
  length: 256,
  rate: 0.004,
  decay: 0.001,
  dropout: 0.3,
}
/** From the codes of the files (0 1 2 3 4 5 = W N1 N2 N3 N4 R) to WEARABLE_STAGES. */
const CODES = [0, 1, 1, 2, 2, 3] as const
const SOURCE = 'Trained on the Walch 2019 features (PhysioNet sleep-accel, ODC-BY 1.0).'

/** Reads the folder of `PERSON_{count,hr,time}_feature.out` and `PERSON_psg_labels.out`. */
export function readWatchNights(folder: string): WatchNight[] {
  const people = readdirSync(folder)
    .filter((name) => name.endsWith('_psg_labels.out'))
    .map((name) => name.slice(0, -'_psg_labels.out'.length))
    .sort()
  assert(people.length > 0, `no _psg_labels.out in ${folder}`)
  return people.map((person) => {
    const column = (name: string): Float64Array =>
      Float64Array.from(
        readFileSync(join(folder, `${person}_${name}.out`), 'utf8')
          .trim()
          .split('\n'),
        Number,
      )
    return {
      person,
      activity: column('count_feature'),
      heart: column('hr_feature'),
      hours: column('time_feature'),
      labels: Int8Array.from(column('psg_labels'), (code) => CODES[code] ?? -1),
    }
  })
}

/** Trains the watch stager on whole people; deterministic in the nights. */
export function trainWearable(nights: readonly WatchNight[]): TrainedRecurrent {
  const random = seededRandom(SEED)
  const examples = nights.flatMap((night) => nightExamples(night, random))
  const { mean, scale } = moments(examples, WEARABLE_INPUT_COUNT)
  for (const { rows } of examples) standardise(rows, { mean, scale })
  const shape = { inputs: WEARABLE_INPUT_COUNT, hidden: HIDDEN, directions: 2, classes: 4 } as const
  const networks = Array.from({ length: NETWORKS }, (_, member) =>
    trainRecurrent(shape, examples, PLAN, seededRandom(SEED + 1 + member), () => {}),
  )
  const guess = { bias: 0, weights: new Float32Array(0) }
  return { temperature: 1, guess, mean, scale, networks }
}

/** Trains on every night of a folder and writes the weights into the core. */
export function trainWearableFiles(folder: string): void {
  const trained = trainWearable(readWatchNights(folder))
  writeHashes('wearable', { watch: writeWeights('wearable', { WATCH: trained }, SOURCE) })
}

/** The night as it is, with another watch's gain, begun later, and without its heart rate. */
function nightExamples(night: WatchNight, random: Random): Example[] {
  const variants: Example[] = []
  for (let copy = 0; copy < 4; copy++) {
    const gain = copy === 0 ? 1 : 1 + 0.3 * (2 * random.uniform() - 1)
    const from = copy === 3 ? random.integer(Math.floor(night.labels.length / 2)) : 0
    const hours = night.hours.slice(from).map((h) => h - night.hours[from]!)
    const activity = night.activity.slice(from).map((count) => count * gain)
    const heart = copy === 2 ? undefined : night.heart.slice(from)
    const labels = night.labels.slice(from)
    variants.push({ rows: wearableRows(activity, heart, hours), labels })
  }
  return variants
}
