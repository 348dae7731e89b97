import { butterworth } from '../../signal/butterworth.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'
import { blockSums } from './block-sums.ts'
import { rollingMedian } from './rolling-median.ts'

/** What became of a spindle with the last block: nothing, it was called, or it ended. */
export type SpindleTurn = 'none' | 'begin' | 'end'

/** Spindles as they come, in blocks of about 1/32 s. */
export type SpindleWatch = {
  /** Takes the next `count` samples of EEG in uV, and the same in 1-4 Hz; at most a block. */
  take(values: Float64Array, delta: Float64Array, count: number): void
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
  const powers = sigmaPowers(rateHz, block)
  const usual = rollingMedian(USUAL)
  const own = { evidence: 0, peak: 0 }
  let [blocks, age, open] = [0, 0, false]
  const stop = (): void => {
    own.evidence = 0
    open = false
  }
  const turn = (): SpindleTurn => {
    const amplitude = powers.amplitude()
    blocks++
    if (blocks % USUAL_STEP === 0) usual.push(amplitude)
    if (usual.count() < USUAL_LEAST) return 'none'
    const rise = amplitude / (RISE * usual.median()) - 1
    const gain = Math.max(-1, Math.min(MOST_GAIN, rise + powers.contrast()))
    age = own.evidence > 0 ? age + block : 0
    own.evidence = Math.min(MOST_EVIDENCE, Math.max(0, own.evidence + gain))
    own.peak = open ? Math.max(own.peak, amplitude) : amplitude
    state.startAgo = age
    state.spanUv = 2 * own.peak
    if (!open) {
      open = own.evidence > CALL
      return open ? 'begin' : 'none'
    }
    const isOver = amplitude < FALL * own.peak || own.evidence === 0 || age >= LONGEST_S * rateHz
    if (!isOver) return 'none'
    stop()
    return 'end'
  }
  const state: SpindleWatch = {
    ...{ startAgo: 0, spanUv: 0 },
    take: powers.take,
    closeBlock: (counts) => {
      powers.close(counts)
      if (counts) return turn()
      const was = open
      stop()
      return was ? 'end' : 'none'
    },
    reset: () => {
      powers.reset()
      stop()
    },
    calm: powers.calm,
  }
  return state
}

type SigmaPowers = {
  take(values: Float64Array, delta: Float64Array, count: number): void
  close(counts: boolean): void
  /** Of sigma in the last blocks, uV. */
  amplitude(): number
  /** How far sigma's share is above the one where doubt ends; less where it is hidden. */
  contrast(): number
  reset(): void
  calm(): void
}

function sigmaPowers(rateHz: number, block: number): SigmaPowers {
  const sigmaFilter = sampleFilter(butterworth(1, 'bandpass', SIGMA_HZ, rateHz))
  const besideFilter = sampleFilter(butterworth(2, 'bandpass', BESIDE_HZ, rateHz))
  const [sigma, beside, slow] = [blockSums(SHARES), blockSums(SHARES), blockSums(SHARES)]
  const filtered = new Float64Array(block)
  return {
    take: (values, delta, count) => {
      sigmaFilter.run(values, count, filtered)
      sigma.addSquares(filtered, count)
      besideFilter.run(values, count, filtered)
      beside.addSquares(filtered, count)
      slow.addSquares(delta, count)
    },
    close: (counts) => {
      sigma.close(counts)
      beside.close(counts)
      slow.close(counts)
    },
    amplitude: () => Math.sqrt((2 * sigma.mean(AMPLITUDE)) / block),
    contrast: () => {
      const power = sigma.mean(SHARES)
      const around = beside.mean(SHARES)
      const visible = power / (around + slow.mean(SHARES)) / VISIBLE
      return power / around / SHARE - 1 + Math.min(0, visible - 1)
    },
    reset: () => {
      for (const part of [sigmaFilter, besideFilter, sigma, beside, slow]) part.reset()
    },
    calm: () => {
      sigmaFilter.calm()
      besideFilter.calm()
    },
  }
}
