import { ok, type Result } from '../../math/result.ts'
import type { Hypnogram } from '../hypnogram/hypnogram.ts'
import { type BandPowerCode, readBandPowers } from '../shipped/band-power-file.ts'
import { starterFromBandPowers, starterModel } from '../shipped/starter.ts'
import type { Night } from './night.ts'
import { stagedPart, withReference } from './read-night.ts'

/** How a table of band powers is to be read as a night. */
export type BandPowerNightOptions = {
  /** The name the night's document gives the table. */
  readonly file: string
  readonly variant: 'offline' | 'live'
  /** The channel to read, as the table's heading names it; all of them unless said. */
  readonly eeg?: string
  readonly reference?: Hypnogram
}

/**
 * A night from a table of band powers (see `readBandPowers`): stages and statistics by the starter
 * model, no events and no spectrogram, since there is no signal. Stages in the table are its
 * reference unless another is given. Fails where the table is broken or lacks the channel.
 */
export async function readBandPowerNight(
  bytes: Uint8Array,
  options: BandPowerNightOptions,
): Promise<Result<Night, BandPowerCode | 'BAND_POWER_CHANNEL'>> {
  const table = readBandPowers(bytes)
  if (!table.ok) return table
  const { channels, epochS, stages } = table.value
  const used = channels.filter(({ label }) => options.eeg === undefined || label === options.eeg)
  const [first] = used
  if (!first) {
    const expected = `one of ${channels.map(({ label }) => label).join(', ')}`
    const problem = { where: 'channels', got: `"${options.eeg}"`, expected }
    return { ok: false, problem: { code: 'BAND_POWER_CHANNEL', ...problem } }
  }
  const staged = await starterFromBandPowers(used, options.variant)
  const epochs = staged.quality.length
  const night: Night = {
    recording: {
      file: options.file,
      durationS: epochs * epochS,
      channels: channels.map(({ label }) => ({
        ...{ label, unit: 'uV^2/Hz', rateHz: 1 / epochS, nSamples: epochs },
      })),
      used: { eeg: first.label },
    },
    ...stagedPart(starterModel(options.variant), staged),
    spindles: [],
    slowWaves: [],
    arousals: [],
    movements: [],
    warnings: ['band powers, not a signal: stages only, no events'],
  }
  const own = stages && { epochS, stages, startS: 0 }
  return ok(withReference(night, options.reference ?? own))
}
