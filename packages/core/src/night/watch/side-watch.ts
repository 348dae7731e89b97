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
  /** Takes a sample of all; true when an eye movement has become sure. */
  take(columns: readonly Float32Array[], i: number): boolean
  /** Ends a block: why it was a movement, or `none`. */
  closeBlock(): SeenCause
  closeSecond(): void
}

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
  const pair = eyePair(montage)
  const axes = channels.flatMap(({ role }, k) => (role === 'acc' ? [k] : []))
  const eyes = pair && {
    pair,
    watch: eyeWatch(rateHz),
    held: [heldSample(rateHz), heldSample(rateHz)],
  }
  const heart = onChannel(channelOf(montage, 'ecg'), rateHz, () => heartWatch(rateHz))
  const chin = onChannel(channelOf(montage, 'emg'), rateHz, () => chinWatch(rateHz, block))
  const body = axes.length > 0 ? bodyWatch(axes.length, rateHz, block) : undefined
  const takeEyes = (columns: readonly Float32Array[], i: number): boolean => {
    if (eyes === undefined) return false
    const [left, right] = eyes.held as [HeldSample, HeldSample]
    const l = left.take(columns[eyes.pair[0]]![i]!)
    const r = right.take(columns[eyes.pair[1]]![i]!)
    if (!l || !r) return false
    if (left.begins || right.begins) eyes.watch.reset()
    return eyes.watch.take(left.value, right.value)
  }
  return {
    eyes: eyes?.watch,
    heart: heart?.watch,
    chin: chin?.watch.level,
    motionG: () => body?.motionG ?? NaN,
    take: (columns, i) => {
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
      return takeEyes(columns, i)
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
