import type { Agreement } from '../hypnogram/agreement.ts'
import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import type { SleepStatistics } from '../hypnogram/statistics.ts'
import type { ModelCard, StagingExplanations } from '../stage/model.ts'
import type { Stage } from '../stage/stage.ts'

/** A channel as it is listed: what there is, without the samples. */
export type ChannelSummary = {
  readonly label: string
  readonly unit: string
  readonly rateHz: number
  readonly nSamples: number
}

/** The labels of the channels that were read for staging and events. */
export type UsedChannels = { readonly eeg: string; readonly eog?: string; readonly emg?: string }

/** The recording behind a night: what was in the file and what was used of it. */
export type RecordingSummary = {
  /** The file's name without its folder: a night's document travels, a user's folders do not. */
  readonly file: string
  /** Local wall clock `YYYY-MM-DDTHH:MM:SS`; unknown when the file hides it. */
  readonly startTime?: string
  readonly durationS: number
  readonly channels: readonly ChannelSummary[]
  readonly used: UsedChannels
}

/** A spindle as the night's document lists it; times from the start of the recording. */
export type NightSpindle = {
  readonly startS: number
  readonly durationS: number
  readonly frequencyHz: number
  /** Peak-to-peak amplitude, uV. */
  readonly amplitudeUv: number
}

/** A slow wave as the night's document lists it; times from the start of the recording. */
export type NightSlowWave = {
  readonly startS: number
  readonly durationS: number
  readonly negPeakS: number
  readonly ptpUv: number
}

/**
 * A stretch of the night with a beginning and a length: an eye movement, an arousal, a movement.
 */
export type NightStretch = { readonly startS: number; readonly durationS: number }

/**
 * Power over time and frequency: column-major, one column of `frequenciesHz.length` values per
 * time.
 */
export type NightSpectrogram = {
  /** Centre of each column, seconds from the start of the recording. */
  readonly timesS: Float64Array
  readonly frequenciesHz: Float64Array
  /** 10 log10(uV^2/Hz); NaN where the signal is missing. */
  readonly powerDb: Float32Array
}

/** How slow waves and spindles meet: cosine phase, 0 = up-state peak of the slow wave. */
export type NightCoupling = {
  /** Mean slow-wave phase at the spindles' peaks, radians, 0 = positive peak. */
  readonly meanPhaseRad: number
  /** Length of the mean resultant, 0 = any phase, 1 = always the same. */
  readonly resultant: number
  readonly n: number
  /** Rayleigh test of uniformity. */
  readonly p: number
}

/** A night, read: everything the report, the page and the document are drawn from. */
export type Night = {
  readonly recording: RecordingSummary
  readonly model: ModelCard
  readonly epochS: number
  /** The answer, one stage per epoch; `?` where there is no usable signal. */
  readonly stages: readonly Stage[]
  /**
   * Epochs x 5, row-major in the order of `STAGES`: the model's calibrated probabilities,
   * unsmoothed.
   */
  readonly probabilities: Float32Array
  /** One value per epoch, 0 = no usable signal, 1 = clean. */
  readonly quality: Float32Array
  /** Epochs over which experts would probably disagree. */
  readonly ambiguous: readonly boolean[]
  /** The hidden Markov view, kept apart from the probabilities. */
  readonly smoothedStages: readonly Stage[]
  readonly explanations?: StagingExplanations
  readonly spindles: readonly NightSpindle[]
  readonly slowWaves: readonly NightSlowWave[]
  readonly coupling?: NightCoupling
  /** Present when an EOG channel was read. */
  readonly rems?: readonly NightStretch[]
  readonly arousals: readonly NightStretch[]
  readonly movements: readonly NightStretch[]
  readonly statistics: SleepStatistics
  /** A scorer's hypnogram that came with the recording, and how the model agrees with it. */
  readonly reference?: { readonly hypnogram: Hypnogram; readonly agreement: Agreement }
  /** Absent when only features, not the signal, were at hand. */
  readonly spectrogram?: NightSpectrogram
  /** What was odd about the file or the signal, one sentence each. */
  readonly warnings: readonly string[]
}
