import { fail, isTimeZone, ok, type Result } from '@nocturne/core/math'
import type { SourceChannel, SourceCode, SourceOptions } from './source.ts'

/** Pieces a second unless said: a piece of 16 samples at 256 Hz. */
const PIECES_A_SECOND = 16
/** Rates a loop may run at, and the one taken where the source's own is none. */
const LOOP_RATES_HZ = [64, 512] as const
const USUAL_RATE_HZ = 256

/** Rates of devices and recordings that are resampled; filters grow with what lies beyond. */
const DEVICE_RATES_HZ = [0.01, 100_000] as const
/** Rates and pieces that may be asked for. */
const ASKED_RATES_HZ = [50, 1024] as const
const MOST_CHUNK_SAMPLES = 4096

/** Whether a signal at this rate can be brought to that of a loop. */
export function isUsableRate(rateHz: number): boolean {
  const [least, most] = DEVICE_RATES_HZ
  return rateHz >= least && rateHz <= most
}

/** What of the options means nothing, if any: for every kind of source. */
export function optionProblem(options: SourceOptions): Result<never, SourceCode> | undefined {
  const { rateHz, chunkSamples, speed, timeZone } = options
  const [least, most] = ASKED_RATES_HZ
  const isWhole = (value: number, from: number, to: number): boolean =>
    Number.isInteger(value) && value >= from && value <= to
  if (rateHz !== undefined && !isWhole(rateHz, least, most)) {
    return fail('SOURCE_SPEC', 'rate', `${rateHz} Hz`, `a whole number from ${least} to ${most}`)
  }
  if (chunkSamples !== undefined && !isWhole(chunkSamples, 1, MOST_CHUNK_SAMPLES)) {
    const expected = `a whole number from 1 to ${MOST_CHUNK_SAMPLES}`
    return fail('SOURCE_SPEC', 'samples of a piece', `${chunkSamples}`, expected)
  }
  if (options.piecesHz !== undefined && !(options.piecesHz > 0)) {
    return fail('SOURCE_SPEC', 'pieces a second', `${options.piecesHz}`, 'a number above 0')
  }
  if (speed !== undefined && !(speed >= 0 && speed < Number.POSITIVE_INFINITY)) {
    return fail('SOURCE_SPEC', 'speed', `${speed}`, 'a number from 0')
  }
  if (options.hours !== undefined && !(options.hours > 0)) {
    return fail('SOURCE_SPEC', 'hours', `${options.hours}`, 'a number above 0')
  }
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return fail('SOURCE_SPEC', 'time zone', `"${timeZone}"`, 'an IANA zone, as Europe/Berlin')
  }
  return undefined
}

/** Samples of a piece: as said, else by the pieces a second, 16 unless said. */
export function chunkSamplesOf(options: SourceOptions, rateHz: number): number {
  const { chunkSamples, piecesHz = PIECES_A_SECOND } = options
  return Math.max(1, chunkSamples ?? Math.round(rateHz / piecesHz))
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
