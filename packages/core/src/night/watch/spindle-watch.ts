import { butterworth } from '../../signal/butterworth.ts'
import { blockSums } from './block-sums.ts'
import { rollingMedian } from './rolling-median.ts'
import { sampleFilter } from './sample-filter.ts'

/** What became of a spindle with the last block: nothing, it was called, or it ended. */
export type SpindleTurn = 'none' | 'begin' | 'end'

/** Spindles as they come, in blocks of about 1/32 s. */
export type SpindleWatch = {
  /** Takes a sample of EEG in uV, and the same in 1-4 Hz. */
  take(value: number, delta: number): void
  /** Ends a block; one with missing samples ends a spindle too. */
  closeBlock(counts: boolean): SpindleTurn
  /** Of the spindle that was called or has ended: samples ago of its start. */
  startAgo: number
  /** Peak to peak of sigma so far, uV. */
  spanUv: number
  reset(): void
  calm(): void
}

const SIGMA_HZ = [11, 16] as const
/** What sigma is a share of; with 1-4 Hz added, what it must be visible in. */
const BESIDE_HZ = [4, 30] as const
/** Amplitude against the minute's median, share of 4-30 Hz, share of 1-30 Hz: where doubt ends. */
const RISE = 2
const SHARE = 0.6
const VISIBLE = 0.2
/** Evidence grows by at most this much a block, calls a spindle, and is not hoarded beyond. */
const MOST_GAIN = 0.5
const CALL = 2
const MOST_EVIDENCE = 10
/** A spindle ends at this part of its largest amplitude, or after so many seconds. */
const FALL = 0.4
const LONGEST_S = 3
/** Blocks: of the amplitude, of the shares, between two values of the usual amplitude. */
const AMPLITUDE = 3
const SHARES = 8
const USUAL_STEP = 8
/** A minute of the usual amplitude; ten seconds make it known. */
const USUAL = 240
const USUAL_LEAST = 40

/**
 * A cumulative sum of evidence (Page 1954) from three numbers of each block: the amplitude of 11-16
 * Hz over its median of the last minute, its share of the power of 4-30 Hz, and that of 1-30 Hz.
 * Start is where the evidence left zero. The relative measures are those of Lacourse 2019 and of
 * `detectSpindles`, with first-order filters for the sake of delay.
 */
export function spindleWatch(rateHz: number, block: number): SpindleWatch {
  const sigma = sampleFilter(butterworth(1, 'bandpass', SIGMA_HZ, rateHz))
  const besideFilter = sampleFilter(butterworth(2, 'bandpass', BESIDE_HZ, rateHz))
  const [sigmaPower, besidePower, slowPower] = [
    blockSums(SHARES),
    blockSums(SHARES),
    blockSums(SHARES),
  ]
  const usual = rollingMedian(USUAL)
  let [blocks, age, evidence, peak] = [0, 0, 0, 0]
  let open = false
  const stop = (): void => {
    evidence = 0
    open = false
  }
  const turn = (): SpindleTurn => {
    const amplitude = Math.sqrt((2 * sigmaPower.mean(AMPLITUDE)) / block)
    if (blocks % USUAL_STEP === 0) usual.push(amplitude)
    if (usual.count() < USUAL_LEAST) return 'none'
    const power = sigmaPower.mean(SHARES)
    const beside = besidePower.mean(SHARES)
    const visible = power / (beside + slowPower.mean(SHARES)) / VISIBLE
    const gain =
      amplitude / (RISE * usual.median()) -
      1 +
      (power / beside / SHARE - 1) +
      Math.min(0, visible - 1)
    age = evidence > 0 ? age + block : 0
    evidence = Math.min(MOST_EVIDENCE, Math.max(0, evidence + clampGain(gain)))
    peak = open ? Math.max(peak, amplitude) : amplitude
    state.startAgo = age
    state.spanUv = 2 * peak
    if (!open) {
      open = evidence > CALL
      return open ? 'begin' : 'none'
    }
    if (amplitude >= FALL * peak && evidence > 0 && age < LONGEST_S * rateHz) return 'none'
    stop()
    return 'end'
  }
  const state: SpindleWatch = {
    ...{ startAgo: 0, spanUv: 0 },
    take: (value, delta) => {
      const s = sigma.next(value)
      const b = besideFilter.next(value)
      sigmaPower.add(s * s)
      besidePower.add(b * b)
      slowPower.add(delta * delta)
    },
    closeBlock: (counts) => {
      sigmaPower.close(counts)
      besidePower.close(counts)
      slowPower.close(counts)
      if (counts) {
        blocks++
        return turn()
      }
      const was = open
      stop()
      return was ? 'end' : 'none'
    },
    reset: () => {
      for (const filter of [sigma, besideFilter]) filter.reset()
      for (const sums of [sigmaPower, besidePower, slowPower]) sums.reset()
      stop()
    },
    calm: () => {
      sigma.calm()
      besideFilter.calm()
    },
  }
  return state
}

function clampGain(gain: number): number {
  return Math.max(-1, Math.min(MOST_GAIN, gain))
}
