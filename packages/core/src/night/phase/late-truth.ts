import { cos, PI, sin } from '../../math/elementary.ts'
import { ComplexFir } from './complex-fir.ts'
import { SLOW_WAVE_HZ } from './predictor.ts'

/** Half the length of the filter, s: so late is the truth. */
const LATE_S = 2

/**
 * The phase of the slow wave as seen two seconds after: a symmetric complex band-pass .4 to 1.8 Hz
 * (ideal analytic filter under a Hann window) whose delay is exact. By it each way of foretelling
 * is measured while the night goes on.
 */
export class LateTruth {
  readonly #fir: ComplexFir
  /** How many samples ago the truth is about. */
  readonly lateSamples: number

  constructor(rateHz: number) {
    this.lateSamples = Math.round(LATE_S * rateHz)
    const length = 2 * this.lateSamples + 1
    const re = new Float64Array(length)
    const im = new Float64Array(length)
    for (let k = 0; k < length; k++) {
      const t = (this.lateSamples - k) / rateHz
      const window = 0.5 + 0.5 * cos((PI * t) / (LATE_S + 1 / rateHz))
      // The integral of e^{j 2 pi f t} over the band, at the moment `t` from the middle.
      const [low, high] = [2 * PI * SLOW_WAVE_HZ.low, 2 * PI * SLOW_WAVE_HZ.high]
      re[k] = window * (t === 0 ? high - low : (sin(high * t) - sin(low * t)) / t)
      im[k] = window * (t === 0 ? 0 : (cos(low * t) - cos(high * t)) / t)
    }
    const back = Float64Array.from({ length }, (_, k) => k)
    // x(now - k) meets the weight of the moment k - late before the middle: e^{-j w (t_k)}.
    this.#fir = new ComplexFir(
      back,
      re,
      im.map((v) => -v),
    )
  }

  /** Takes the next sample; NaN is missing. */
  push(x: number): void {
    this.#fir.push(x)
  }

  /** Real and imaginary part of the wave `lateSamples` ago; NaN while unknown. */
  get re(): number {
    return this.#fir.isWhole ? this.#fir.re : Number.NaN
  }
  get im(): number {
    return this.#fir.isWhole ? this.#fir.im : Number.NaN
  }
}
