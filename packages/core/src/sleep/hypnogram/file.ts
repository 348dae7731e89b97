import type { Problem } from '../../math/result.ts'
import type { Hypnogram } from './hypnogram.ts'
import type { StageCodes } from './stage-code.ts'

/** Layouts of a hypnogram file that are told apart by what is in them. */
export type HypnogramFormat =
  | 'edf'
  | 'json'
  | 'lines'
  | 'luna'
  | 'nsrr'
  | 'profusion'
  | 'remlogic'
  | 'table'

/** Why a hypnogram file was refused. */
export type HypnogramCode =
  | 'HYPNOGRAM_CODES'
  | 'HYPNOGRAM_COLUMN'
  | 'HYPNOGRAM_EDF'
  | 'HYPNOGRAM_EMPTY'
  | 'HYPNOGRAM_FORMAT'
  | 'HYPNOGRAM_JSON'
  | 'HYPNOGRAM_SIZE'
  | 'HYPNOGRAM_STAGE'
  | 'HYPNOGRAM_TIME'
  | 'HYPNOGRAM_XML'

/** A hypnogram with what is known of the file it came from. */
export type HypnogramFile = {
  readonly hypnogram: Hypnogram
  readonly format: HypnogramFormat
  /** What bare numbers in it were taken for; absent when the file has words. */
  readonly codes?: StageCodes
  /** Lights off and on as the file marks them, seconds from the start of the recording. */
  readonly lights?: { readonly offS?: number; readonly onS?: number }
  /** Every decision a reader may want to know of, a sentence each. */
  readonly warnings: readonly string[]
}

/** What a user may say about a file that does not say it itself. */
export type HypnogramFileOptions = {
  /** What bare numbers mean. */
  readonly codes?: StageCodes | undefined
  /** The column of a table that holds the stage: `stage_hum`, `stage_ai`, `device`. */
  readonly column?: string | undefined
  /** Length of an epoch in seconds, where the file does not say. */
  readonly epochS?: number | undefined
}

/** What a reader of one format returns: the file, or why not. */
export type Reading =
  | { readonly ok: true; readonly value: HypnogramFile }
  | { readonly ok: false; readonly problem: Problem<HypnogramCode> }
