import { butterworth, notch } from '../../signal/butterworth.ts'
import type { Sos } from '../../signal/iir.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'
import { believable } from './believable.ts'
import { blockSums } from './block-sums.ts'
import { type Contact, contact } from './contact.ts'
import { type Loudness, loudness } from './loudness.ts'
import type { SeenCause } from './seen.ts'
import { type ShiftWatch, shiftWatch } from './shift-watch.ts'
import { type SlowWaveWatch, slowWaveWatch } from './slow-wave-watch.ts'
import { type SpindleTurn, type SpindleWatch, spindleWatch } from './spindle-watch.ts'

const DELTA_HZ = [1, 4] as const
const MUSCLE_HZ = [20, 45] as const
/** Mains hum is no muscle. */
const MAINS_HZ = [50, 60] as const
const MAINS_QUALITY = 8
/** Seconds of the root mean squares of deep sleep, and how many make them known. */
const DEEP_S = 30
/** Muscle: times the usual over 1/16 s, and over 1/2 s; and the least usual, uV. */
const BURST = 6
const LASTING = 3
const MUSCLE_FLOOR_UV = 1.5
/** A jump of so much within 1/32 s is no brain, uV. */
const JUMP_UV = 150
/** After its filters began anew the lead says nothing for this long, seconds. */
const SETTLE_S = 2

/** Hears of slow waves. */
export type WaveSeen = { wave(sample: number): void }

/** Everything that is watched of the first EEG channel. */
export type LeadWatch = {
  readonly contact: Contact
  readonly waves: SlowWaveWatch
  readonly spindles: SpindleWatch
  readonly shift: ShiftWatch
  /** Root mean squares over 30 s, uV; NaN unknown. */
  deltaRmsUv: number
  muscleRmsUv: number
  /**
   * Takes elements `from` to `to` (not included) of a column, at most a block, of which the first
   * is sample `sample`; NaN where missing. Tells `seen` of each sample that made a slow wave sure.
   */
  take(column: Float32Array, from: number, to: number, sample: number, seen: WaveSeen): void
  /** Ends a block. */
  closeBlock(): SpindleTurn
  /** Ends a second. */
  closeSecond(): void
  /** Why the last block was a movement; `none` when it was not. */
  movement(): SeenCause
  /** Whether the filters have settled since the last gap. */
  settled(): boolean
}

/** Watches one EEG channel in uV in blocks of `block` samples. */
export function leadWatch(rateHz: number, block: number): LeadWatch {
  const state = contact(rateHz, block)
  const parts = leadParts(rateHz, block)
  const { waves, spindles, shift, muscle, delta, fast } = parts
  const samples = leadSamples(state, parts, rateHz, block)
  const watch: LeadWatch = {
    contact: state,
    waves,
    spindles,
    shift,
    deltaRmsUv: NaN,
    muscleRmsUv: NaN,
    settled: () => state.sinceReset > SETTLE_S * rateHz,
    take: samples.take,
    closeBlock: () => {
      state.closeBlock()
      const counts = !Number.isNaN(state.blockSpan) && watch.settled()
      muscle.closeBlock(counts)
      shift.closeBlock(counts)
      return spindles.closeBlock(counts)
    },
    closeSecond: () => {
      const counts = samples.closeSecond() && watch.settled()
      watch.deltaRmsUv = delta.closeSecond(counts)
      watch.muscleRmsUv = fast.closeSecond(counts)
      parts.calm()
    },
    movement: () => movementOf(state, muscle, rateHz),
  }
  return watch
}

/** Everything behind a filter. */
type LeadParts = {
  readonly waves: SlowWaveWatch
  readonly spindles: SpindleWatch
  readonly shift: ShiftWatch
  readonly muscle: Loudness
  readonly delta: BandLevel
  readonly fast: BandLevel
  /** Takes the first `count` values; each slow wave that is sure with one is told with its place. */
  take(values: Float64Array, count: number, sure: (k: number) => void): void
  reset(): void
  calm(): void
}

