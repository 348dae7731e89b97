import { seededRandom } from '../../math/random.ts'

/** When clicks may sound; ms. */
export type ClickPattern = {
  /** From click to click of a train, at least. */
  readonly interStimulusMs: number
  readonly trainClicks: number
  /** From the last click of a train to the next, at least. */
  readonly pauseMs: number
  /** Lengths of a window with sound and of the silent one that goes with it. */
  readonly onMs: number
  readonly offMs: number
}

/** Where a moment of deep sleep lies in the pairs of windows, of which one has sound. */
export type WindowMoment = {
  /** The pair, counted from 0 through the night. */
  readonly pair: number
  readonly sound: boolean
  /** Since the window began, whole ms of deep sleep. */
  readonly intoMs: number
}

/** Why a click may not sound at a moment. */
export type ClickHold = 'OFF_WINDOW' | 'PAUSE' | 'TOO_SOON'

/**
 * The pattern of a night's clicks: trains with pauses, in pairs of windows of which one is silent.
 * Which of a pair comes first is drawn from the seed and the number of the pair alone, so that
 * nothing the sleeper does moves the draw. Windows run from the moment deep sleep is reached.
 * Sources: Papalambros et al. 2017 (five tones on, then off); Ngo et al. 2013 (pause of 2.5 s).
 */
export class ClickTiming {
  readonly #pattern: ClickPattern
  readonly #seed: number
  #deepSinceMs = Number.NaN
  #deepBeforeMs = 0
  #lastMs = Number.NEGATIVE_INFINITY
  #inTrain = 0
  #pair = -1
  #silentFirst = false

  constructor(pattern: ClickPattern, seed: number) {
    this.#pattern = pattern
    this.#seed = seed
  }

  /** Says whether deep sleep goes on; windows stand still while it does not. */
  deep(atMs: number, isDeep: boolean): void {
    if (isDeep === !Number.isNaN(this.#deepSinceMs)) return
    if (isDeep) {
      this.#deepSinceMs = atMs
      return
    }
    this.#deepBeforeMs += atMs - this.#deepSinceMs
    this.#deepSinceMs = Number.NaN
  }

  /** Why a click heard at this device time may not sound, if it may not. */
  hold(heardAtMs: number): ClickHold | undefined {
    const { interStimulusMs, trainClicks, pauseMs } = this.#pattern
    if (this.isSilent(heardAtMs)) return 'OFF_WINDOW'
    const since = heardAtMs - this.#lastMs
    if (this.#inTrain >= trainClicks && since < pauseMs) return 'PAUSE'
    return since < interStimulusMs ? 'TOO_SOON' : undefined
  }

  /** Notes a click that was commanded. */
  clicked(heardAtMs: number): void {
    const { pauseMs, trainClicks } = this.#pattern
    const fresh = heardAtMs - this.#lastMs >= pauseMs || this.#inTrain >= trainClicks
    this.#inTrain = fresh ? 1 : this.#inTrain + 1
    this.#lastMs = heardAtMs
  }

  /** Whether a moment is in a silent window; outside deep sleep every moment is. */
  isSilent(atMs: number): boolean {
    return !(this.windowAt(atMs)?.sound ?? false)
  }

  /** Window of a moment; undefined outside deep sleep. */
  windowAt(atMs: number): WindowMoment | undefined {
    const { onMs, offMs } = this.#pattern
    const deepMs = this.#deepBeforeMs + (atMs - this.#deepSinceMs)
    if (!(deepMs >= 0)) return undefined
    const pair = Math.floor(deepMs / (onMs + offMs))
    if (pair !== this.#pair) {
      this.#pair = pair
      this.#silentFirst = seededRandom(this.#seed + pair).uniform() < 0.5
    }
    const into = deepMs - pair * (onMs + offMs)
    const firstMs = this.#silentFirst ? offMs : onMs
    const isFirst = into < firstMs
    const intoMs = Math.round(isFirst ? into : into - firstMs)
    return { pair, sound: isFirst !== this.#silentFirst, intoMs }
  }
}
