import type { SourceOptions } from './source.ts'

/** Pieces a second unless said: a piece of 16 samples at 256 Hz. */
const PIECES_A_SECOND = 16

/** Samples of a piece: as said, else a sixteenth of a second. */
export function chunkSamplesOf(options: SourceOptions, rateHz: number): number {
  return Math.max(1, options.chunkSamples ?? Math.round(rateHz / PIECES_A_SECOND))
}
