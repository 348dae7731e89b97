/** One signal of a source: where it sits, and in which unit its samples come. */
export type SourceChannel = { readonly label: string; readonly unit: string }

/** What a source is before its first sample. */
export type SourceDescription = {
  readonly name: string
  readonly channels: readonly SourceChannel[]
  /** One rate for all channels, Hz. */
  readonly rateHz: number
  /** Wall clock of the first sample, ms since the epoch; unknown for a recording that hides it. */
  readonly startMs?: number
  /** IANA zone of the sleeper, when the source knows it. */
  readonly timeZone?: string
  /** A live source goes on by itself; a played one waits to be asked. */
  readonly live: boolean
}

/** A piece of signal: columns side by side, from sample `first`; a jump of `first` is a gap. */
export type SourceChunk = {
  readonly first: number
  /** One column a channel; NaN where missing. */
  readonly columns: readonly Float32Array[]
  /** Device time at which it came, whole ms of a monotonic clock since the source was opened. */
  readonly atMs: number
}

/** Something that happened to a source, for the log and the loop's freshness. */
export type SourceNotice = {
  readonly kind: 'gap' | 'lost' | 'back' | 'drift' | 'ended'
  readonly atMs: number
  readonly text: string
}

/** Where signal comes from: a recording, a made-up sleeper, a headband, a network stream. */
export type Source = {
  readonly description: SourceDescription
  /** The pieces in order, until the source ends or is closed. Time without pieces gives none. */
  chunks(): AsyncIterable<SourceChunk>
  /** Hears what happens to the source. */
  onNotice(listener: (notice: SourceNotice) => void): void
  close(): Promise<void>
}
