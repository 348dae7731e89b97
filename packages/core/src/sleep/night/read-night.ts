import { fail, ok, type Result } from '../../math/result.ts'
import type { EdfFile } from '../../signal/edf/reader.ts'
import type { Channel } from '../../signal/recording.ts'
import { LEAST_EVENT_RATE_HZ } from '../event/analysis-signal.ts'
import { type NightEvents, nightEvents } from '../event/night-event.ts'
import { agreement } from '../hypnogram/agreement.ts'
import { alignHypnograms } from '../hypnogram/alignment.ts'
import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import { sleepStatistics } from '../hypnogram/statistics.ts'
import { DISAGREEMENT_THRESHOLD, expertDisagreement } from '../stage/ambiguity.ts'
import { smoothedProbabilities } from '../stage/hidden-markov.ts'
import { mostProbableStages, type StageModel, type StagingResult } from '../stage/model.ts'
import { EPOCH_S, type Stage } from '../stage/stage.ts'
import {
  type ChannelFacts,
  type ChannelPicks,
  type ChannelWishes,
  chooseChannels,
  LEAST_RATE_HZ,
  mayBeEeg,
} from './channel-choice.ts'
import type { Night, RecordingSummary } from './night.ts'
import { pickedChannels } from './picked-channels.ts'
import { nightSpectrogram } from './spectrogram.ts'
import {
  type ChannelCheck,
  checkChannel,
  withoutDeadEpochs,
  withSignalQuality,
} from './usable-signal.ts'
import { workingChannel } from './working-channel.ts'

/** Why a recording could not be read as a night. */
export type NightCode =
  | 'NIGHT_CHANNEL'
  | 'NIGHT_MODEL'
  | 'NIGHT_NO_EEG'
  | 'NIGHT_TOO_LONG'
  | 'NIGHT_TOO_SHORT'

/** How a night is to be read. */
export type NightOptions = {
  /** The name the night's document gives the recording. */
  readonly file: string
  readonly model: StageModel
  /** Channels asked for by label; the others are chosen by name. */
  readonly wishes?: ChannelWishes
  /** A scorer's hypnogram of the same recording. */
  readonly reference?: Hypnogram
  /** Hears what is being done and how far it has come, 0..1, never falling. */
  readonly onProgress?: (label: string, fraction: number) => void
}

/** EEG channels given to a stager at most: a second opinion helps, a tenth costs time. */
const MAX_EEG = 2
const MAX_EOG = 2
/** Longest recording read at once: three days. Longer ones are read by parts. */
const MAX_DURATION_S = 3 * 86_400
/** How much of the work reading and staging are, for the progress shown. */
const READ_SHARE = 0.15
const STAGE_SHARE = 0.45

/**
 * Reads a recording as a night: chooses and reads its channels, stages them, finds the events of
 * each stage, and counts. Fails when there is no EEG, a channel asked for is missing, the recording
 * is shorter than an epoch or longer than three days, or the model cannot read these channels.
 * Rejects when the medium fails.
 */
export async function readNight(
  edf: EdfFile,
  options: NightOptions,
): Promise<Result<Night, NightCode>> {
  const { header } = edf
  const progress = options.onProgress ?? (() => undefined)
  const chosen = channelsOf(header.signals, options.wishes)
  if (!chosen.ok) return chosen
  const length = checkLength(header.durationS)
  if (!length.ok) return length
  progress('reading the signal', 0)
  const read = await readChannels(edf, chosen.value)
  progress('staging', READ_SHARE)
  const staged = await stageChannels(options, read, progress)
  if (!staged.ok) return staged
  const usable = withSignalQuality(staged.value, read.checks)
  progress('finding events', READ_SHARE + STAGE_SHARE)
  const recording = summaryOf(edf, options.file, chosen.value)
  const night = nightOf(recording, options.model, usable.staged, read)
  progress('counting', 1)
  return ok(
    withReference(
      { ...night, warnings: [...edf.warnings, ...usable.warnings, ...slowEeg(read.eeg)] },
      options.reference,
    ),
  )
}

/** What a person should know whose EEG is too slow for spindles. */
function slowEeg([eeg]: readonly Channel[]): string[] {
  if (!eeg || eeg.rateHz >= LEAST_EVENT_RATE_HZ) return []
  const needs = `spindles and slow waves need ${LEAST_EVENT_RATE_HZ} Hz and were not looked for`
  return [`${eeg.label} at ${eeg.rateHz} Hz: ${needs}`]
}

