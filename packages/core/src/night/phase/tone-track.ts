import { atan2, cos, PI, sin } from '../../math/elementary.ts'
import { wrapPhase } from './phase.ts'

/**
 * What a linear complex filter gives for a tone: its gain at +f and at -f, as real and imaginary
 * parts.
 */
export type ToneGain = (frequencyHz: number, out: Float64Array) => void

/** Frequencies for which gains are kept, Hz. */
const FROM_HZ = 0.4
const STEP_HZ = 0.05
const STEPS = 25
/** How fast the frequency is followed unless said, s: slower than its ripple within a cycle. */
const FOLLOW_S = 2

/**
 * Turns the output z of a linear complex filter into the amplitude and phase of the tone behind it.
 * A real tone A cos(theta) gives z = A (g+ e^{j theta} + g- e^{-j theta}) / 2; knowing both gains
 * at the frequency that is followed, theta is found exactly, so that no phase of the wave is
 * favoured (the calibration of cecHT, arXiv 2601.13962, carried to any linear filter and any
 * frequency).
 */
export class ToneTrack {
  readonly #gains = new Float64Array(4 * STEPS)
  readonly #rateHz: number
  readonly #now = new Float64Array(4)
  #frequencyHz: number
  readonly #startHz: number
  readonly #followS: number
  #lastRad = Number.NaN
  /** Phase of the tone at the last sample, radians; NaN before the first. */
  phaseRad: number = Number.NaN
  amplitude: number = Number.NaN

  /** With `followS` infinite the frequency stays where it starts. */
  constructor(rateHz: number, gain: ToneGain, startHz: number, followS: number = FOLLOW_S) {
    this.#followS = followS
    this.#rateHz = rateHz
    this.#startHz = startHz
    this.#frequencyHz = startHz
    const out = new Float64Array(4)
    for (let k = 0; k < STEPS; k++) {
      gain(FROM_HZ + k * STEP_HZ, out)
      this.#gains.set(out, 4 * k)
    }
  }

  get frequencyHz(): number {
    return this.#frequencyHz
  }

  /** Takes the filter's output for the next sample. */
  push(re: number, im: number): void {
    this.#gainNow()
    const [pr, pi, mr, mi] = this.#now as unknown as [number, number, number, number]
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
    this.#frequencyHz = Math.max(FROM_HZ, Math.min(FROM_HZ + STEP_HZ * (STEPS - 1), next))
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
    const place = (this.#frequencyHz - FROM_HZ) / STEP_HZ
    const low = Math.min(STEPS - 2, Math.floor(place))
    const part = place - low
    for (let k = 0; k < 4; k++) {
      const a = this.#gains[4 * low + k]!
      this.#now[k] = a + part * (this.#gains[4 * low + 4 + k]! - a)
    }
  }
}

/** Gains of a complex FIR filter whose tap k looks `lags[k]` seconds back. */
export function firGain(lags: Float64Array, re: Float64Array, im: Float64Array): ToneGain {
  return (frequencyHz, out) => {
    out.fill(0)
    for (let k = 0; k < lags.length; k++) {
      const turn = 2 * PI * frequencyHz * lags[k]!
      const c = cos(turn)
      const s = sin(turn)
      out[0]! += re[k]! * c + im[k]! * s
      out[1]! += im[k]! * c - re[k]! * s
      out[2]! += re[k]! * c - im[k]! * s
      out[3]! += im[k]! * c + re[k]! * s
    }
  }
}
