import { withTemperature } from '../stage/calibration.ts'
import { channelConsensus, type StageOpinion } from '../stage/channel-consensus.ts'
import { STAGE_COUNT } from '../stage/stage.ts'
import { BAND_MEASURE_COUNT, logBandPowers } from './band-features.ts'
import { recurrentState, recurrentStep } from './gated-recurrent.ts'
import type { TrainedRecurrent } from './recurrent-file.ts'
import { expertsFor, lengthTrust, loadStarter, ordinariness, type Starter } from './starter.ts'
import {
  isTrusted,
  levelMeasures,
  nightLevel,
  raiseLevel,
  ratioCount,
  ratioRow,
  type StarterRange,
  sleepinessStream,
  starterInputCount,
  starterRow,
  TRUST_MEASURES,
} from './starter-features.ts'
import { addSoftmax, type StarterExpert, standardise } from './starter-network.ts'

/**
 * The live starter epoch by epoch: what `stageBandPowers(.., 'live')` says of each epoch, to the
 * last bit, with a memory that does not grow. The work of an epoch comes in parts.
 */
export type StarterStream = {
  /** How many parts the work of an epoch has. */
  readonly parts: number
  /**
   * Part 0 .. parts - 1, in order, of the next epoch, whose band powers are channels x 7 (a row of
   * NaN where missing). After the last part the opinion is that of this epoch.
   */
  work(part: number, powers: Float64Array): void
  /** One row of 5 and one quality. */
  opinion: StageOpinion
}

/** Loads the live weights; each call of what comes begins a night of channels of these labels. */
export async function loadStarterStream(): Promise<(labels: readonly string[]) => StarterStream> {
  const starter = await loadStarter('live')
  return (labels) => starterStream(starter, labels)
}

/** A night that begins, with weights at hand. */
function starterStream(starter: Starter, labels: readonly string[]): StarterStream {
  const voices = labels.flatMap((label, channel) =>
    expertsFor(starter, label).map((expert) => ({ channel, voice: expertStream(expert) })),
  )
  const plan = voices.flatMap(({ channel, voice }) =>
    Array.from({ length: voice.parts }, (_, part) => ({ channel, voice, part })),
  )
  const logs = labels.map(() => new Float64Array(BAND_MEASURE_COUNT))
  const opinions = voices.map(({ voice }) => voice.opinion)
  const stream: StarterStream = {
    parts: plan.length,
    opinion: noOpinion(),
    work: (at, powers) => {
      const { channel, voice, part } = plan[at]!
      if (part === 0) {
        const from = channel * BAND_MEASURE_COUNT
        const values = powers.subarray(from, from + BAND_MEASURE_COUNT)
        logs[channel]!.set(logBandPowers({ epochs: 1, values }))
      }
      voice.work(part, logs[channel]!)
      if (at < plan.length - 1) return
      stream.opinion = opinions.length === 1 ? opinions[0]! : channelConsensus(opinions)
    },
  }
  return stream
}

function noOpinion(): { probabilities: Float32Array; quality: Float32Array } {
  return { probabilities: new Float32Array(STAGE_COUNT).fill(NaN), quality: new Float32Array(1) }
}

type ExpertStream = {
  readonly parts: number
  work(part: number, logs: Float64Array): void
  readonly opinion: ReturnType<typeof noOpinion>
}

/**
 * One expert's reading of one channel: the whole spectrum where it is trusted, or the slow part.
 */
function expertStream(expert: StarterExpert): ExpertStream {
  const ranges = { wide: rangeStream(expert.wide, 'wide'), slow: rangeStream(expert.slow, 'slow') }
  const guess = sleepinessStream(expert.slow.guess, 'slow')
  const ratios = new Float64Array(ratioCount('slow'))
  const level = nightLevel(TRUST_MEASURES)
  const opinion = noOpinion()
  const parts = 1 + ranges.wide.parts + ranges.slow.parts
  const work = (part: number, logs: Float64Array): void => {
    if (part === 0) {
      ratioRow(logs, 0, 'slow', ratios, 0)
      raiseLevel(level, logs, 0, TRUST_MEASURES, guess.next(ratios))
    } else if (part <= ranges.wide.parts) ranges.wide.work(part - 1, logs)
    else ranges.slow.work(part - 1 - ranges.wide.parts, logs)
    if (part < parts - 1) return
    const chosen = isTrusted(level) ? ranges.wide : ranges.slow
    opinion.probabilities.set(chosen.probabilities())
    opinion.quality[0] = chosen.quality()
  }
  return { parts, work, opinion }
}

type RangeStream = {
  readonly parts: number
  work(part: number, logs: Float64Array): void
  probabilities(): Float32Array
  quality(): number
}

/**
 * The two passes of `readStarter`, each with memories of its own: the second hears what the first
 * thought of who is asleep.
 */
function rangeStream(trained: TrainedRecurrent, range: StarterRange): RangeStream {
  const { networks, temperature } = trained
  const passes = [0, 1].map(() => ({
    level: nightLevel(levelMeasures(range)),
    states: networks.map(recurrentState),
  }))
  const guess = sleepinessStream(trained.guess, range)
  const ratios = new Float64Array(ratioCount(range))
  const row = new Float64Array(starterInputCount(range))
  const logits = new Float64Array(STAGE_COUNT)
  const sums = new Float64Array(STAGE_COUNT)
  const mean = new Float32Array(STAGE_COUNT)
  let [asleep, present, quality] = [0, 0, 0]
  const load = (pass: number, logs: Float64Array): void => {
    if (pass === 0) {
      ratioRow(logs, 0, range, ratios, 0)
      asleep = guess.next(ratios)
    }
    const { level } = passes[pass]!
    raiseLevel(level, logs, 0, levelMeasures(range), asleep)
    starterRow(logs, 0, ratios, 0, level, range, row, 0)
    standardise(row, trained)
    sums.fill(0)
  }
  const conclude = (pass: number): void => {
    const missing = Number.isNaN(row[0]!)
    for (let k = 0; k < STAGE_COUNT; k++) mean[k] = missing ? NaN : sums[k]! / networks.length
    asleep = missing ? 0 : 1 - mean[0]!
    if (pass === 0) return
    if (!missing) present++
    quality = missing ? 0 : lengthTrust(present) * ordinariness(trained, range, row, 0)
  }
  const work = (part: number, logs: Float64Array): void => {
    const pass = part < networks.length ? 0 : 1
    const network = part % networks.length
    if (network === 0) load(pass, logs)
    if (!Number.isNaN(row[0]!)) {
      recurrentStep(networks[network]!, passes[pass]!.states[network]!, row, logits)
      addSoftmax(sums, logits, STAGE_COUNT)
    }
    if (network === networks.length - 1) conclude(pass)
  }
  return {
    parts: 2 * networks.length,
    work,
    probabilities: () => withTemperature(mean, temperature),
    quality: () => quality,
  }
}
