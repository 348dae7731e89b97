import { butterworth } from '../../signal/butterworth.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'
import { type RollingMedian, rollingMedian } from './rolling-median.ts'

/** A slow wave that has just been seen: places are samples of the filtered signal's own time. */
export type SlowWaveWatch = {
  /** Takes the next `count` samples of EEG in uV, at most a block; each is then looked at. */
  take(values: Float64Array, count: number): void
  /** Looks at sample `k` of them, in order; true when a slow wave has become sure with it. */
  look(k: number): boolean
  /** The samples of .25-4 Hz that the last ones became, uV. */
  readonly filtered: Float64Array
  /** Counts the depth of the last trough to the sleeper's own, in deep sleep only. */
  learning: boolean
  /** Of the wave that was seen: samples ago of its start, trough and rise through zero. */
  startAgo: number
  troughAgo: number
  riseAgo: number
  /** Depth of its trough, uV, negative. */
  troughUv: number
  /** What the thresholds are multiplied with: 1, or less where waves are small. */
  gain: number
  reset(): void
  calm(): void
}

/** Carrier 2011, with waves of up to 2 Hz (AASM) where she has 4; uV and seconds. */
const BAND_HZ = [0.25, 4] as const
const LEAST_TROUGH_UV = 40
const MOST_TROUGH_UV = 300
const LEAST_SPAN_UV = 75
const NEGATIVE_S = [0.25, 1.5] as const
const POSITIVE_S = 1
/** The sleeper's own troughs: one in ten reaches 75 uV where thresholds fit; learned from 100. */
const OWN_TROUGHS = 400
const OWN_LEAST = 100
const OWN_QUANTILE = 0.9
const OWN_UV = 75
const LEAST_GAIN = 0.4

/**
 * Slow waves as they come, by a causal Butterworth of .25-4 Hz (second order): a negative half-wave
 * of .25-1.5 s down to 40 uV or more, and a rise of 75 uV from its trough within a second after
 * zero. A wave is called as soon as that rise is there, before its positive peak. In deep sleep the
 * thresholds shrink with the sleeper's own waves (headbands, age), down to .4 of theirs; they never
 * grow.
 */
export function slowWaveWatch(rateHz: number, block: number): SlowWaveWatch {
  const filter = sampleFilter(butterworth(2, 'bandpass', BAND_HZ, rateHz))
  const depths = rollingMedian(OWN_TROUGHS)
  const own = { trough: 0, before: 0 }
  let [now, down, up, troughAt] = [0, -1, -1, 0]
  let called = true
  const fall = (): void => {
    down = now
    own.trough = 0
    called = false
    up = -1
  }
  const rise = (): void => {
    up = now
    const durationS = (up - down) / rateHz
    if (down < 0 || durationS < NEGATIVE_S[0] || durationS > NEGATIVE_S[1]) called = true
    if (called || !state.learning) return
    depths.push(-own.trough)
    if (depths.count() >= OWN_LEAST) state.gain = gainOf(depths)
  }
  const isWave = (v: number): boolean =>
    !called &&
    up >= 0 &&
    now - up <= POSITIVE_S * rateHz &&
    -own.trough >= LEAST_TROUGH_UV * state.gain &&
    -own.trough <= MOST_TROUGH_UV &&
    v - own.trough >= LEAST_SPAN_UV * state.gain
  const state: SlowWaveWatch = {
    ...{ learning: false, startAgo: 0, troughAgo: 0, riseAgo: 0 },
    ...{ troughUv: 0, gain: 1 },
    filtered: new Float64Array(block),
    take: (values, count) => filter.run(values, count, state.filtered),
    look: (k) => {
      const v = state.filtered[k]!
      now++
      if (own.before > 0 && v <= 0) fall()
      else if (own.before <= 0 && v > 0) rise()
      own.before = v
      if (v < own.trough) {
        own.trough = v
        troughAt = now
      }
      if (!isWave(v)) return false
      called = true
      state.startAgo = now - down
      state.troughAgo = now - troughAt
      state.riseAgo = now - up
      state.troughUv = own.trough
      return true
    },
    reset: () => {
      filter.reset()
      down = up = -1
      own.trough = own.before = 0
      called = true
    },
    calm: filter.calm,
  }
  return state
}

function gainOf(depths: RollingMedian): number {
  return Math.max(LEAST_GAIN, Math.min(1, depths.quantile(OWN_QUANTILE) / OWN_UV))
}
