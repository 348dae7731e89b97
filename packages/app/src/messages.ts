import type { ChannelPick, Night } from '@nocturne/core/sleep'

/** Where a recording comes from: a file the user chose, or one of this site. */
export type RecordingOrigin = { readonly file: File } | { readonly url: string }

/** The stager that reads a night: one that ships with the program, or files the user brought. */
export type ModelOrigin = 'starter' | 'starter-live' | readonly File[]

/** What a night was read from: enough to read it once more. */
export type NightSources = {
  readonly origin: RecordingOrigin
  readonly model: ModelOrigin
  /** A scorer's hypnogram to compare with. */
  readonly hypnogram?: File
  /** The EEG channel to stage from; chosen by name unless said. */
  readonly eeg?: string
}

/**
 * What the page asks of a reader: the night of `sources`, with whatever `files` holds in place of
 * them. `night` is the night that `sources` gave; with it a hypnogram alone needs no new reading.
 */
export type ReadRequest = {
  readonly sources: NightSources
  readonly files: readonly File[]
  readonly night?: Night
}

/** What a reader answers. */
export type ReadReply =
  | { readonly kind: 'progress'; readonly label: string; readonly fraction: number }
  | { readonly kind: 'night'; readonly night: Night; readonly sources: NightSources }
  /** No channel is EEG by its name: the person may know which is. */
  | {
      readonly kind: 'question'
      readonly labels: readonly string[]
      readonly sources: NightSources
    }
  | { readonly kind: 'problem'; readonly text: string }

/** A channel that can be looked at: recorded so, or the difference of two that were. */
export type ViewChannel = ChannelPick & { readonly unit: string; readonly rateHz: number }

/** What the page asks of the viewer. */
export type ViewRequest =
  | { readonly kind: 'open'; readonly origin: RecordingOrigin }
  | {
      readonly kind: 'page'
      readonly startS: number
      readonly durationS: number
      readonly channels: readonly ViewChannel[]
    }

/** A stretch of one channel, in its unit; NaN where nothing was recorded. */
export type Trace = {
  readonly label: string
  readonly unit: string
  readonly rateHz: number
  readonly samples: Float32Array
}

/** What the viewer answers; `shown` are the channels a page shows unless others are chosen. */
export type ViewReply =
  | {
      readonly kind: 'opened'
      readonly channels: readonly ViewChannel[]
      readonly shown: readonly string[]
    }
  | { readonly kind: 'page'; readonly startS: number; readonly traces: readonly Trace[] }
  | { readonly kind: 'problem'; readonly text: string }
