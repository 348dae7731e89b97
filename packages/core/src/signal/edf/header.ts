/**
 * The six kinds: plain, continuous (`+C`) and discontinuous (`+D`), of 16-bit EDF and 24-bit BDF.
 */
export type EdfFormat = 'EDF' | 'EDF+C' | 'EDF+D' | 'BDF' | 'BDF+C' | 'BDF+D'

/**
 * Why a file cannot be read: `EDF_NOT_EDF` another format; `EDF_TOO_SHORT` the source ends inside
 * the header; `EDF_HEADER` a field without which no sample can be placed; `EDF_GAP` gaps or
 * interruptions beyond the limits; `EDF_READ` the medium failed.
 */
export type EdfCode = 'EDF_NOT_EDF' | 'EDF_TOO_SHORT' | 'EDF_HEADER' | 'EDF_GAP' | 'EDF_READ'

/** One signal as its header describes it: labels, units and limits are the file's own. */
export type EdfSignal = {
  readonly label: string
  readonly transducer: string
  /** The physical dimension as written; `readChannel` gives voltages in uV. */
  readonly unit: string
  /** NaN where the field holds no number. */
  readonly physicalMin: number
  readonly physicalMax: number
  readonly digitalMin: number
  readonly digitalMax: number
  readonly prefilter: string
  readonly samplesPerRecord: number
  readonly rateHz: number
  /** Samples stored in the file; gaps do not count. */
  readonly nSamples: number
  /** Physical value in the file's unit = digital value x gain + offset. */
  readonly gain: number
  readonly offset: number
  /** Where the signal starts in a record, bytes. */
  readonly byteInRecord: number
}

/** Records in a row without a gap between them. */
export type EdfSegment = {
  readonly firstRecord: number
  readonly records: number
  /** Seconds from the start of the recording to the segment's first sample. */
  readonly startS: number
  readonly durationS: number
}

/** What the header of an EDF family file says, after the corrections that the warnings name. */
export type EdfHeader = {
  readonly format: EdfFormat
  /** The local patient and local recording identification, as written. */
  readonly patient: string
  readonly recording: string
  /**
   * Local wall clock of the first sample, `YYYY-MM-DDTHH:MM:SS[.ffffff]`; undefined when unusable.
   */
  readonly startTime?: string
  readonly records: number
  /** Seconds; 0 in a file that holds annotations only. */
  readonly recordDurationS: number
  /** Seconds from the first sample to the end of the last record, gaps included. */
  readonly durationS: number
  /** True when no record starts later than the one before it ends. */
  readonly continuous: boolean
  /** The ordinary signals in file order; annotation signals are not among them. */
  readonly signals: readonly EdfSignal[]
  /** Stretches without a gap, in time order; empty when the file has no data records. */
  readonly segments: readonly EdfSegment[]
}

/** Where things lie in a file; what the decoder needs beside the header. */
export type EdfLayout = {
  readonly format: EdfFormat
  readonly patient: string
  readonly recording: string
  readonly startTime?: string
  readonly records: number
  readonly recordDurationS: number
  readonly headerBytes: number
  readonly recordBytes: number
  /** 2 in EDF, 3 in BDF. */
  readonly sampleBytes: 2 | 3
  readonly signals: readonly EdfSignal[]
  readonly annotationSignals: readonly EdfSignal[]
}
