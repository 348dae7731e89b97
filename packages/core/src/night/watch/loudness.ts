import { blockSums } from './block-sums.ts'
import { rollingMedian } from './rolling-median.ts'

/** How loud a band-passed signal is against its own last two minutes. */
export type Loudness = {
  /** Takes a filtered sample. */
  take(value: number): void
  /** Takes the first `count` of a row of them. */
  run(values: Float64Array, count: number): void
  /** Ends a block; one with missing samples does not count. */
  closeBlock(counts: boolean): void
  /** Times the usual loudness, over a sixteenth of a second and over half a second; NaN unknown. */
  burst: number
  lasting: number
  /** Root mean square of the last half second, unit of the signal; NaN unknown. */
  rms: number
  reset(): void
  calm(): void
}

/** Lengths in blocks of 1/32 s. */
const BURST = 2
const LASTING = 16
/** Two minutes of half seconds, and how many make it known: ten seconds. */
const USUAL = 240
const USUAL_LEAST = 20

/**
 * Root mean squares over 1/16 s and 1/2 s, over the median of the half seconds of the last two
 * minutes. The usual is no less than `floor` (unit of the signal), so that a very quiet channel
 * does not make a rustle a burst.
 */
export function loudness(block: number, floor: number): Loudness {
  const sums = blockSums(LASTING)
  const usual = rollingMedian(USUAL)
  let blocks = 0
  const state: Loudness = {
    ...{ burst: NaN, lasting: NaN, rms: NaN },
    take: (value) => sums.add(value * value),
    run: sums.addSquares,
    closeBlock: (counts) => {
      sums.close(counts)
      if (counts) blocks++
      state.rms = Math.sqrt(sums.mean(LASTING) / block)
      if (counts && blocks % LASTING === 0) usual.push(state.rms)
      const known = usual.count() >= USUAL_LEAST
      const scale = known ? Math.max(floor, usual.median()) : NaN
      state.burst = Math.sqrt(sums.mean(BURST) / block) / scale
      state.lasting = state.rms / scale
    },
    reset: () => {
      sums.reset()
      state.burst = state.lasting = state.rms = NaN
    },
    calm: () => undefined,
  }
  return state
}
