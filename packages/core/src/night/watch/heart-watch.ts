import { butterworth } from '../../signal/butterworth.ts'
import { sampleFilter } from '../../signal/sample-filter.ts'

/** The heart's rate as it comes. */
export type HeartWatch = {
  /** Takes a sample of ECG, any unit. */
  take(value: number): void
  /** Ends a second. */
  closeSecond(): void
  /** Mean rate of the last beats; NaN when nothing like a heart was heard for 10 s. */
  bpm: number
  /** How much faster than 10 s ago, beats a minute; NaN unknown. */
  rise: number
  /** Beats since the start; noise has them too. */
  beats: number
  /** Time from the beat before the last one to that, s; NaN after a gap. */
  intervalS: number
  /** How far the energy of the former stands out of the mean of that time, times. */
  crest: number
  reset(): void
  calm(): void
}

/** R peaks stand out here (Pan and Tompkins 1985). */
const BAND_HZ = [5, 20] as const
/** A beat passes this part of the usual peak, which forgets a fifth with each. */
const PART = 0.4
const FORGET = 0.2
/** The usual peak fades when nothing comes, by so much a second. */
const FADE = 0.9
const REFRACTORY_S = 0.3
/** Beats that are averaged; intervals that hearts have, seconds. */
const BEATS = 6
const INTERVAL_S = [0.3, 2] as const
const SILENT_S = 10
const BEFORE_S = 10

/** Counts beats in the energy of 5-20 Hz and averages the last six intervals. */
export function heartWatch(rateHz: number): HeartWatch {
  const filter = sampleFilter(butterworth(2, 'bandpass', BAND_HZ, rateHz))
  const intervals = new Float64Array(BEATS)
  const rates = new Float64Array(BEFORE_S).fill(NaN)
  const own = { usual: 0, top: 0, sum: 0 }
  let [now, lastBeat, count, second] = [0, -1, 0, 0]
  let inBeat = false
  const beat = (): void => {
    const intervalS = (now - lastBeat) / rateHz
    if (lastBeat >= 0 && intervalS >= INTERVAL_S[0] && intervalS <= INTERVAL_S[1]) {
      intervals[count % BEATS] = intervalS
      count++
    } else count = 0
    state.beats++
    state.intervalS = lastBeat >= 0 ? intervalS : NaN
    state.crest = (own.top * (now - lastBeat)) / own.sum
    own.sum = 0
    lastBeat = now
  }
  const isHeard = (): boolean => count >= BEATS && now - lastBeat <= SILENT_S * rateHz
  const state: HeartWatch = {
    ...{ bpm: NaN, rise: NaN, beats: 0, intervalS: NaN, crest: NaN },
    take: (value) => {
      now++
      const v = filter.next(value)
      const energy = v * v
      own.sum += energy
      if (!inBeat) {
        if (energy <= PART * PART * own.usual || now - lastBeat < REFRACTORY_S * rateHz) return
        inBeat = true
        beat()
        own.top = energy
      }
      if (energy > own.top) own.top = energy
      if (now - lastBeat < REFRACTORY_S * rateHz) return
      inBeat = false
      own.usual += FORGET * (own.top - own.usual)
    },
    closeSecond: () => {
      own.usual *= FADE
      state.bpm = isHeard() ? meanRate(intervals) : NaN
      const slot = second % BEFORE_S
      state.rise = state.bpm - rates[slot]!
      rates[slot] = state.bpm
      second++
    },
    reset: () => {
      filter.reset()
      rates.fill(NaN)
      lastBeat = -1
      count = own.top = own.sum = 0
      inBeat = false
      state.bpm = state.rise = NaN
    },
    calm: filter.calm,
  }
  return state
}

function meanRate(intervals: Float64Array): number {
  let sum = 0
  for (let k = 0; k < BEATS; k++) sum += intervals[k]!
  return (60 * BEATS) / sum
}
