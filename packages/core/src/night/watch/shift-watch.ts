import { log10 } from '../../math/elementary.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'
import { type BlockSums, blockSums } from './block-sums.ts'
import { type RollingMedian, rollingMedian } from './rolling-median.ts'

/** The shift to faster waves that an arousal is. */
export type ShiftWatch = {
  /** Takes the next `count` samples of EEG in uV, and the same in .25-4 Hz; at most a block. */
  take(values: Float64Array, slow: Float64Array, count: number): void
  /** Ends a block of about 1/32 s; one with missing samples does not count. */
  closeBlock(counts: boolean): void
  /** Whether the shift has lasted long enough, and for how many samples. */
  shifted: boolean
  lasted: number
  reset(): void
  calm(): void
}

/** Theta, alpha and what is faster than spindles; beside them the slow waves of `take`. */
const BANDS_HZ = [
  [4, 8],
  [8, 11],
  [16, 30],
] as const
const FAST = 2
/** Middles of the bands, and of the slow one, for the mean frequency. */
const MIDDLES_HZ = [6, 9.5, 22] as const
const SLOW_MIDDLE_HZ = 1.5
/** Blocks of the powers (1 s) and between two looks (1/4 s). */
const SECOND = 32
const STEP = 8
/** The usual ratio is that of two minutes, known from half a minute on ... */
const RATIOS = 480
/** ... and the usual powers are those of the half minute before. */
const POWERS = 120
const USUAL_LEAST = 60
/** Log10 of fast over slow power: above its median by so many deviations, and so much. */
const DEVIATIONS = 3
const LEAST_RISE = 0.4
/** A band's power, and the mean frequency, over the usual, as in `detectArousals`. */
const POWER_FACTOR = 2.5
const SPEED_FACTOR = 1.25
/** So many looks in a row make 3 s: the powers' own second goes before them. */
const LEAST_STEPS = 9

/**
 * An arousal in the EEG alone, by either of two looks at powers of 1 s, each held for 3 s: the log
 * of the power of 16-30 Hz over that of .25-4 Hz is far above its median of two minutes; or theta,
 * alpha or fast power is 2.5 times, and the mean frequency 1.25 times, the median of the half
 * minute before.
 */
export function shiftWatch(rateHz: number, block: number): ShiftWatch {
  const filters = BANDS_HZ.map((band) => sampleFilter(butterworth(2, 'bandpass', band, rateHz)))
  const powers = BANDS_HZ.map(() => blockSums(SECOND))
  const slowPower = blockSums(SECOND)
  const filtered = new Float64Array(block)
  const ratioRise = ratioWatch()
  const speedRise = speedWatch()
  let [blocks, high] = [0, 0]
  const step = (): void => {
    const slow = slowPower.mean(SECOND)
    const known = slow > 0 && powers[FAST]!.mean(SECOND) > 0
    const ratioHigh = known && ratioRise(powers[FAST]!.mean(SECOND) / slow)
    const speedHigh = known && speedRise(powers, slow)
    high = ratioHigh || speedHigh ? high + 1 : 0
    state.lasted = high * STEP * block
  }
  const state: ShiftWatch = {
    ...{ shifted: false, lasted: 0 },
    take: (values, slow, count) => {
      for (let k = 0; k < filters.length; k++) {
        filters[k]!.run(values, count, filtered)
        powers[k]!.addSquares(filtered, count)
      }
      slowPower.addSquares(slow, count)
    },
    closeBlock: (counts) => {
      for (const power of powers) power.close(counts)
      slowPower.close(counts)
      if (!counts) high = 0
      else if (++blocks % STEP === 0) step()
      state.shifted = high >= LEAST_STEPS
    },
    reset: () => {
      for (const filter of filters) filter.reset()
      for (const power of powers) power.reset()
      slowPower.reset()
      high = 0
      state.shifted = false
    },
    calm: () => {
      for (const filter of filters) filter.calm()
    },
  }
  return state
}

/** Is the ratio of fast to slow power far above its usual? */
function ratioWatch(): (ratio: number) => boolean {
  const usual = rollingMedian(RATIOS)
  return (ratio) => {
    const value = log10(ratio)
    const rise = Math.max(LEAST_RISE, DEVIATIONS * usual.deviation())
    const high = usual.count() >= USUAL_LEAST && value > usual.median() + rise
    usual.push(value)
    return high
  }
}

/** Is one of the bands stronger, and all faster, than in the half minute before? */
function speedWatch(): (powers: readonly BlockSums[], slow: number) => boolean {
  const usual = BANDS_HZ.map(() => rollingMedian(POWERS))
  const usualHz = rollingMedian(POWERS)
  return (powers, slow) => {
    let [total, turned, stronger] = [slow, SLOW_MIDDLE_HZ * slow, false]
    for (let k = 0; k < powers.length; k++) {
      const power = powers[k]!.mean(SECOND)
      total += power
      turned += MIDDLES_HZ[k]! * power
      if (exceeds(power, POWER_FACTOR, usual[k]!)) stronger = true
      usual[k]!.push(power)
    }
    const meanHz = turned / total
    const faster = exceeds(meanHz, SPEED_FACTOR, usualHz)
    usualHz.push(meanHz)
    return stronger && faster
  }
}

function exceeds(value: number, factor: number, usual: RollingMedian): boolean {
  return usual.count() >= USUAL_LEAST && value > factor * usual.median()
}
