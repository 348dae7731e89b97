import { ok, type Result } from '@nocturne/core/math'
import { LSL_PORTS, type LslPorts } from './network.ts'
import { type LslOutlet, openOutlet } from './outlet.ts'
import { channelsElement, type LslCode } from './stream-info.ts'
import { leaf } from './xml.ts'

/** A night as a laboratory can record it beside its own devices. */
export type LabStreams = {
  /** Gives a piece of the signal, whose last sample was at `atMs`. */
  signal(columns: readonly Float32Array[], atMs: number): void
  /** Gives a marker: `stage N3`, `stimulus`. */
  mark(text: string, atMs: number): void
  /** Recorders that are connected to either stream. */
  consumers(): number
  close(): Promise<void>
}

/** What is offered, and to whom. */
export type LabStreamsOptions = {
  /** Names the streams: `Bed` gives `Bed` and `Bed-Markers`. */
  readonly name: string
  readonly channels: readonly { readonly label: string; readonly unit: string }[]
  readonly rateHz: number
  /** What `lslClockS` was at device time 0. */
  readonly startS: number
  readonly ports?: LslPorts
}

/**
 * Offers two streams: the signal that the loop works on (`EEG`, float32) and its markers
 * (`Markers`, texts, irregular), with times of one clock. A moment ahead, when a sound will be
 * heard, is a time like any other. Fails with LSL_PORT where no port is free.
 */
export async function openLabStreams(
  options: LabStreamsOptions,
): Promise<Result<LabStreams, LslCode>> {
  const { name, channels, rateHz, startS, ports = LSL_PORTS } = options
  const described = channels.map((channel) => ({ ...channel, type: typeOf(channel.label) }))
  const maker = leaf('manufacturer', 'Nocturne')
  const signal = await openOutlet(
    {
      ...{ name, type: 'EEG', channelCount: channels.length, rateHz, format: 'float32' },
      ...{ sourceId: `nocturne-${name}`, description: [channelsElement(described), maker] },
    },
    ports,
  )
  if (!signal.ok) return signal
  const markers = await openOutlet(
    {
      ...{ name: `${name}-Markers`, type: 'Markers', channelCount: 1, rateHz: 0, format: 'string' },
      ...{ sourceId: `nocturne-${name}-markers`, description: [maker] },
    },
    ports,
  )
  if (!markers.ok) {
    await signal.value.close()
    return markers
  }
  return ok(streamsOf(signal.value, markers.value, startS))
}

function streamsOf(signal: LslOutlet, markers: LslOutlet, startS: number): LabStreams {
  return {
    signal: (columns, atMs) => signal.pushColumns(columns, startS + atMs / 1000),
    mark: (text, atMs) => markers.push([text], startS + atMs / 1000),
    consumers: () => signal.consumers() + markers.consumers(),
    close: async () => {
      await signal.close()
      await markers.close()
    },
  }
}

function typeOf(label: string): string {
  return /^(EOG|EMG|ECG|ACC)\b/i.exec(label)?.[1]?.toUpperCase() ?? 'EEG'
}
