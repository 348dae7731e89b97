import { log10 } from '../../math/elementary.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { blockSums } from './block-sums.ts'
import { rollingMedian } from './rolling-median.ts'
import { sampleFilter } from './sample-filter.ts'

/** The shift to fast waves that an arousal is. */
export type ShiftWatch = {
  /** Takes a sample of EEG in uV, and the same in .25-4 Hz. */
  take(value: number, slow: number): void
  /** Ends a block of about 1/32 s; one with missing samples does not count. */
  closeBlock(counts: boolean): void
  /** Whether the shift has lasted long enough, and for how many samples. */
  shifted: boolean
  lasted: number
  reset(): void
  calm(): void
}

const FAST_HZ = [16, 30] as const
/** Blocks of the powers (1 s) and between two ratios (1/4 s). */
const SECOND = 32
const STEP = 8
/** Two minutes of ratios; half a minute makes the usual known. */
const USUAL = 480
const USUAL_LEAST = 120
/** Above the median by so many deviations, or so much (log10), whichever is more. */
const DEVIATIONS = 3
const LEAST_RISE = 0.4
/** Lasts this many steps: 3 s by the AASM; the powers' own second goes before it. */
const LEAST_STEPS = 9

/**
 * The log of the power of 16-30 Hz over that of .25-4 Hz, both over 1 s, against the median of the
 * last two minutes: called when it has been high for 3 s.
 */
export function shiftWatch(rateHz: number, block: number): ShiftWatch {
  const fast = sampleFilter(butterworth(2, 'bandpass', FAST_HZ, rateHz))
  const fastPower = blockSums(SECOND)
  const slowPower = blockSums(SECOND)
  const usual = rollingMedian(USUAL)
  let blocks = 0
  let high = 0
  const step = (): void => {
    const ratio = log10(fastPower.mean(SECOND) / slowPower.mean(SECOND))
    if (!(Math.abs(ratio) < 300)) return
    const rise = Math.max(LEAST_RISE, DEVIATIONS * usual.deviation())
    high = usual.count() >= USUAL_LEAST && ratio > usual.median() + rise ? high + 1 : 0
    usual.push(ratio)
    state.lasted = high * STEP * block
  }
  const state: ShiftWatch = {
    ...{ shifted: false, lasted: 0 },
    take: (value, slow) => {
      const f = fast.next(value)
      fastPower.add(f * f)
      slowPower.add(slow * slow)
    },
    closeBlock: (counts) => {
      fastPower.close(counts)
      slowPower.close(counts)
      if (!counts) high = 0
      else if (++blocks % STEP === 0) step()
      state.shifted = high >= LEAST_STEPS
    },
    reset: () => {
      fast.reset()
      fastPower.reset()
      slowPower.reset()
      high = 0
      state.shifted = false
    },
    calm: fast.calm,
  }
  return state
}
