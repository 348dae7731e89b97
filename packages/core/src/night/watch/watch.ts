import { assert } from '../../math/assert.ts'
import { arrival } from './arrival.ts'
import type { WatchFacts } from './facts.ts'
import { factReader, type Knowing } from './knowledge.ts'
import { leadWatch } from './lead-watch.ts'
import type { LiveStagerModel } from './live-stager.ts'
import { channelOf, type Montage } from './montage.ts'
import type { Seen } from './seen.ts'
import { sideWatch } from './side-watch.ts'
import { sightings } from './sightings.ts'
import { stageWatch } from './stage-watch.ts'
import { unrest } from './unrest.ts'

/** What a causal loop sees of a sleeper, sample by sample. */
export type Watch = {
  /**
   * Takes the next samples: one column a channel of the montage, in its order, the first of them
   * sample `first` of the night. A jump of `first` is a gap, as if that much NaN had come; samples
   * that were here before are passed over. `atMs` is when they arrived (device time) and is used
   * for `rateError` alone. `events` then holds what was seen in these samples.
   */
  push(first: number, columns: readonly Float32Array[], atMs?: number): void
  /** What was seen in the last push, in order of `sample`; emptied by the next. */
  readonly events: Seen[]
  /** What is known after the last push. */
  facts(): WatchFacts
}

/** Blocks a second: signs of movement are judged this often. */
const BLOCKS_HZ = 32
/** Beyond so much silence nothing that is remembered depends on its length, seconds. */
const SILENCE_S = 33
/** Unrest ends after so many quiet seconds. */
const MOVEMENT_QUIET_S = 2
const AROUSAL_QUIET_S = 3
/** A heart that beats so much faster than 10 s ago, beats a minute. */
const HEART_RISE = 10

/**
 * Begins to watch a night. The montage needs one EEG channel (its first is the lead, in which
 * waves, spindles and arousals are looked for); all others are used where they are there. Without
 * a stager the stages stay unknown. However the samples are cut into pieces, what is seen is the
 * same to the last bit; memory is fixed from the start, and nothing is made anew per sample.
 */
export function createWatch(montage: Montage, model: LiveStagerModel | undefined): Watch {
  const { channels, rateHz } = montage
  const leadChannel = channelOf(montage, 'eeg')
  assert(leadChannel >= 0, 'a watch needs an EEG channel')
  assert(Number.isInteger(rateHz) && rateHz >= 64, `rate ${rateHz}, expected whole, 64 Hz or more`)
  const block = Math.max(1, Math.round(rateHz / BLOCKS_HZ))
  const lead = leadWatch(rateHz, block)
  const side = sideWatch(montage, block)
  const events: Seen[] = []
  const parts: Knowing = {
    ...{ rateHz, lead, side, arrival: arrival(rateHz) },
    stages: stageWatch(montage, model, events),
    sightings: sightings(lead, side, rateHz, events),
    movement: unrest('movement', MOVEMENT_QUIET_S * rateHz, events),
    arousal: unrest('arousal', AROUSAL_QUIET_S * rateHz, events),
  }
  const silence = channels.map(() => new Float32Array(block).fill(NaN))
  const read = factReader(parts)
  let next = 0
  const take = (columns: readonly Float32Array[], from: number, to: number): void => {
    for (let i = from; i < to; ) {
      const run = Math.min(to - i, block - (next % block), rateHz - (next % rateHz))
      const seenBefore = events.length
      takeRun(parts, next, columns, i, i + run, leadChannel)
      if (events.length > seenBefore + 1) putInOrder(events, seenBefore)
      i += run
      next += run
      if (next % block === 0) closeBlock(parts, next - 1, block)
      if (next % rateHz === 0) closeSecond(parts, next - 1)
    }
  }
  const skip = (gap: number): void => {
    const fed = Math.min(gap, SILENCE_S * rateHz)
    for (let k = 0; k < fed; k += block) take(silence, 0, Math.min(block, fed - k))
    if (gap === fed) return
    lead.contact.skip(gap - fed)
    parts.stages.skip(gap - fed)
    next += gap - fed
    parts.movement.sign('missing', Math.floor(next / block) * block - 1, block)
  }
  const push: Watch['push'] = (first, columns, atMs) => {
    events.length = 0
    if (first > next) skip(first - next)
    const count = columns[leadChannel]!.length
    take(columns, Math.max(0, next - first), count)
    if (atMs !== undefined) parts.arrival.note(next, atMs)
  }
  return { push, events, facts: () => read(next) }
}

/** Samples within one block: part by part, since none of them needs another before its end. */
function takeRun(
  { lead, side, stages, sightings, arousal }: Knowing,
  sample: number,
  columns: readonly Float32Array[],
  from: number,
  to: number,
  leadChannel: number,
): void {
  lead.take(columns[leadChannel]!, from, to, sample, sightings)
  side.take(columns, from, to, sample, sightings)
  const said = stages.take(sample, columns, from, to)
  if (said >= 0 && stages.waking()) arousal.sign('waking', said, 0)
}

/** Events from a place on, in order of their samples; of the same sample as they were. */
function putInOrder(events: Seen[], from: number): void {
  for (let k = from + 1; k < events.length; k++) {
    const event = events[k]!
    let at = k
    for (; at > from && events[at - 1]!.sample > event.sample; at--) events[at] = events[at - 1]!
    events[at] = event
  }
}

function closeBlock(parts: Knowing, sample: number, block: number): void {
  const { lead, side, stages, sightings, movement, arousal } = parts
  sightings.spindle(lead.closeBlock(), sample, !stages.awake())
  const leadCause = lead.movement()
  const sideCause = side.closeBlock()
  const cause = leadCause === 'none' ? sideCause : leadCause
  if (cause !== 'none') movement.sign(cause, sample, block)
  if (lead.shift.shifted) arousal.sign('fast-shift', sample, lead.shift.lasted)
  movement.pass(sample)
  arousal.pass(sample)
}

function closeSecond({ lead, side, stages, arousal }: Knowing, sample: number): void {
  lead.closeSecond()
  side.closeSecond()
  stages.closeSecond(lead)
  lead.waves.learning = stages.deep()
  if ((side.heart?.rise ?? NaN) >= HEART_RISE) arousal.sign('heart', sample, 0)
}
