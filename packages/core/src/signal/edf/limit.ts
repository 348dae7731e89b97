/**
 * Every bound of the EDF reader and writer, with its reason. Whatever a header claims, sizes are
 * checked against the source's true length before anything is allocated; these bound what is left.
 */

/**
 * Bytes asked of the source at once: large enough to amortise a call, small enough to stay in
 * cache.
 */
export const CHUNK_BYTES: number = 1 << 20

/** Records longer than this are read signal by signal where that spares more than half of them. */
export const WHOLE_RECORD_BYTES: number = 1 << 18

/** Records longer than this are read signal by signal, in pieces, so that memory stays bounded. */
export const LONG_RECORD_BYTES: number = 1 << 23

/** Warnings kept per file; a header of 9,999 broken signals would else say 50,000 things. */
export const MAX_WARNINGS = 100

/** Annotations kept per file. A scored night has a few thousand; a million is a broken file. */
export const MAX_ANNOTATIONS = 1_000_000

/** Characters written of one annotation: every record is made as long as the longest one needs. */
export const MAX_TEXT_LENGTH = 1_000

/** Annotation bytes read of one record: a million annotations fit. */
export const MAX_ANNOTATION_BYTES: number = 1 << 26

/** Stretches without a gap in one file: one interruption a second for a whole day. */
export const MAX_SEGMENTS = 86_400

/**
 * Gaps become NaN on the time axis. All channels together may hold this many times the recorded
 * samples plus `GAP_ALLOWANCE_SAMPLES`: a night may have a day of gaps, a bit flip may not cost
 * gigabytes.
 */
export const GAP_FACTOR = 4

/** Samples of gap that even a tiny file may have: 256 Hz x 12 channels x 3 h, 128 MB as Float32. */
export const GAP_ALLOWANCE_SAMPLES: number = 1 << 25

/** Onsets beyond this (a hundred years in seconds) are not times but damage. */
export const MAX_ONSET_S = 3.2e9
