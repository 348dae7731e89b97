import { modeRank } from '../../night/governor/mode.ts'
import { SANITY } from '../anomaly/sanity.ts'
import { tallyFrame } from '../anomaly/tally.ts'
import { DEVICE_TICK_S } from '../failsafe/granting.ts'
import { FADE_S } from '../failsafe/softness.ts'
import { CHANNEL_NAMES, CHANNELS, MISSING } from '../telemetry/channel.ts'
import { FRAME_CHANNELS, FRAME_S, type FrameBlock } from '../telemetry/frame.ts'
import { countMetric, countSleep, tallyOf } from './counts.ts'
import type { DeviceEntry } from './device-entry.ts'
import type { Outbox } from './outbox.ts'
import type { PartitionState } from './partition-state.ts'
import { beginSlotNight, endSlotNight, seePerson, takeSlot } from './person-slots.ts'
import { hearAwakening, hearControl, hearSleep, nightEnds } from './sleeper-night.ts'
import { follow } from './wishes.ts'

/** Frames that were heard, the device time before them, s, and the centre's time, ms. */
type Seen = { readonly block: FrameBlock; readonly beforeS: number; readonly atMs: number }

/** A device may be above natural for so long after its grant ended, s: a tick, and the fade. */
const EXPIRY_SLACK_S: number = FADE_S + DEVICE_TICK_S
/** A frame stands for this time at most, s: what lies between two others was not seen. */
const MOST_FRAME_S = 2 * FRAME_S

/** What does not end is told of again after so long, s. */
const CRITICAL_AGAIN_S = 300

const SCALES = CHANNEL_NAMES.map((name) => CHANNELS[name].scale)
/** Room for one frame in its units and for its residuals; written anew for each. */
const values: Float64Array = new Float64Array(FRAME_CHANNELS)
const residuals: Float64Array = new Float64Array(FRAME_CHANNELS)

/** Looks at the frames of a block that are new, each once. */
export function look(state: PartitionState, entry: DeviceEntry, seen: Seen, out: Outbox): void {
  const { block, beforeS, atMs } = seen
  checkExpiry(entry, seen, out)
  if (block.asleep) sleepBegins(state, entry, atMs - Math.floor(entry.lateMs), out)
  if (block.mode === 'control') hearControl(entry.night, entry.consentId)
  const tally = tallyOf(state, entry)
  let lastS = beforeS
  let frameS = block.startS
  const n = block.stepsDs.length
  for (let i = 0; i < n; i++) {
    frameS += block.stepsDs[i]! / 10
    if (frameS <= beforeS) continue
    const from = i * FRAME_CHANNELS
    // One frame is the usual block, and a view costs more than all that is done with it.
    const frame = n === 1 ? block.values : block.values.subarray(from, from + FRAME_CHANNELS)
    const wallS = block.wallOffsetS > 0 ? block.wallOffsetS + frameS : Number.NaN
    const frameOfTime = { frameAtS: wallS, nowS: atMs / 1000, values: frame }
    entry.sanity = SANITY.step(entry.sanity, frameOfTime).state
    entry.findings = entry.sanity.findings
    for (let c = 0; c < FRAME_CHANNELS; c++) {
      values[c] = frame[c] === MISSING ? Number.NaN : frame[c]! / SCALES[c]!
    }
    residuals.fill(Number.NaN)
    const stage = values[0]!
    if (stage > 0) seeSleep(state, entry, { stage, frameS, atMs }, out)
    const seconds = lastS < 0 ? FRAME_S : Math.min(MOST_FRAME_S, frameS - lastS)
    tallyFrame(tally, residuals, stage, seconds)
    if (stage > 0) countSleep(state, entry, seconds)
    lastS = frameS
  }
  if (entry.follow !== null) {
    follow(entry, { kind: 'heard', atMs, heartRate: values[1]! }, out)
  }
}

/** The night of a device is over: two hours after sleep was last heard, or when it says goodbye. */
export function endNight(
  state: PartitionState,
  entry: DeviceEntry,
  atMs: number,
  out: Outbox,
): void {
  const hasEnded = nightEnds(entry.night, entry.hasLeft ? Number.POSITIVE_INFINITY : atMs)
  if (!hasEnded) return
  const { night, slot } = entry
  if (slot >= 0) endSlotNight(state.slots, slot, night.drift === '' && entry.findings.length === 0)
  entry.isDirty = true
  follow(entry, { kind: 'night', atMs, begins: false }, out)
  for (const cause of ['stopped-by-sleeper', 'act-outside-consent'] as const) {
    follow(entry, { kind: 'safety', atMs, cause, begins: false }, out)
  }
}

/** The sleeper woke, from REM sleep or not. */
export function countAwakening(state: PartitionState, entry: DeviceEntry, isRem: boolean): void {
  const { counts } = tallyOf(state, entry)
  counts.awakenings++
  if (isRem) counts.remAwakenings++
  if (hearAwakening(entry.night)) countMetric(entry, 'restless-night')
}

function sleepBegins(
  state: PartitionState,
  entry: DeviceEntry,
  sinceMs: number,
  out: Outbox,
): void {
  if (!hearSleep(entry.night, sinceMs)) return
  if (entry.slot < 0) entry.slot = takeSlot(state.slots)
  if (entry.slot >= 0) beginSlotNight(state.slots, entry.slot)
  follow(entry, { kind: 'night', atMs: sinceMs, begins: true }, out)
}

/** A person's own departure is told of once a night. */
function seeSleep(
  state: PartitionState,
  entry: DeviceEntry,
  {
    stage,
    frameS,
    atMs,
  }: { readonly stage: number; readonly frameS: number; readonly atMs: number },
  out: Outbox,
): void {
  const { slot, night } = entry
  if (slot < 0 || night.sinceMs < 0) return
  const frameMs = atMs - entry.lateMs - (entry.heardS - frameS) * 1000
  const sinceOnsetS = (frameMs - night.sinceMs) / 1000
  const found = seePerson(state.slots, slot, { stage, sinceOnsetS, values }, residuals)
  if (found < 0 || night.drift !== '') return
  night.drift = CHANNEL_NAMES[found]!
  tallyOf(state, entry).counts.drifts++
  out.tell({ kind: 'drift', channel: night.drift, device: entry.device })
}

/**
 * A device that says it is above natural, though its consent is not, or no grant that it was given
 * can live any more, does not end by itself what must end: told of at once. Rules F20, F21, F43.
 */
function checkExpiry(entry: DeviceEntry, { block }: Seen, out: Outbox): void {
  const rank = modeRank(block.mode)
  if (rank === 0) return
  const { device, given, boot, release } = entry
  if (entry.criticalS >= 0 && block.startS < entry.criticalS + CRITICAL_AGAIN_S) return
  let endS = Number.NEGATIVE_INFINITY
  for (const { grant } of given) {
    if (grant.boot !== boot || modeRank(grant.ceiling) < rank) continue
    endS = Math.max(endS, grant.heardS + grant.ttlS)
  }
  const isStuck = modeRank(block.consent) < rank || endS === Number.NEGATIVE_INFINITY
  if (!isStuck && block.startS <= endS + EXPIRY_SLACK_S) return
  entry.criticalS = block.startS
  const metric = isStuck ? 'stuck-out-of-natural' : 'missed-expiry'
  out.tell({ kind: 'critical', metric, device, release })
}
