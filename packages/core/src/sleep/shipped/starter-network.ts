import { exp, log } from '../../math/elementary.ts'
import { withTemperature } from '../stage/calibration.ts'
import { STAGE_COUNT } from '../stage/stage.ts'
import { type BandPowers, logBandPowers } from './band-features.ts'
import { type RecurrentNetwork, recurrentLogits } from './gated-recurrent.ts'
import type { TrainedRecurrent } from './recurrent-file.ts'
import {
  ratioRows,
  STARTER_GROUPS,
  type StarterRange,
  sleepiness,
  starterInputCount,
  starterInputGroup,
  starterRows,
  trustedEpochs,
} from './starter-features.ts'

/** Standardised inputs are held within this many standard deviations. */
const CLIP = 5

/**
 * One derivation's weights: for the whole spectrum, and for recordings that have only the slow
 * part.
 */
export type StarterExpert = Readonly<Record<StarterRange, TrainedRecurrent>>

/** What one channel says: epochs x 5 probabilities, and the standardised inputs behind them. */
export type StarterReading = {
  readonly range: StarterRange
  readonly probabilities: Float32Array
  /** Epochs x inputs, standardised; NaN rows where the epoch is missing. */
  readonly inputs: Float64Array
}

/**
 * Stages one channel from its band powers, with the whole spectrum where it can be trusted and
 * the slow part elsewhere: one or two readings, and for each epoch which of them counts.
 */
export function readStarter(
  expert: StarterExpert,
  powers: BandPowers,
  causal: boolean,
): { readonly readings: readonly StarterReading[]; readonly chosen: Uint8Array } {
  const logs = logBandPowers(powers)
  const asleep = sleepiness(ratioRows(logs, 'slow'), expert.slow.guess, 'slow', causal)
  const trusted = trustedEpochs(logs, asleep, causal)
  const ranges = (['wide', 'slow'] as const).filter((range) =>
    trusted.includes(range === 'wide' ? 1 : 0),
  )
  const readings = ranges.map((range) => readRange(expert[range], logs, range, causal))
  const chosen = trusted.map((t) => ranges.indexOf(t === 1 ? 'wide' : 'slow'))
  return { readings, chosen }
}

/**
 * Reads twice: first with a guess at which epochs are sleep, then with what the network itself
 * thought, because the night's level is measured on its sleep. When causal, both times an epoch
 * knows only epochs up to itself. Missing epochs are skipped and come back as NaN.
 */
function readRange(
  trained: TrainedRecurrent,
  logs: Float64Array,
  range: StarterRange,
  causal: boolean,
): StarterReading {
  const ratios = ratioRows(logs, range)
  let asleep = sleepiness(ratios, trained.guess, range, causal)
  let inputs = new Float64Array(0) as Float64Array
  let probabilities = new Float32Array(0) as Float32Array
  for (let pass = 0; pass < 2; pass++) {
    inputs = starterRows(logs, ratios, asleep, range, causal)
    standardise(inputs, trained)
    probabilities = ensembleProbabilities(trained, inputs, trained.networks)
    asleep = asleep.map((_, e) => {
      const wake = probabilities[e * STAGE_COUNT]!
      return Number.isNaN(wake) ? 0 : 1 - wake
    })
  }
  probabilities = withTemperature(probabilities, trained.temperature)
  return { range, probabilities, inputs }
}

/** (x - mean) / scale, clipped to +-5, in place: epochs x inputs; NaN stays. */
export function standardise(
  rows: Float64Array,
  by: Pick<TrainedRecurrent, 'mean' | 'scale'>,
): void {
  const width = by.mean.length
  for (let i = 0; i < rows.length; i++) {
    const z = (rows[i]! - by.mean[i % width]!) / by.scale[i % width]!
    rows[i] = Number.isNaN(z) ? NaN : Math.max(-CLIP, Math.min(CLIP, z))
  }
}

/**
 * Mean probabilities of the given networks; rows with NaN inputs are skipped and come back as
 * NaN.
 */
export function ensembleProbabilities(
  trained: TrainedRecurrent,
  inputs: Float64Array,
  networks: readonly RecurrentNetwork[],
): Float32Array {
  const width = trained.mean.length
  const classes = networks[0]!.classes
  const epochs = inputs.length / width
  const present: number[] = []
  for (let e = 0; e < epochs; e++) if (!Number.isNaN(inputs[e * width]!)) present.push(e)
  const rows = new Float64Array(present.length * width)
  present.forEach((e, i) => {
    rows.set(inputs.subarray(e * width, (e + 1) * width), i * width)
  })
  const out = new Float32Array(epochs * classes).fill(NaN)
  const sums = new Float64Array(present.length * classes)
  for (const network of networks) addSoftmax(sums, recurrentLogits(network, rows), classes)
  present.forEach((e, i) => {
    for (let k = 0; k < classes; k++) {
      out[e * classes + k] = sums[i * classes + k]! / networks.length
    }
  })
  return out
}

/**
 * What each group of measures did to each epoch: log p with everything minus log p with the group
 * held at its mean over the training nights, epochs x groups x 5 (occlusion; Zeiler and Fergus
 * 2014). The first network of the ensemble speaks for all. NaN where the epoch is missing.
 */
export function starterContributions(
  trained: TrainedRecurrent,
  reading: StarterReading,
): Float32Array {
  const groups = STARTER_GROUPS.length
  const width = starterInputCount(reading.range)
  const member = trained.networks.slice(0, 1)
  const whole = ensembleLogs(trained, reading.inputs, member)
  const out = new Float32Array((whole.length / STAGE_COUNT) * groups * STAGE_COUNT)
  for (let group = 0; group < groups; group++) {
    const hidden = reading.inputs.map((x, i) =>
      !Number.isNaN(x) && starterInputGroup(reading.range, i % width) === group ? 0 : x,
    )
    const without = ensembleLogs(trained, hidden, member)
    for (let i = 0; i < whole.length; i++) {
      const epoch = Math.floor(i / STAGE_COUNT)
      out[(epoch * groups + group) * STAGE_COUNT + (i % STAGE_COUNT)] = whole[i]! - without[i]!
    }
  }
  return out
}

function ensembleLogs(
  trained: TrainedRecurrent,
  inputs: Float64Array,
  networks: readonly RecurrentNetwork[],
): Float32Array {
  return ensembleProbabilities(trained, inputs, networks).map((p) =>
    Number.isNaN(p) ? NaN : log(Math.max(p, 1e-6)),
  )
}

/** Adds the probabilities of each row of logits to `sums`; the logits are used up. */
export function addSoftmax(sums: Float64Array, logits: Float64Array, classes: number): void {
  for (let at = 0; at < logits.length; at += classes) {
    let top = logits[at]!
    for (let k = 1; k < classes; k++) top = Math.max(top, logits[at + k]!)
    let sum = 0
    for (let k = 0; k < classes; k++) {
      logits[at + k] = exp(logits[at + k]! - top)
      sum += logits[at + k]!
    }
    for (let k = 0; k < classes; k++) sums[at + k]! += logits[at + k]! / sum
  }
}
