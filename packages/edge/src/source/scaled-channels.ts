import { normalUnit } from '@nocturne/core/signal'
import { describedChannels, type LslStream } from '../lsl/stream-info.ts'

/** A channel of a stream, and what its values are multiplied by to be in `unit`. */
export type ScaledChannel = {
  readonly label: string
  readonly unit: string
  readonly factor: number
}

/**
 * The channels of a stream, the first ones renamed as asked: voltages in uV by the units that it
 * describes, uV where an EEG stream names none.
 */
export function scaledChannels(
  stream: LslStream,
  labels: readonly string[] | undefined,
): ScaledChannel[] {
  const isEeg = /eeg/i.test(stream.type)
  return describedChannels(stream).map(({ label, unit }, k) => ({
    label: labels?.[k] ?? label,
    ...normalUnit(unit === '' && isEeg ? 'uV' : unit),
  }))
}
