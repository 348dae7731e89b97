import { cos, PI } from '../../math/elementary.ts'
import { ComplexFir } from './complex-fir.ts'
import { trueWave } from './true-phase.ts'

/** Half the length of the filter, s: so late is the truth. */
const LATE_S = 2
/** The last part of each half in which the response is let fall to nothing, s. */
const FADE_S = 0.5
/** Length of signal in which the response is looked at, s: it has died away at both ends. */
const ROOM_S = 40

/**
 * The phase of the slow wave as seen two seconds after: the response of `trueWave` to a single
 * sample, cut off two seconds to either side, which makes its delay exact. By it each way of
 * foretelling is measured, and the personal predictor learns, while the night goes on.
 */
export class LateTruth {
  readonly #fir: ComplexFir
  /** How many samples ago the truth is about. */
  readonly lateSamples: number

  /** At the working rate, Hz. */
  constructor(rateHz: number) {
    const late = Math.round(LATE_S * rateHz)
    this.lateSamples = late
    const room = new Float64Array(Math.round(ROOM_S * rateHz))
    const middle = room.length >> 1
    room[middle] = 1
    const response = trueWave(room, rateHz)
    const back = Float64Array.from({ length: 2 * late + 1 }, (_, k) => k)
    const fade = back.map((k) => {
      const into = (Math.abs(k - late) / rateHz - (LATE_S - FADE_S)) / FADE_S
      return into <= 0 ? 1 : 0.5 + 0.5 * cos(PI * into)
    })
    const re = fade.map((part, k) => part * response.re[middle + k - late]!)
    const im = fade.map((part, k) => part * response.im[middle + k - late]!)
    this.#fir = new ComplexFir(back, re, im)
  }

  /** The next samples, before they are pushed: see `ComplexFir`. */
  foresee(values: Float64Array, count: number): void {
    this.#fir.foresee(values, count)
  }

  /** Takes the next sample; NaN is missing. */
  push(x: number): void {
    this.#fir.push(x)
  }

  /** Real part of the wave `lateSamples` ago, in the unit of the signal; NaN while unknown. */
  get re(): number {
    return this.#fir.isWhole ? this.#fir.re : Number.NaN
  }

  /** Imaginary part of it; NaN while unknown. */
  get im(): number {
    return this.#fir.isWhole ? this.#fir.im : Number.NaN
  }

  /** Forgets every sample. */
  reset(): void {
    this.#fir.reset()
  }
}
