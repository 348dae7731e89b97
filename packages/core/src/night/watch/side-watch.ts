import { butterworth, notch } from '../../signal/butterworth.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'
import { bodyWatch } from './body-watch.ts'
import { type EyeWatch, eyeWatch } from './eye-watch.ts'
import { type HeartWatch, heartWatch } from './heart-watch.ts'
import { type HeldSample, heldSample } from './held-sample.ts'
import { type Loudness, loudness } from './loudness.ts'
import { channelOf, eyePair, type Montage } from './montage.ts'
import type { SeenCause } from './seen.ts'

/** The channels beside the lead, as far as the montage has them; what is not there is unknown. */
export type SideWatch = {
  readonly eyes: EyeWatch | undefined
  readonly heart: HeartWatch | undefined
  readonly chin: Loudness | undefined
  /** Acceleration over half a second, g; NaN unknown. */
  motionG(): number
  /**
   * Takes elements `from` to `to` (not included) of all, at most a block, of which the first is
   * sample `sample`. Tells `seen` of each sample that made an eye movement, or a signal, sure.
   */
  take(columns: Columns, from: number, to: number, sample: number, seen: EyesSeen): void
  /** Ends a block: why it was a movement, or `none`. */
  closeBlock(): SeenCause
  closeSecond(): void
}

type Columns = readonly Float32Array[]

/** Hears of eye movements and of the signals of a lucid dreamer. */
export type EyesSeen = { eye(sample: number): void; signal(sample: number): void }

/** Chin muscle lies above this. */
const CHIN_HZ = 10
const CHIN_FLOOR_UV = 0.5
/** Times the usual over 1/16 s, and over 1/2 s. */
const BURST = 6
const LASTING = 3
const MAINS_QUALITY = 8

/** Begins to watch the channels of a montage that are not its first EEG. */
export function sideWatch(montage: Montage, block: number): SideWatch {
  const { channels, rateHz } = montage
  const axes = channels.flatMap(({ role }, k) => (role === 'acc' ? [k] : []))
  const pair = eyePair(montage)
  const eyes = pair && eyesOnChannels(pair, rateHz, block)
  const heart = onChannel(channelOf(montage, 'ecg'), rateHz, () => heartWatch(rateHz))
  const chin = onChannel(channelOf(montage, 'emg'), rateHz, () => chinWatch(rateHz, block))
  const body = axes.length > 0 ? bodyWatch(axes.length, rateHz, block) : undefined
  const takeOthers = (columns: Columns, i: number): void => {
    if (heart?.held.take(columns[heart.channel]![i]!)) {
      if (heart.held.begins) heart.watch.reset()
      heart.watch.take(heart.held.value)
    }
    if (chin !== undefined) {
      const there = chin.held.take(columns[chin.channel]![i]!)
      if (chin.held.begins) chin.watch.reset()
      if (there) chin.watch.take(chin.held)
    }
    if (body !== undefined) {
      for (let k = 0; k < axes.length; k++) body.take(k, columns[axes[k]!]![i]!)
    }
  }
  const others = heart !== undefined || chin !== undefined || body !== undefined
  return {
    eyes: eyes?.watch,
    heart: heart?.watch,
    chin: chin?.watch.level,
    motionG: () => body?.motionG ?? NaN,
    take: (columns, from, to, sample, seen) => {
      if (others) for (let i = from; i < to; i++) takeOthers(columns, i)
      eyes?.take(columns, from, to, sample, seen)
    },
    closeBlock: () => {
      const moved = body?.closeBlock() ?? false
      chin?.watch.closeBlock()
      if (moved) return 'body'
      const level = chin?.watch.level
      const loud = level !== undefined && (level.burst > BURST || level.lasting > LASTING)
      return loud ? 'muscle' : 'none'
    },
    closeSecond: () => {
      heart?.watch.closeSecond()
      heart?.watch.calm()
      eyes?.watch.calm()
      chin?.watch.calm()
    },
  }
}

type EyesOnChannels = {
  readonly watch: EyeWatch
  take: SideWatch['take']
}

/** Both eyes, each held over its short gaps; where one is away, nothing is looked at. */
function eyesOnChannels(
  pair: readonly [number, number],
  rateHz: number,
  block: number,
): EyesOnChannels {
  const watch = eyeWatch(rateHz, block)
  const [left, right] = [heldSample(rateHz), heldSample(rateHz)]
  const [lefts, rights] = [new Float64Array(block), new Float64Array(block)]
  const pass = (count: number, end: number, seen: EyesSeen): void => {
    if (count === 0) return
    watch.take(lefts, rights, count)
    for (let k = 0; k < count; k++) {
      if (watch.look(k)) seen.eye(end - count + k)
      if (watch.signalled) seen.signal(end - count + k)
    }
  }
  const take: SideWatch['take'] = (columns, from, to, sample, seen) => {
    const [l, r] = [columns[pair[0]]!, columns[pair[1]]!]
    if (left.run(l, from, to, lefts) && right.run(r, from, to, rights)) {
      pass(to - from, sample + to - from, seen)
      return
    }
    let count = 0
    for (let i = from; i < to; i++) {
      const leftThere = left.take(l[i]!)
      const rightThere = right.take(r[i]!)
      const there = leftThere && rightThere
      if (!there || left.begins || right.begins) {
        pass(count, sample + i - from, seen)
        count = 0
      }
      if (!there) {
        if (watch.signalled) seen.signal(sample + i - from)
        continue
      }
      if (left.begins || right.begins) watch.reset()
      lefts[count] = left.value
      rights[count++] = right.value
    }
    pass(count, sample + to - from, seen)
  }
  return { watch, take }
}

type OnChannel<W> = { readonly channel: number; readonly held: HeldSample; readonly watch: W }

function onChannel<W>(channel: number, rateHz: number, make: () => W): OnChannel<W> | undefined {
  return channel < 0 ? undefined : { channel, held: heldSample(rateHz), watch: make() }
}

type ChinWatch = {
  readonly level: Loudness
  take(sample: HeldSample): void
  closeBlock(): void
  reset(): void
  calm(): void
}

function chinWatch(rateHz: number, block: number): ChinWatch {
  const level = loudness(block, CHIN_FLOOR_UV)
  const mains = [50, 60].filter((hz) => 2.2 * hz < rateHz)
  const filter = sampleFilter([
    ...mains.map((hz) => notch(hz, MAINS_QUALITY, rateHz)[0]!),
    ...butterworth(2, 'highpass', CHIN_HZ, rateHz),
  ])
  let lost = 0
  let given = 0
  return {
    level,
    take: (sample) => {
      if (sample.missing) lost++
      given++
      level.take(filter.next(sample.value))
    },
    closeBlock: () => {
      level.closeBlock(lost === 0 && given === block)
      lost = given = 0
    },
    reset: () => {
      filter.reset()
      level.reset()
    },
    calm: filter.calm,
  }
}