function checkLength(durationS: number): Result<number, 'NIGHT_TOO_LONG' | 'NIGHT_TOO_SHORT'> {
  if (durationS < EPOCH_S) {
    return fail('NIGHT_TOO_SHORT', 'recording', `${durationS} s`, `an epoch of ${EPOCH_S} s`)
  }
  if (durationS <= MAX_DURATION_S) return ok(durationS)
  const hours = (seconds: number): string => `${seconds / 3600} h`
  return fail('NIGHT_TOO_LONG', 'recording', hours(durationS), `at most ${hours(MAX_DURATION_S)}`)
}

/** The part of a night that needs no signal but what the stager was given. */
export type StagedPart = Pick<
  Night,
  | 'model'
  | 'epochS'
  | 'stages'
  | 'probabilities'
  | 'quality'
  | 'ambiguous'
  | 'smoothedStages'
  | 'explanations'
  | 'statistics'
>

/** The channels at their working rate, and what is wrong with the EEG as it was recorded. */
type NightChannels = {
  readonly eeg: readonly Channel[]
  readonly eog: readonly Channel[]
  readonly emg: readonly Channel[]
  readonly checks: readonly ChannelCheck[]
}

/**
 * Reads and prepares the picks one after the other, letting go of the samples as recorded before
 * the next: a pass over the file costs less than holding them all.
 */
async function readChannels(edf: EdfFile, { eeg, eog, emg }: ChannelPicks): Promise<NightChannels> {
  const working: Channel[] = []
  const checks: ChannelCheck[] = []
  for (const pick of eeg) {
    const [recorded] = (await pickedChannels(edf, [pick])) as [Channel]
    const check = checkChannel(recorded)
    checks.push(check)
    working.push(workingChannel(withoutDeadEpochs(recorded, check)))
  }
  for (const pick of [...eog, ...emg]) {
    const [recorded] = (await pickedChannels(edf, [pick])) as [Channel]
    working.push(workingChannel(recorded))
  }
  return {
    eeg: working.slice(0, eeg.length),
    eog: working.slice(eeg.length, eeg.length + eog.length),
    emg: working.slice(eeg.length + eog.length),
    checks,
  }
}

/**
 * The channels to read: those asked for, else those chosen by name; a lone channel is EEG unless
 * its label says that it is something else.
 */
function channelsOf(
  signals: readonly ChannelFacts[],
  wishes: ChannelWishes = {},
): Result<ChannelPicks, 'NIGHT_CHANNEL' | 'NIGHT_NO_EEG'> {
  const { picks, missing } = chooseChannels(signals, wishes)
  const labels = signals.map(({ label }) => label).join(', ') || 'no signals'
  if (missing.length > 0) {
    return fail('NIGHT_CHANNEL', 'channels', `"${missing.join('", "')}"`, `one of ${labels}`)
  }
  const [first, second] = signals
  const isLone = first !== undefined && second === undefined && mayBeEeg(first.label)
  const lone = isLone ? [{ label: first.label, index: 0 }] : []
  const eeg = picks.eeg.length > 0 ? picks.eeg : lone
  if (eeg.length === 0) {
    return fail('NIGHT_NO_EEG', 'channels', labels, 'an EEG channel; name one with --eeg')
  }
  const slow = eeg.find(({ index }) => signals[index]!.rateHz < LEAST_RATE_HZ)
  if (slow) {
    const got = `${slow.label} at ${signals[slow.index]!.rateHz} Hz`
    return fail('NIGHT_CHANNEL', 'channels', got, `EEG at ${LEAST_RATE_HZ} Hz or more`)
  }
  return ok({
    eeg: eeg.slice(0, wishes.eeg === undefined ? MAX_EEG : eeg.length),
    eog: picks.eog.slice(0, MAX_EOG),
    emg: picks.emg.slice(0, 1),
  })
}

async function stageChannels(
  { model }: NightOptions,
  channels: NightChannels,
  progress: (label: string, fraction: number) => void,
): Promise<Result<StagingResult, 'NIGHT_MODEL'>> {
  const { eeg, eog, emg } = channels
  const checked = model.check?.({ eeg, eog, emg })
  if (checked && !checked.ok) {
    const { where, got, expected } = checked.problem
    return fail('NIGHT_MODEL', where, got, expected)
  }
  const heard = (fraction: number): void => {
    progress('staging', READ_SHARE + STAGE_SHARE * Math.min(1, fraction))
  }
  return ok(await model.stage({ eeg, eog, emg }, heard))
}

