import type { Night } from '@nocturne/core/sleep'

/** Where a recording comes from: a file the user chose, or one of this site. */
export type RecordingOrigin = { readonly file: File } | { readonly url: string }

/** What the page asks of the worker that reads nights. */
export type ReadRequest =
  | {
      readonly kind: 'read'
      readonly origin: RecordingOrigin
      /** `starter`, `starter-live`, or the model files the user brought. */
      readonly model: string | readonly File[]
      /** A scorer's hypnogram to compare with. */
      readonly hypnogram?: File
    }
  /** Opens a recording for its traces only: its night is known. */
  | { readonly kind: 'open'; readonly origin: RecordingOrigin }
  | { readonly kind: 'page'; readonly startS: number; readonly durationS: number }

/** A stretch of one channel, in its unit; NaN where nothing was recorded. */
export type Trace = {
  readonly label: string
  readonly unit: string
  readonly rateHz: number
  readonly samples: Float32Array
}

/** What the worker answers. */
export type ReadReply =
  | { readonly kind: 'progress'; readonly label: string; readonly fraction: number }
  | { readonly kind: 'night'; readonly night: Night; readonly document: string }
  | { readonly kind: 'page'; readonly startS: number; readonly traces: readonly Trace[] }
  | { readonly kind: 'problem'; readonly text: string }
