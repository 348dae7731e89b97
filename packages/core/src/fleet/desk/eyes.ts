import { SANITY } from '../anomaly/sanity.ts'
import { FRAME_CHANNELS, type FrameBlock } from '../telemetry/frame.ts'
import type { DeviceEntry } from './device-entry.ts'
import { hearAwakening, hearSleep } from './sleeper-night.ts'

/** Frames that were heard, the device time before them, s, and the centre's time, ms. */
type Seen = { readonly block: FrameBlock; readonly beforeS: number; readonly atMs: number }

/** Looks at frames that are new. */
export function look(entry: DeviceEntry, { block, beforeS, atMs }: Seen): void {
  if (block.asleep) hearSleep(entry.night, atMs)
  let frameS = block.startS
  for (let i = 0; i < block.stepsDs.length; i++) {
    frameS += block.stepsDs[i]! / 10
    if (frameS <= beforeS) continue
    const from = i * FRAME_CHANNELS
    const values = block.values.subarray(from, from + FRAME_CHANNELS)
    const wallS = block.wallOffsetS > 0 ? block.wallOffsetS + frameS : Number.NaN
    const frame = { frameAtS: wallS, nowS: atMs / 1000, values }
    entry.sanity = SANITY.step(entry.sanity, frame).state
    entry.findings = entry.sanity.findings
  }
}

/** The sleeper woke. */
export function countAwakening(entry: DeviceEntry): void {
  hearAwakening(entry.night)
}