function nightOf(
  recording: RecordingSummary,
  model: StageModel,
  staged: StagingResult,
  channels: NightChannels,
): Omit<Night, 'warnings'> {
  const { epochS, probabilities } = staged
  const stages = mostProbableStages(probabilities)
  const eeg = channels.eeg[0]!
  const [emg] = channels.emg
  const events = nightEvents({
    eeg,
    eog: channels.eog,
    ...(emg && { emg }),
    hypnogram: { epochS, stages, probabilities },
  })
  return {
    recording,
    ...stagedPart(model, staged),
    ...eventsPart(events),
    spectrogram: nightSpectrogram(eeg),
  }
}

/**
 * What a night has from its stager alone: stages, their doubt, the smoothed view and the counts.
 */
export function stagedPart(model: StageModel, staged: StagingResult): StagedPart {
  const { epochS, probabilities, quality, explanations } = staged
  const stages = mostProbableStages(probabilities)
  const smoothed = smoothedProbabilities(probabilities, { causal: model.card.causal })
  const disagreement = expertDisagreement(probabilities)
  return {
    model: model.card,
    epochS,
    stages,
    probabilities,
    quality,
    ambiguous: Array.from(disagreement, (likely) => likely > DISAGREEMENT_THRESHOLD),
    smoothedStages: mostProbableStages(smoothed),
    ...(explanations && { explanations }),
    statistics: sleepStatistics({ epochS, stages }),
  }
}

function eventsPart(
  events: NightEvents,
): Pick<Night, 'spindles' | 'slowWaves' | 'coupling' | 'rems' | 'arousals' | 'movements'> {
  const { meanRad, resultant, n, p } = events.coupling
  return {
    spindles: events.spindles,
    slowWaves: events.slowWaves,
    ...(n > 0 && { coupling: { meanPhaseRad: meanRad, resultant, n, p } }),
    ...(events.eyeMovements && { rems: events.eyeMovements }),
    arousals: events.arousals,
    movements: events.movements,
  }
}

function summaryOf({ header }: EdfFile, file: string, picks: ChannelPicks): RecordingSummary {
  const [eeg, eog, emg] = [picks.eeg, picks.eog, picks.emg].map((of) => of[0]?.label)
  return {
    file,
    ...(header.startTime !== undefined && { startTime: header.startTime }),
    durationS: header.durationS,
    channels: header.signals.map(({ label, unit, rateHz, nSamples }) => ({
      ...{ label, unit, rateHz, nSamples },
    })),
    used: { eeg: eeg!, ...(eog !== undefined && { eog }), ...(emg !== undefined && { emg }) },
  }
}

/** Adds a scorer's hypnogram and the agreement with it, aligned by clock, offset or epoch. */
export function withReference(night: Night, reference: Hypnogram | undefined): Night {
  if (!reference) return night
  const { epochS, stages, recording } = night
  const { startTime } = recording
  const own: Hypnogram = {
    epochS,
    stages,
    startS: 0,
    ...(startTime !== undefined && { startTime }),
  }
  const aligned = alignHypnograms([reference, own])
  if (!aligned.ok) {
    const { got } = aligned.problem
    return { ...night, warnings: [...night.warnings, `the hypnogram was not compared: ${got}`] }
  }
  const [scored, tested] = aligned.value.hypnograms as [Hypnogram, Hypnogram]
  return {
    ...night,
    reference: {
      hypnogram: onEpochs(scored, stages, tested),
      agreement: agreement(scored, tested),
    },
    warnings: [...night.warnings, ...aligned.value.warnings],
  }
}

/**
 * The scorer's stages on the night's own epochs; `?` where the scorer's hypnogram does not reach.
 */
function onEpochs(scored: Hypnogram, own: readonly Stage[], tested: Hypnogram): Hypnogram {
  const from = Math.round((tested.startS ?? 0) / tested.epochS)
  const stages = own.map((_, epoch) => scored.stages[epoch - from] ?? '?')
  return { epochS: scored.epochS, stages }
}
