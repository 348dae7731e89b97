import { fail, momentOfText, ok, type Result } from '@nocturne/core/math'
import { LONGEST_NIGHT_H, SYNTHETIC_CHANNELS, syntheticSleeper } from '@nocturne/core/sleep'
import { type PlayedBlock, playedSource } from './playback.ts'
import type { Source, SourceCode, SourceOptions } from './source.ts'
import { chunkSamplesOf } from './source-options.ts'

/** Seconds made at once. */
const BLOCK_S = 4
const USUAL_RATE_HZ = 256
const LATTICE = { gain: 0.1, offset: 0 }
const USUAL_HOURS = 8
/** When the made-up night starts, in the zone of the options (UTC unless said). */
const START_TIME = '2026-01-01T23:00:00'

/**
 * The synthetic sleeper of a seed (any whole number from 0) as a source: 8 h at 256 Hz unless said,
 * made as it is played, in the steps of an amplifier of .1 uV. The same seed and options give the
 * same samples at any speed.
 */
export function synthSource(seedText: string, options: SourceOptions): Result<Source, SourceCode> {
  const seed = /^\d{1,15}$/.test(seedText) ? Number(seedText) : Number.NaN
  if (Number.isNaN(seed)) {
    return fail('SOURCE_SPEC', 'synth:SEED', `"${seedText}"`, 'a whole number, as in synth:7')
  }
  const { rateHz = USUAL_RATE_HZ, hours = USUAL_HOURS, channels } = options
  if (!(hours > 0 && hours <= LONGEST_NIGHT_H)) {
    return fail('SOURCE_SPEC', 'hours', `${hours}`, `more than 0 and up to ${LONGEST_NIGHT_H}`)
  }
  const unknown = channels?.find((label) => !SYNTHETIC_CHANNELS.includes(label))
  if (unknown !== undefined) {
    const expected = `out of ${SYNTHETIC_CHANNELS.join(', ')}`
    return fail('SOURCE_CHANNEL', 'synth', `"${unknown}"`, expected)
  }
  const sleeper = syntheticSleeper({ seed, rateHz, hours, ...(channels && { channels }) })
  const timeZone = options.timeZone ?? 'UTC'
  const startMs = momentOfText(timeZone, START_TIME)
  const description = {
    name: `synth:${seed}`,
    channels: sleeper.labels.map((label) => ({ label, unit: 'uV', lattice: LATTICE })),
    ...{ rateHz, timeZone, durationS: hours * 3600, live: false },
    ...(startMs !== undefined && { startMs }),
  }
  async function* blocks(): AsyncGenerator<PlayedBlock> {
    for (let first = 0; ; ) {
      const columns = sleeper.next(BLOCK_S).map((column) => column.map(measured))
      if (columns[0]!.length === 0) return
      yield { first, columns }
      first += columns[0]!.length
    }
  }
  const { speed = 1 } = options
  return ok(
    playedSource(description, blocks, { speed, chunkSamples: chunkSamplesOf(options, rateHz) }),
  )
}

/** A sample as an amplifier gives it. */
function measured(uv: number): number {
  return Math.round(uv / LATTICE.gain) * LATTICE.gain
}
