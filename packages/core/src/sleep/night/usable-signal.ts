import { type Quality, signalQuality } from '../../signal/quality.ts'
import type { Channel } from '../../signal/recording.ts'
import type { StagingResult } from '../stage/model.ts'
import { EPOCH_S, STAGE_COUNT } from '../stage/stage.ts'

/** An epoch with more than this share of it missing or flat has nothing to be staged from. */
const UNUSABLE_SHARE = 0.5

/**
 * What is wrong with a channel, epoch by epoch, at the rate and in the range it was recorded in.
 */
export type ChannelCheck = { readonly label: string; readonly quality: Quality }

/** Checks a channel as it was recorded, before anything is filtered out of it. */
export function checkChannel({ label, samples, rateHz }: Channel): ChannelCheck {
  return { label, quality: signalQuality(samples, rateHz, { epochS: EPOCH_S }) }
}

/**
 * A channel without its dead epochs: where most of an epoch is flat, the whole of it is NaN. A line
 * without signal is no sleeper, and a stager that measures against the night would take it for one.
 */
export function withoutDeadEpochs(channel: Channel, { quality }: ChannelCheck): Channel {
  const size = Math.round(EPOCH_S * channel.rateHz)
  const dead = [...quality.flat.keys()].filter((epoch) => isUnusable(quality, epoch))
  if (dead.length === 0) return channel
  const samples = channel.samples.slice()
  for (const epoch of dead) samples.fill(Number.NaN, epoch * size, (epoch + 1) * size)
  return { ...channel, samples }
}

/**
 * Takes the signal's own quality into a stager's result: quality is the lower of what the stager
 * and the best of the EEG channels say, and an epoch in which every EEG channel is mostly missing
 * or flat becomes NaN, not scored, whatever a model made of it. Tells what was found, a sentence
 * each.
 */
export function withSignalQuality(
  staged: StagingResult,
  checks: readonly ChannelCheck[],
): { readonly staged: StagingResult; readonly warnings: readonly string[] } {
  const probabilities = staged.probabilities.slice()
  const quality = staged.quality.slice()
  let unusable = 0
  for (let epoch = 0; epoch < quality.length; epoch++) {
    const best = Math.max(0, ...checks.map((check) => check.quality.score[epoch] ?? 0))
    quality[epoch] = Math.min(quality[epoch]!, best)
    if (!checks.every((check) => isUnusable(check.quality, epoch))) continue
    probabilities.fill(Number.NaN, epoch * STAGE_COUNT, (epoch + 1) * STAGE_COUNT)
    quality[epoch] = 0
    unusable++
  }
  const faults = checks.flatMap(faultSentences)
  const none = `${unusable} epochs have no usable EEG and are not scored`
  return {
    staged: { ...staged, probabilities, quality },
    warnings: unusable > 0 ? [none, ...faults] : faults,
  }
}

function isUnusable({ missing, flat }: Quality, epoch: number): boolean {
  return (missing[epoch] ?? 1) > UNUSABLE_SHARE || (flat[epoch] ?? 1) > UNUSABLE_SHARE
}

const FAULT_WORDS = {
  missing: 'nothing recorded',
  flat: 'a flat line',
  clipped: 'clipping',
  lost: 'lost contact',
  mains: 'mains hum',
  extreme: 'extreme amplitudes',
} as const

/**
 * One sentence for each fault that spoils a channel's epochs: `EEG C4-M1: 12 epochs of lost
 * contact`.
 */
function faultSentences({ label, quality: { fault } }: ChannelCheck): string[] {
  return Object.entries(FAULT_WORDS).flatMap(([name, words]) => {
    const n = fault.filter((found) => found === name).length
    return n > 0 ? [`${label}: ${n} ${n === 1 ? 'epoch' : 'epochs'} of ${words}`] : []
  })
}
