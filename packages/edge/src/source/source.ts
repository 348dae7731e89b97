import type { SampleClockEstimate } from '@nocturne/core/signal'

/** The steps in which a device measures: every sample is fround(n x gain + offset), n whole. */
export type SampleLattice = { readonly gain: number; readonly offset: number }

/** One signal of a source: where it sits, and in which unit its samples come. */
export type SourceChannel = {
  readonly label: string
  readonly unit: string
  /** Known where samples come as they were measured, at the device's own rate. */
  readonly lattice?: SampleLattice
}

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
  /** Length of a recording, s, gaps included; unknown for what is live. */
  readonly durationS?: number
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
  /** A live source's device time now, by the clock of its `atMs`: it goes on without samples. */
  readonly nowMs?: () => number
  /** A live source's rate by this machine's clock; undefined for a played one and at first. */
  readonly measuredRate?: () => SampleClockEstimate | undefined
  /** Hears what happens to the source. */
  onNotice(listener: (notice: SourceNotice) => void): void
  close(): Promise<void>
}

/**
 * Why a source cannot be opened: `SOURCE_SPEC` a name or an option that means nothing,
 * `SOURCE_FILE` a file that cannot be read, `SOURCE_CHANNEL` a channel that is not there,
 * `SOURCE_LINK` a device or stream that is not found or speaks another language.
 */
export type SourceCode = 'SOURCE_SPEC' | 'SOURCE_FILE' | 'SOURCE_CHANNEL' | 'SOURCE_LINK'

/** How to open a source; every part may be left out. */
export type SourceOptions = {
  /** Labels of the channels to give, in this order; all of them unless said. */
  readonly channels?: readonly string[]
  /** The rate to give, whole Hz; the source's own where it has a usable one. */
  readonly rateHz?: number
  /** Most samples of a piece. */
  readonly chunkSamples?: number
  /** Least pieces a second where `chunkSamples` is not said; 16 unless said. */
  readonly piecesHz?: number
  /** Played sources: 1 (unless said) is real time, 0 as fast as the consumer pulls. */
  readonly speed?: number
  /** The IANA zone in which a recording's wall clock is read; UTC unless said. */
  readonly timeZone?: string
  /** Devices without names for their channels: the names of the first ones, in order. */
  readonly labels?: readonly string[]
  /** Streams of the network: hosts that are asked by name where multicast does not reach. */
  readonly peers?: readonly string[]
  /** Played sources: how much is played, hours; all of a recording, 8 of a made-up sleeper. */
  readonly hours?: number
}