function leadParts(rateHz: number, block: number): LeadParts {
  const waves = slowWaveWatch(rateHz, block)
  const spindles = spindleWatch(rateHz, block)
  const shift = shiftWatch(rateHz, block)
  const muscle = loudness(block, MUSCLE_FLOOR_UV)
  const delta = bandLevel(butterworth(2, 'bandpass', DELTA_HZ, rateHz), rateHz, block)
  const fast = bandLevel(muscleBand(rateHz), rateHz, block)
  const all = [waves, spindles, shift, muscle, delta, fast]
  return {
    ...{ waves, spindles, shift, muscle, delta, fast },
    take: (values, count, sure) => {
      fast.take(values, count)
      muscle.run(fast.filtered, count)
      delta.take(values, count)
      spindles.take(values, delta.filtered, count)
      waves.take(values, count)
      for (let k = 0; k < count; k++) if (waves.look(k)) sure(k)
      shift.take(values, waves.filtered, count)
    },
    reset: () => {
      for (const part of all) part.reset()
    },
    calm: () => {
      for (const part of all) part.calm()
    },
  }
}

type LeadSamples = {
  take: LeadWatch['take']
  /** Ends a second: true when all of it was there. */
  closeSecond(): boolean
}

/** Brings samples to the filters: all of a piece at once, or those between where they reset. */
function leadSamples(state: Contact, parts: LeadParts, rateHz: number, block: number): LeadSamples {
  let [resets, lost] = [0, 0]
  // Samples that wait for the filters, and how long ago these began anew.
  const values = new Float64Array(block)
  const since = new Float64Array(block)
  let first = 0
  let seen: WaveSeen | undefined
  const sure = (k: number): void => {
    if (since[k]! > SETTLE_S * rateHz) seen?.wave(first + k)
  }
  /** Lets `count` values go on; the last of them is sample `end - 1`. */
  const pass = (count: number, end: number): void => {
    first = end - count
    if (count > 0) parts.take(values, count, sure)
  }
  const takeSingly = (column: Float32Array, from: number, to: number, sample: number): void => {
    let count = 0
    for (let i = from; i < to; i++) {
      state.take(believable(column[i]!))
      if (state.resets !== resets) {
        pass(count, sample + i - from)
        count = 0
        resets = state.resets
        parts.reset()
      }
      if (state.missingRun > 0) lost++
      if (state.missingRun >= rateHz) continue
      values[count] = state.value
      since[count++] = state.sinceReset
    }
    pass(count, sample + to - from)
  }
  const take: LeadWatch['take'] = (column, from, to, sample, seenBy) => {
    seen = seenBy
    const count = to - from
    if (!state.run(column, from, to, values)) takeSingly(column, from, to, sample)
    else {
      for (let k = 0; k < count; k++) since[k] = state.sinceReset - count + k + 1
      pass(count, sample + count)
    }
  }
  const closeSecond = (): boolean => {
    const whole = lost === 0
    lost = 0
    return whole
  }
  return { take, closeSecond }
}

function movementOf(state: Contact, muscle: Loudness, rateHz: number): SeenCause {
  if (state.missingRun * 8 >= rateHz) return 'missing'
  if (state.railed) return 'clipped'
  if (state.flat) return 'flat'
  if (state.lost) return 'lost'
  if (state.blockSpan > JUMP_UV) return 'jump'
  return muscle.burst > BURST || muscle.lasting > LASTING ? 'muscle' : 'none'
}

type BandLevel = {
  /** Takes the next `count` samples, at most a block. */
  take(values: Float64Array, count: number): void
  /** What they became. */
  readonly filtered: Float64Array
  /** The root mean square of the last 30 s; seconds that do not count are left out. */
  closeSecond(counts: boolean): number
  reset(): void
  calm(): void
}

function bandLevel(sos: Sos, rateHz: number, block: number): BandLevel {
  const filter = sampleFilter(sos)
  const sums = blockSums(DEEP_S)
  const filtered = new Float64Array(block)
  return {
    filtered,
    take: (values, count) => {
      filter.run(values, count, filtered)
      sums.addSquares(filtered, count)
    },
    closeSecond: (counts) => {
      sums.close(counts)
      return Math.sqrt(sums.mean(DEEP_S) / rateHz)
    },
    reset: filter.reset,
    calm: filter.calm,
  }
}

/**
 * 20-45 Hz, or as far as the rate reaches, steep enough for spindles to stay out, without mains.
 */
function muscleBand(rateHz: number): Sos {
  const high = Math.min(MUSCLE_HZ[1], 0.45 * rateHz)
  const band = butterworth(4, 'bandpass', [MUSCLE_HZ[0], high], rateHz)
  return [
    ...MAINS_HZ.filter((hz) => 2.2 * hz < rateHz).map((hz) => notch(hz, MAINS_QUALITY, rateHz)[0]!),
    ...band,
  ]
}
