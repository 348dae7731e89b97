import type { FrameBlock } from '../telemetry/frame.ts'
import { FRAME_CHANNELS } from '../telemetry/frame.ts'
import { decodeFrames } from '../telemetry/frame-codec.ts'
import { tellMark } from './births.ts'
import { givenMsOf, sinceBoot } from './consents.ts'
import { regroup } from './counts.ts'
import type { DeviceEntry } from './device-entry.ts'
import { look } from './eyes.ts'
import { weigh } from './grants.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionState } from './partition-state.ts'
import { noteDurable, type Stretch } from './watermark.ts'

/** A watermark is told after so many messages. */
const MARK_EVERY = 4
/** Of when a boot began nothing finer is kept, ms. */
const CLOCK_STEP_MS = 250
/** Share of passed time by which clocks may differ without counting as delay. */
const CLOCK_SLACK = 0.05

/**
 * Frames of a device: they are durable now; what is new of the present start tells how the device
 * is, and renews its grant. The first gives one at once.
 */
export function hearFrames(
  state: PartitionState,
  entry: DeviceEntry,
  { bytes, atMs }: { readonly bytes: Uint8Array; readonly atMs: number },
  out: Outbox,
): void {
  const read = decodeFrames(bytes)
  if (!read.ok) return
  const block = read.value
  const { boot, firstSeq: fromSeq, stepsDs } = block
  const isNew = hearMessage(entry, { boot, fromSeq, toSeq: fromSeq + stepsDs.length }, out)
  if (!isNew || boot !== entry.boot) return
  let ds = 0
  for (let i = 0; i < stepsDs.length; i++) ds += stepsDs[i]!
  const beforeS = entry.heardS
  if (!hearTime(entry, block.startS + ds / 10, atMs)) return
  hearState(entry, block)
  look(state, entry, { block, beforeS, atMs }, out)
  if (entry.given.length === 0 || entry.given.at(-1)!.grant.boot !== boot) {
    weigh(state, entry, atMs, out)
  } else {
    entry.isDue = true
  }
}

/** Notes a message as durable, and tells the watermark at every fourth; false when it is known. */
export function hearMessage(entry: DeviceEntry, stretch: Stretch, out: Outbox): boolean {
  const noted = noteDurable(entry.durable, stretch, entry.boot)
  entry.sinceMark++
  if (entry.sinceMark >= MARK_EVERY) {
    entry.sinceMark = 0
    tellMark(entry, out)
  }
  return noted === 'new'
}

/**
 * A device time of the present start was heard; false when a later one was before. Rounded down to
 * what a grant carries, so that no life begins later than what was heard.
 */
export function hearTime(entry: DeviceEntry, atS: number, atMs: number): boolean {
  const heardS = Math.floor(atS * 1000) / 1000
  if (heardS <= entry.heardS) return false
  if (entry.heardS >= 0) {
    const passedMs = (heardS - entry.heardS) * 1000
    const lag = atMs - entry.heardMs - passedMs * (1 + CLOCK_SLACK)
    entry.lateMs = Math.max(0, entry.lateMs + lag)
  }
  entry.heardS = heardS
  entry.heardMs = atMs
  const bootMs = atMs - heardS * 1000
  if (bootMs < entry.bootMs - CLOCK_STEP_MS) {
    entry.bootMs = bootMs
    entry.consents = sinceBoot(entry.consents, entry.boot, bootMs)
    entry.consentMs = givenMsOf(entry.consents, entry.consentId)
  }
  entry.isOnline = true
  entry.hasLeft = false
  entry.isDirty = true
  return true
}

function hearState(entry: DeviceEntry, block: FrameBlock): void {
  const { mode, consent, release, wallOffsetS, asleep, values, stepsDs } = block
  entry.mode = mode
  entry.consent = entry.consentId === '' ? 'natural' : consent
  if (entry.release !== release) {
    entry.release = release
    regroup(entry)
  }
  entry.wallOffsetS = wallOffsetS
  entry.isAsleep = asleep
  const from = (stepsDs.length - 1) * FRAME_CHANNELS
  for (let c = 0; c < FRAME_CHANNELS; c++) entry.values[c] = values[from + c]!
}
