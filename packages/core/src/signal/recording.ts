/**
 * One signal of a recording: a column, never rows. `samples` are in `unit`, evenly spaced at
 * `rateHz` from the start of the recording; a sample that was not recorded is NaN.
 */
export type Channel = {
  readonly label: string
  /**
   * Physical unit as normalised text: `uV` for every voltage, else as the file says (`degC`, `%`).
   */
  readonly unit: string
  readonly rateHz: number
  readonly samples: Float32Array
}

/**
 * A moment or stretch that somebody or something marked, seconds from the start of the recording.
 */
export type Annotation = {
  readonly onsetS: number
  readonly durationS?: number
  readonly text: string
}

/** A night, or part of one, as it was recorded: channels side by side on one time axis. */
export type Recording = {
  /**
   * Local wall clock of the first sample, `YYYY-MM-DDTHH:MM:SS[.mmm]`; unknown when the file hides
   * it.
   */
  readonly startTime?: string
  /** IANA zone of `startTime`; EDF does not carry one, so it is mostly unknown. */
  readonly timeZone?: string
  readonly durationS: number
  readonly channels: readonly Channel[]
  readonly annotations: readonly Annotation[]
}
