import { butterworth, notch } from '../../signal/butterworth.ts'
import type { Sos } from '../../signal/iir.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'
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

/** Everything that is watched of the first EEG channel. */
export type LeadWatch = {
  readonly contact: Contact
  readonly waves: SlowWaveWatch
  readonly spindles: SpindleWatch
  readonly shift: ShiftWatch
  /** Root mean squares over 30 s, uV; NaN unknown. */
  deltaRmsUv: number
  muscleRmsUv: number
  /** Takes a sample, NaN where missing; true when a slow wave has become sure. */
  take(raw: number): boolean
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
  const waves = slowWaveWatch(rateHz)
  const spindles = spindleWatch(rateHz, block)
  const shift = shiftWatch(rateHz, block)
  const muscle = loudness(block, MUSCLE_FLOOR_UV)
  const delta = bandLevel(butterworth(2, 'bandpass', DELTA_HZ, rateHz), rateHz)
  const fast = bandLevel(muscleBand(rateHz), rateHz)
  const parts = [waves, spindles, shift, muscle, delta, fast]
  let [resets, lostInSecond] = [0, 0]
  const watch: LeadWatch = {
    contact: state,
    waves,
    spindles,
    shift,
    deltaRmsUv: NaN,
    muscleRmsUv: NaN,
    settled: () => state.sinceReset > SETTLE_S * rateHz,
    take: (raw) => {
      state.take(raw)
      if (state.resets !== resets) {
        resets = state.resets
        for (const part of parts) part.reset()
      }
      if (state.missingRun > 0) lostInSecond++
      if (state.missingRun >= rateHz) return false
      const v = state.value
      muscle.take(fast.take(v))
      spindles.take(v, delta.take(v))
      const isWave = waves.take(v)
      shift.take(v, waves.filtered)
      return isWave && watch.settled()
    },
    closeBlock: () => {
      state.closeBlock()
      const counts = !Number.isNaN(state.blockSpan) && watch.settled()
      muscle.closeBlock(counts)
      shift.closeBlock(counts)
      return spindles.closeBlock(counts)
    },
    closeSecond: () => {
      const counts = lostInSecond === 0 && watch.settled()
      lostInSecond = 0
      watch.deltaRmsUv = delta.closeSecond(counts)
      watch.muscleRmsUv = fast.closeSecond(counts)
      for (const part of parts) part.calm()
    },
    movement: () => movementOf(state, muscle, rateHz),
  }
  return watch
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
  /** Takes a sample and gives it filtered. */
  take(value: number): number
  /** The root mean square of the last 30 s; seconds that do not count are left out. */
  closeSecond(counts: boolean): number
  reset(): void
  calm(): void
}

function bandLevel(sos: Sos, rateHz: number): BandLevel {
  const filter = sampleFilter(sos)
  const sums = blockSums(DEEP_S)
  return {
    take: (value) => {
      const v = filter.next(value)
      sums.add(v * v)
      return v
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
