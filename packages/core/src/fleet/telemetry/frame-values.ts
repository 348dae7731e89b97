import { CHANNEL_NAMES, CHANNELS, type ChannelName, MISSING } from './channel.ts'
import { FRAME_CHANNELS } from './frame.ts'

/** Numbers of a frame by name, in their units; what is left out or NaN is missing. */
export type FrameNumbers = Partial<Readonly<Record<ChannelName, number>>>

/**
 * Twelve numbers as a frame has them: scaled, rounded, held to what 16 bits can say, in the order
 * of `CHANNEL_NAMES`; missing stays missing.
 */
export function frameValues(numbers: FrameNumbers): Int16Array<ArrayBuffer> {
  const values = new Int16Array(FRAME_CHANNELS).fill(MISSING)
  for (const [k, name] of CHANNEL_NAMES.entries()) {
    const scaled = Math.round((numbers[name] ?? Number.NaN) * CHANNELS[name].scale)
    if (!Number.isNaN(scaled)) values[k] = Math.max(MISSING + 1, Math.min(32_767, scaled))
  }
  return values
}
