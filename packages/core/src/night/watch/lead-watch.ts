import { butterworth, notch } from '../../signal/butterworth.ts'
import type { Sos } from '../../signal/iir.ts'
import { blockSums } from './block-sums.ts'
import { type Contact, contact } from './contact.ts'
import { loudness } from './loudness.ts'
import { sampleFilter } from './sample-filter.ts'
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
  const deltaFilter = sampleFilter(butterworth(2, 'bandpass', DELTA_HZ, rateHz))
  const muscleFilter = sampleFilter(muscleBand(rateHz))
  const [delta, fast] = [blockSums(DEEP_S), blockSums(DEEP_S)]
  const parts = [waves, spindles, shift, deltaFilter, muscleFilter]
  let resets = 0
  let lostInSecond = 0
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
      if (state.resets !== resets) begin()
      if (state.missingRun >= rateHz) {
        lostInSecond++
        return false
      }
      if (state.missingRun > 0) lostInSecond++
      const v = state.value
      const d = deltaFilter.next(v)
      const m = muscleFilter.next(v)
      delta.add(d * d)
      fast.add(m * m)
      muscle.take(m)
      spindles.take(v, d)
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
      delta.close(counts)
      fast.close(counts)
      watch.deltaRmsUv = Math.sqrt(delta.mean(DEEP_S) / rateHz)
      watch.muscleRmsUv = Math.sqrt(fast.mean(DEEP_S) / rateHz)
      for (const part of parts) part.calm()
    },
    movement: () => {
      if (state.missingRun * 8 >= rateHz) return 'missing'
      if (state.railed) return 'clipped'
      if (state.flat) return 'flat'
      if (state.lost) return 'lost'
      if (state.blockSpan > JUMP_UV) return 'jump'
      return muscle.burst > BURST || muscle.lasting > LASTING ? 'muscle' : 'none'
    },
  }
  const begin = (): void => {
    resets = state.resets
    for (const part of parts) part.reset()
    muscle.reset()
  }
  return watch
}

/** 20-45 Hz, or as far as the rate reaches, steep enough for spindles to stay out, without mains. */
function muscleBand(rateHz: number): Sos {
  const high = Math.min(MUSCLE_HZ[1], 0.45 * rateHz)
  const band = butterworth(4, 'bandpass', [MUSCLE_HZ[0], high], rateHz)
  return [
    ...MAINS_HZ.filter((hz) => 2.2 * hz < rateHz).map((hz) => notch(hz, MAINS_QUALITY, rateHz)[0]!),
    ...band,
  ]
}
