import { describeProblem } from '@nocturne/core/math'
import type { LoopEvent, LoopInput, Montage } from '@nocturne/core/night'
import { labMarkers, lslClockS, openLabStreams } from '@nocturne/edge'
import { UsageError } from './command.ts'

/** A night as a laboratory beside it records it: its signal and its events. */
export type Lab = {
  follow(input: LoopInput, events: readonly LoopEvent[]): void
  close(): Promise<void>
}

/** Opens the two streams under a name; undefined when no name is given. Throws UsageError. */
export async function labOf(name: string | undefined, montage: Montage): Promise<Lab | undefined> {
  if (name === undefined) return undefined
  const { rateHz, channels } = montage
  const startS = lslClockS() // device time 0 is about now
  const opened = await openLabStreams({
    ...{ name, rateHz, startS },
    channels: channels.map(({ label }) => ({ label, unit: 'uV' })),
  })
  if (!opened.ok) throw new UsageError(`--lsl: ${describeProblem(opened.problem)}`)
  const streams = opened.value
  const markerOf = labMarkers()
  return {
    follow: (input, events) => {
      if (input.kind === 'samples') streams.signal(input.columns, input.atMs)
      for (const event of events) {
        const marker = markerOf(event)
        if (marker !== undefined) streams.mark(marker.text, (marker.sample * 1000) / rateHz)
      }
    },
    close: () => streams.close(),
  }
}
