import { assert } from '../../packages/core/src/math/assert.ts'
import { exp } from '../../packages/core/src/math/elementary.ts'
import { type Random, seededRandom } from '../../packages/core/src/math/random.ts'
import { logBandPowers } from '../../packages/core/src/sleep/shipped/band-features.ts'
import type { TrainedRecurrent } from '../../packages/core/src/sleep/shipped/recurrent-file.ts'
import { electrodePlace, type Starter } from '../../packages/core/src/sleep/shipped/starter.ts'
import type { StarterVariant } from '../../packages/core/src/sleep/shipped/starter-card.ts'
import {
  ratioRows,
  type SleepinessWeights,
  type StarterRange,
  sleepiness,
  sleepinessInputCount,
  sleepinessRows,
  starterInputCount,
  starterRows,
} from '../../packages/core/src/sleep/shipped/starter-features.ts'
import {
  type StarterExpert,
  standardise,
} from '../../packages/core/src/sleep/shipped/starter-network.ts'
import { otherHardware } from './augmentation.ts'
import { fitLogistic } from './logistic.ts'
import { moments } from './moments.ts'
import { cropNight, type Night } from './nights.ts'
import { type Example, type TrainingPlan, trainRecurrent } from './recurrent-training.ts'

/**
 * Everything that decides the weights, apart from the nights. Round numbers, but not blind
 * ones: about twenty settings were compared by leave-one-person-out on these same people.
 */
export type StarterPlan = TrainingPlan & {
  readonly hidden: number
  /** Members of the ensemble of each range. */
  readonly networks: Readonly<Record<StarterRange, number>>
  /** Crops of each night and channel. */
  readonly crops: number
  readonly augmentation: number
  readonly temperature: number
  readonly seed: number
}

/**
 * Trains both experts on whole people's nights; deterministic in nights and plan. Where the
 * nights have only one derivation its expert serves for both.
 */
export function trainStarter(
  nights: readonly Night[],
  variant: StarterVariant,
  plan: StarterPlan,
  report: (text: string) => void,
): Starter {
  const expert = (place: 'frontal' | 'posterior'): StarterExpert | undefined => {
    const seen = nights.map((night) => ({
      ...night,
      channels: night.channels.filter(({ label }) => electrodePlace(label) === place),
    }))
    if (seen.every(({ channels }) => channels.length === 0)) return undefined
    const trained = (range: StarterRange): TrainedRecurrent =>
      trainRange(seen, variant, range, plan, (text) => report(`${place} ${range} ${text}`))
    return { wide: trained('wide'), slow: trained('slow') }
  }
  const frontal = expert('frontal')
  const posterior = expert('posterior')
  assert(frontal !== undefined || posterior !== undefined, 'no channel with a known place')
  return { frontal: (frontal ?? posterior)!, posterior: (posterior ?? frontal)! }
}

function trainRange(
  nights: readonly Night[],
  variant: StarterVariant,
  range: StarterRange,
  plan: StarterPlan,
  report: (text: string) => void,
): TrainedRecurrent {
  const random = seededRandom(plan.seed)
  const causal = variant === 'live'
  const guess = fitGuess(nights, range, causal)
  const examples = nights.flatMap((night) =>
    nightExamples(night, guess, { range, causal }, plan, random),
  )
  const { mean, scale } = moments(examples, starterInputCount(range))
  for (const { rows } of examples) standardise(rows, { mean, scale })
  const shape = {
    inputs: starterInputCount(range),
    hidden: plan.hidden,
    directions: causal ? 1 : 2,
    classes: 5,
  } as const
  const networks = Array.from({ length: plan.networks[range] }, (_, member) => {
    const own = seededRandom(plan.seed + 1 + member)
    return trainRecurrent(shape, examples, plan, own, (step, loss) => {
      if (step % 50 === 0) report(`${variant} network ${member} step ${step}: ${loss.toFixed(3)}`)
    })
  })
  return { temperature: plan.temperature, guess, mean, scale, networks }
}

/** Who is asleep, from ratios alone: the trimmed nights, all channels. */
function fitGuess(
  nights: readonly Night[],
  range: StarterRange,
  causal: boolean,
): SleepinessWeights {
  const rows: Float64Array[] = []
  const labels: Int8Array[] = []
  for (const night of nights) {
    const crop = cropNight(night, night.from, night.to)
    for (const { powers } of crop.channels) {
      rows.push(sleepinessRows(ratioRows(logBandPowers(powers), range), range, causal))
      labels.push(crop.labels)
    }
  }
  return fitLogistic(joined(rows), joinedLabels(labels), sleepinessInputCount(range), 10)
}

function nightExamples(
  night: Night,
  guess: SleepinessWeights,
  { range, causal }: { readonly range: StarterRange; readonly causal: boolean },
  plan: StarterPlan,
  random: Random,
): Example[] {
  const examples: Example[] = []
  for (let channel = 0; channel < night.channels.length; channel++) {
    for (let crop = 0; crop < plan.crops; crop++) {
      const [from, to] = cropSpan(night, crop, random)
      const part = cropNight(night, from, to)
      const { powers } = part.channels[channel]!
      const logs = otherHardware(logBandPowers(powers), plan.augmentation, random)
      const ratios = ratioRows(logs, range)
      const guessed = sleepiness(ratios, guess, range, causal)
      // Most of the time the truth, blurred: at its second pass the network hears its own opinion.
      const asleep = random.uniform() < 0.4 ? guessed : blurredTruth(part.labels, random)
      const rows = starterRows(logs, ratios, asleep, range, causal)
      examples.push(withoutGaps(rows, part.labels, starterInputCount(range)))
    }
  }
  return examples
}

/**
 * Half the crops are the trimmed night, the others any stretch from 30 min to the whole
 * recording.
 */
function cropSpan(night: Night, crop: number, random: Random): [number, number] {
  const end = night.labels.length
  if (crop % 2 === 0) return [Math.max(0, night.from - random.integer(40)), night.to]
  if (random.uniform() < 0.4) return [0, end]
  const earliest = Math.max(0, night.from - 600)
  const from = earliest + random.integer(Math.max(1, night.to - 60 - earliest))
  return [from, Math.min(end, from + Math.floor(60 * exp(3.5 * random.uniform())))]
}

function blurredTruth(labels: Int8Array, random: Random): Float64Array {
  const blur = Math.min(1, exp(0.7 * random.normal() - 2.5))
  return Float64Array.from(labels, (label) => {
    const doubt = blur * random.uniform()
    return label > 0 ? 1 - doubt : doubt
  })
}

function withoutGaps(rows: Float64Array, labels: Int8Array, width: number): Example {
  const present = Array.from(labels.keys()).filter((e) => !Number.isNaN(rows[e * width]!))
  return {
    rows: joined(present.map((e) => rows.subarray(e * width, (e + 1) * width))),
    labels: Int8Array.from(present, (e) => labels[e]!),
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function joinedLabels(parts: readonly Int8Array[]): Int8Array {
  return Int8Array.from(parts.flatMap((part) => Array.from(part)))
}
