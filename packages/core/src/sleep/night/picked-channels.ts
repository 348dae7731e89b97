import type { EdfFile } from '../../signal/edf/reader.ts'
import type { Channel } from '../../signal/recording.ts'
import { type ChannelPick, deriveChannel } from './channel-choice.ts'

/**
 * Reads picked channels in one pass over the file, differences made, in the order of the picks:
 * voltages in uV, gaps NaN. `window` limits the time, seconds from the start. Rejects when the
 * medium fails.
 */
export async function pickedChannels(
  edf: EdfFile,
  picks: readonly ChannelPick[],
  window?: { readonly startS?: number; readonly endS?: number },
): Promise<Channel[]> {
  const indices = [
    ...new Set(
      picks.flatMap(({ index, minus }) => (minus === undefined ? [index] : [index, minus])),
    ),
  ]
  const channels = await edf.readChannels(indices, window)
  const at = (index: number): Channel => channels[indices.indexOf(index)]!
  return picks.map(({ label, index, minus }) =>
    minus === undefined ? at(index) : deriveChannel(label, at(index), at(minus)),
  )
}
