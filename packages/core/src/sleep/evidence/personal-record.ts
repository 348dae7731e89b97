import type { TimeZone } from '../../math/time-zone.ts'
import type { PersonalSeries } from './personal-series.ts'
import type { SleepEpisode } from './sleep-episode.ts'

/** What one file says about a person: sleeps and series, each with its provenance. */
export type PersonalRecord = {
  /** The format it was recognised as: `apple-health`, `acttrust`, `diary-csv`. */
  readonly format: string
  /** The zone of its clocks. */
  readonly zone: TimeZone
  /** Whether the file named its zone, the caller gave it, or UTC was assumed for want of both. */
  readonly zoneFrom: 'file' | 'given' | 'assumed'
  /** By onset (or bed, offset, rise, whichever is known), earliest first. */
  readonly episodes: readonly SleepEpisode[]
  readonly series: readonly PersonalSeries[]
  /** What was odd but could be read; one line each, at most `MAX_WARNINGS`. */
  readonly warnings: readonly string[]
}

/** Why a person's file could not be read. */
export type EvidenceCode =
  /** No reader knows the content. */
  | 'UNKNOWN_FORMAT'
  /** The format is known and a field is not as it should be. */
  | 'BAD_FIELD'
  /** The format is known and the file holds nothing to use. */
  | 'EMPTY'
  /** The file ends in the middle. */
  | 'TRUNCATED'
  /** Larger, deeper or longer than a limit allows. */
  | 'TOO_LARGE'
  /** The caller asked to stop. */
  | 'CANCELLED'
  | 'TIME_ZONE'

/** What a reader is told beside the bytes. */
export type EvidenceOptions = {
  /** The file's name, for messages only: recognition is by content. */
  readonly name?: string | undefined
  /** The zone of clocks that carry none. */
  readonly zone?: TimeZone | undefined
  /** Told the bytes read so far, for progress. */
  readonly onBytes?: ((read: number) => void) | undefined
  /** Asked between chunks: true ends the reading. */
  readonly cancelled?: (() => boolean) | undefined
}

/**
 * A file's bytes in order, in chunks of any size: a Node stream, a browser File's stream, or an
 * array.
 */
export type ByteChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Warnings kept of one file; the last one says how many more there were. */
export const MAX_WARNINGS = 50
