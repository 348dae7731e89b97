import { channelOf, type Montage } from '../../night/watch/montage.ts'
import { type SideWatch, sideWatch } from '../../night/watch/side-watch.ts'
import { FRAME_S } from '../telemetry/frame.ts'

/** The watch has no eyes to tell of. */
const NO_EYES = { eye: (): void => undefined, signal: (): void => undefined }
/** Nothing like a heart for so long is no rate, s. */
const SILENT_S = 10
/** No heart beats more often within a frame (the watch hears none sooner than after .3 s). */
const MOST_BEATS = 128
/** Intervals agree within so much of their median: the fifth of Malik et al. (1989). */
const AGREES = 0.2
/** Slower than 30 a minute is a detector that slept, not a heart. */
const LONGEST_S = 2
/** So many of the intervals have to agree, and fill so much of the frame: our choice. */
const LEAST_AGREEING = 0.8
const LEAST_FILLED = 0.5
/**
 * A beat stands out of the mean energy of its interval by so much, our choice: hearts do 20 times
 * at 76 a minute and 12 at 125, noise 5 times, and two beats of which the watch missed one 9 times.
 */
const LEAST_CREST = 9.5

/**
 * The heart rate of a frame, out of the beats of a watch as the loop has one (Pan and Tompkins
 * 1985). A beat detector finds beats in anything, so that a rate is told only where it can be
 * believed: four of five intervals of the last 30 s are within a fifth of their median (Malik et
 * al., Eur Heart J 10, 1989), begin with a beat that stands out, and fill half of the 30 s; told is
 * the mean of these. An irregular heart (atrial fibrillation) is therefore missing, and so is one
 * below 30 or above about 170 a minute.
 */
export class FrameHeart {
  readonly #channel: number
  readonly #rateHz: number
  readonly #watch: SideWatch
  readonly #nothing = [new Float32Array(1).fill(Number.NaN)]
  /** The last beats: where in the night, the interval that they ended, how the former stood out. */
  readonly #endedAt = new Float64Array(MOST_BEATS).fill(Number.NEGATIVE_INFINITY)
  readonly #intervalS = new Float64Array(MOST_BEATS).fill(Number.NaN)
  readonly #crest = new Float64Array(MOST_BEATS).fill(Number.NaN)
  #beats = 0
  #next = 0
  #atMs = 0

  constructor(channel: number, rateHz: number) {
    this.#channel = channel
    this.#rateHz = rateHz
    this.#watch = sideWatch({ channels: [{ label: 'ECG', role: 'ecg' }], rateHz }, rateHz)
  }

  /** The heart of a montage; undefined where it has no ECG. */
  static of(montage: Montage): FrameHeart | undefined {
    const channel = channelOf(montage, 'ecg')
    return channel < 0 ? undefined : new FrameHeart(channel, montage.rateHz)
  }

  /**
   * Takes samples of the night, as the loop does: a jump of `first` is a gap, what was here is
   * passed.
   */
  take(first: number, columns: readonly Float32Array[], atMs: number): void {
    const column = columns[this.#channel]
    if (column === undefined) return
    const gap = first - this.#next
    // A second of nothing ends what the watch knows.
    for (let k = 0; k < Math.min(gap, this.#rateHz); k++) this.#hear(this.#nothing, 0)
    if (gap > 0) this.#next = first
    const own = [column]
    for (let i = Math.max(0, -gap); i < column.length; i++) this.#hear(own, i)
    this.#atMs = atMs
  }

  /** Mean rate over the 30 s before a moment (device time, ms), 1/min; NaN where it is not sure. */
  rate(atMs: number): number {
    const now = this.#next + ((atMs - this.#atMs) * this.#rateHz) / 1000
    const since = now - FRAME_S * this.#rateHz
    const places: number[] = []
    for (const [k, at] of this.#endedAt.entries()) if (at >= since) places.push(k)
    const sorted = places.map((k) => this.#intervalS[k]!).sort((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
    const agreeing = places.filter((k) => {
      const intervalS = this.#intervalS[k]!
      const isNear = Math.abs(intervalS - median) <= AGREES * median && intervalS <= LONGEST_S
      return isNear && this.#crest[k]! >= LEAST_CREST
    })
    let [filledS, last] = [0, Number.NEGATIVE_INFINITY]
    for (const k of agreeing) {
      filledS += this.#intervalS[k]!
      last = Math.max(last, this.#endedAt[k]!)
    }
    if (agreeing.length < LEAST_AGREEING * places.length) return Number.NaN
    if (!(filledS >= LEAST_FILLED * FRAME_S)) return Number.NaN
    if (!(now - last <= SILENT_S * this.#rateHz)) return Number.NaN
    return (60 * agreeing.length) / filledS
  }

  #hear(columns: readonly Float32Array[], i: number): void {
    const { heart } = this.#watch
    this.#watch.take(columns, i, i + 1, this.#next, NO_EYES)
    this.#next++
    if (this.#next % this.#rateHz === 0) this.#watch.closeSecond()
    if (heart === undefined || heart.beats === this.#beats) return
    this.#beats = heart.beats
    if (Number.isNaN(heart.intervalS)) return
    const place = this.#beats % MOST_BEATS
    this.#endedAt[place] = this.#next
    this.#intervalS[place] = heart.intervalS
    this.#crest[place] = heart.crest
  }
}
