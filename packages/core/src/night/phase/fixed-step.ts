import { PI } from '../../math/elementary.ts'
import { butterworth } from '../../signal/butterworth.ts'
import { type SampleFilter, sampleFilter } from '../../signal/sample-filter.ts'
import { wrapPhase } from './phase.ts'
import { type PhasePredictor, SLOW_WAVE_HZ } from './predictor.ts'
import { delayOf } from './sos-phase.ts'

/** Band in which troughs are looked for, Hz (Ngo 2013). */
const BAND_HZ = [0.25, 4] as const
/** A trough is this deep against the root mean square of half a minute. */
const DEEP = 0.9
const LEVEL_S = 30
/** Periods that are believed, s, and how many are remembered. */
const SHORTEST_S = 0.6
const LONGEST_S = 2
const KEPT = 7
/** Periods after a trough for which anything is foretold. */
const REACH = 1.2
/** Error on made-up N3, radians. */
const USUAL_SD = 0.62

/**
 * The fixed step: from the last deep trough, time runs at the usual period. The baseline that every
 * other way has to beat. Source: Ngo et al., Neuron 2013; the period is the median of the last
 * seven instead of a constant, and the filter's delay at it is taken off.
 */
export function fixedStep(rateHz: number): PhasePredictor {
  return new FixedStep(rateHz)
}

class FixedStep implements PhasePredictor {
  readonly name = 'fixed-step'
  readonly #rateHz: number
  readonly #filter: SampleFilter
  readonly #delay: (hz: number) => number
  readonly #warmSamples: number
  readonly #periods = new Float64Array(KEPT)
  readonly #sorted = new Float64Array(KEPT)
  #before = 0
  #last = 0
  #held = 0
  #square = Number.NaN
  #sinceTrough = Number.NaN
  #sinceGap = 0
  #count = 0
  frequencyHz: number = SLOW_WAVE_HZ.centre
  /** Depth of the last trough. */
  amplitudeUv: number = Number.NaN

  constructor(rateHz: number) {
    const sos = butterworth(1, 'bandpass', BAND_HZ, rateHz)
    this.#rateHz = rateHz
    this.#filter = sampleFilter(sos)
    this.#delay = delayOf(sos, rateHz)
    this.#warmSamples = Math.round(LONGEST_S * rateHz)
  }

  push(x: number): void {
    this.#sinceGap = Number.isNaN(x) ? 0 : this.#sinceGap + 1
    if (!Number.isNaN(x)) this.#held = x
    const value = this.#filter.next(this.#held)
    this.#sinceTrough++
    if (Number.isNaN(this.#square)) this.#square = value * value
    this.#square += (value * value - this.#square) / (LEVEL_S * this.#rateHz)
    const before = this.#before
    const last = this.#last
    const deep = last < -DEEP * Math.sqrt(this.#square)
    if (this.#isWarm && deep && last <= before && value > last) this.#meet(value)
    if (Number.isNaN(this.#sinceTrough) && deep && value > last) this.#sinceTrough = 1
    this.#before = last
    this.#last = value
  }

  phaseAt(aheadS: number): number {
    const seconds = this.#sinceTrough / this.#rateHz + aheadS
    const hz = this.frequencyHz
    if (!this.#isWarm || !(seconds * hz < REACH)) return Number.NaN
    return wrapPhase(PI + 2 * PI * hz * seconds - this.#delay(hz))
  }

  get sdRad(): number {
    return this.#isWarm ? USUAL_SD : Number.NaN
  }

  reset(): void {
    this.#filter.reset()
    this.#before = this.#last = this.#held = this.#sinceGap = this.#count = 0
    this.#square = this.#sinceTrough = this.amplitudeUv = Number.NaN
    this.frequencyHz = SLOW_WAVE_HZ.centre
  }

  get #isWarm(): boolean {
    return this.#sinceGap > this.#warmSamples
  }

  /** A trough between three samples: a parabola through them lies lowest `part` from the middle. */
  #meet(value: number): void {
    const [before, last] = [this.#before, this.#last]
    const curve = before - 2 * last + value
    const part = curve > 0 ? (before - value) / (2 * curve) : 0
    const period = (this.#sinceTrough - 1 + part) / this.#rateHz
    if (period >= SHORTEST_S && period <= LONGEST_S) {
      this.#periods[this.#count++ % KEPT] = period
      const kept = Math.min(this.#count, KEPT)
      this.#sorted.set(this.#periods)
      this.frequencyHz = 1 / this.#sorted.subarray(0, kept).sort()[kept >> 1]!
    }
    if (period < SHORTEST_S) return
    this.#sinceTrough = 1 - part
    this.amplitudeUv = -last
  }
}
