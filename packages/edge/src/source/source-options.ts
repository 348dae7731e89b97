import { fail, ok, type Result } from '@nocturne/core/math'
import type { SourceChannel, SourceCode, SourceOptions } from './source.ts'

/** Pieces a second unless said: a piece of 16 samples at 256 Hz. */
const PIECES_A_SECOND = 16
/** Rates a loop may run at, and the one taken where the source's own is none. */
const LOOP_RATES_HZ = [64, 512] as const
const USUAL_RATE_HZ = 256

/** Samples of a piece: as said, else a sixteenth of a second. */
export function chunkSamplesOf(options: SourceOptions, rateHz: number): number {
  return Math.max(1, options.chunkSamples ?? Math.round(rateHz / PIECES_A_SECOND))
}

/**
 * The rate to give: as said, else the source's own if it is whole and from 64 to 512 Hz, else 256.
 */
export function loopRateOf(options: SourceOptions, ownHz: number): number {
  const [least, most] = LOOP_RATES_HZ
  const usable = Number.isInteger(ownHz) && ownHz >= least && ownHz <= most
  return options.rateHz ?? (usable ? ownHz : USUAL_RATE_HZ)
}

/** Channels with their lattices where samples come as they were measured, else without. */
export function asMeasured(channels: readonly SourceChannel[], measured: boolean): SourceChannel[] {
  return channels.map(({ label, unit, lattice }) => ({
    ...{ label, unit },
    ...(measured && lattice && { lattice }),
  }))
}

/** Indices of the channels that were asked for by label, in that order; all unless asked. */
export function chosenChannels(
  channels: readonly { readonly label: string }[],
  wanted: readonly string[] | undefined,
  where: string,
): Result<number[], SourceCode> {
  const labels = channels.map(({ label }) => label)
  if (labels.length === 0) return fail('SOURCE_CHANNEL', where, 'no signal', 'at least one')
  const chosen = wanted?.map((label) => labels.indexOf(label)) ?? [...labels.keys()]
  const unknown = chosen.indexOf(-1)
  return unknown < 0
    ? ok(chosen)
    : fail('SOURCE_CHANNEL', where, `"${wanted![unknown]}"`, `one of ${labels.join(', ')}`)
}
