import { atan2, PI } from '../../math/elementary.ts'
import { wrapPhase } from './phase.ts'
import { TONES } from './tone-gain.ts'

/** How fast the frequency is followed unless said, s: slower than its ripple within a cycle. */
const FOLLOW_S = 2
/** The frequency stays within these, Hz. */
const LOWEST_HZ = TONES.fromHz
const HIGHEST_HZ = TONES.fromHz + TONES.stepHz * (TONES.count - 1)

/**
 * Turns the output z of a linear complex filter into the amplitude and phase of the tone behind it.
 * A real tone A cos(theta) gives z = A (g+ e^{j theta} + g- e^{-j theta}) / 2; knowing both gains
 * at the frequency that is followed, theta is found exactly, so that no phase of the wave is
 * favoured (the calibration of cecHT, arXiv 2601.13962, carried to any linear filter and any
 * frequency).
 */
export class ToneTrack {
  readonly #gains: Float64Array
  readonly #rateHz: number
  readonly #now = new Float64Array(4)
  #frequencyHz: number
  readonly #startHz: number
  readonly #followS: number
  #lastRad = Number.NaN
  /** Phase of the tone at the last sample, radians; NaN before the first. */
  phaseRad: number = Number.NaN
  amplitude: number = Number.NaN

  /** `gains` as of `toneGains`; with `followS` infinite the frequency stays where it starts. */
  constructor(rateHz: number, gains: Float64Array, startHz: number, followS: number = FOLLOW_S) {
    this.#gains = Float64Array.from(gains)
    this.#followS = followS
    this.#rateHz = rateHz
    this.#startHz = startHz
    this.#frequencyHz = startHz
  }

  get frequencyHz(): number {
    return this.#frequencyHz
  }

  /** The filter has other gains from now on. */
  regain(gains: Float64Array): void {
    this.#gains.set(gains)
  }

  /** Takes the filter's output for the next sample. */
  push(re: number, im: number): void {
    this.#gainNow()
    const now = this.#now
    const pr = now[0]!
    const pi = now[1]!
    const mr = now[2]!
    const mi = now[3]!
    // u = 2 (conj(g+) z - g- conj(z)) / (|g+|^2 - |g-|^2)
    const ur = pr * re + pi * im - (mr * re + mi * im)
    const ui = pr * im - pi * re - (mi * re - mr * im)
    const size = pr * pr + pi * pi - (mr * mr + mi * mi)
    this.amplitude = (2 * Math.sqrt(ur * ur + ui * ui)) / size
    this.phaseRad = atan2(ui, ur)
    const turned = wrapPhase(this.phaseRad - this.#lastRad)
    this.#lastRad = this.phaseRad
    if (Number.isNaN(turned)) return
    const hz = (turned * this.#rateHz) / (2 * PI)
    const next = this.#frequencyHz + (hz - this.#frequencyHz) / (this.#followS * this.#rateHz)
    this.#frequencyHz = Math.max(LOWEST_HZ, Math.min(HIGHEST_HZ, next))
  }

  /** Phase so many seconds on, at the frequency that is followed. */
  phaseAt(aheadS: number): number {
    return wrapPhase(this.phaseRad + 2 * PI * this.#frequencyHz * aheadS)
  }

  reset(): void {
    this.#frequencyHz = this.#startHz
    this.#lastRad = Number.NaN
    this.phaseRad = Number.NaN
    this.amplitude = Number.NaN
  }

  #gainNow(): void {
    const place = (this.#frequencyHz - TONES.fromHz) / TONES.stepHz
    const low = Math.min(TONES.count - 2, Math.floor(place))
    const part = place - low
    const gains = this.#gains
    const now = this.#now
    for (let k = 0, at = 4 * low; k < 4; k++, at++) {
      const a = gains[at]!
      now[k] = a + part * (gains[at + 4]! - a)
    }
  }
}
