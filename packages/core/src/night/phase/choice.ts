import { atan2, cos, sin } from '../../math/elementary.ts'
import { LateTruth } from './late-truth.ts'
import { wrapPhase } from './phase.ts'
import type { PhasePredictor } from './predictor.ts'

/** Error is remembered over about so long, s of deep sleep. */
const MEMORY_S = 180
/** Deep sleep before the errors decide anything, s. */
const LEAST_S = 60
/** Another predictor has to be better by this much resultant to take over. */
const CLEAR = 0.01
/** The largest bias that is taken off, radians: a larger one is no bias but a mistake. */
const MOST_BIAS = 0.6

/**
 * Chooses among predictors by their own measured errors: what each foretold for the way to the ear
 * is compared with the wave as seen two seconds later, in deep sleep only. The one with the longest
 * mean resultant is in charge; its mean error is taken off what it foretells.
 */
export class PredictorChoice {
  readonly #predictors: readonly PhasePredictor[]
  readonly #truth: LateTruth
  readonly #foretold: Float64Array
  readonly #size: number
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #keep: number
  readonly #leastWeight: number
  #weight = 0
  #at = 0
  #chosen = 0

  /** The first is in charge until something is known. */
  constructor(predictors: readonly PhasePredictor[], rateHz: number) {
    this.#predictors = predictors
    this.#truth = new LateTruth(rateHz)
    this.#size = this.#truth.lateSamples + Math.ceil(rateHz)
    this.#foretold = new Float64Array(predictors.length * this.#size).fill(Number.NaN)
    this.#cosines = new Float64Array(predictors.length)
    this.#sines = new Float64Array(predictors.length)
    this.#keep = 1 - 1 / (MEMORY_S * rateHz)
    this.#leastWeight = LEAST_S * rateHz
  }

  get chosen(): PhasePredictor {
    return this.#predictors[this.#chosen]!
  }

  /** Mean error of the one in charge, radians, as far as it is known; it is to be taken off. */
  get biasRad(): number {
    if (this.#weight < this.#leastWeight) return 0
    const bias = atan2(this.#sines[this.#chosen]!, this.#cosines[this.#chosen]!)
    return Math.abs(bias) <= MOST_BIAS ? bias : 0
  }

  /** Measured error of predictor `k`: length of the mean resultant, NaN while nothing is known. */
  resultant(k: number): number {
    const [c, s] = [this.#cosines[k]!, this.#sines[k]!]
    return this.#weight > 0 ? Math.sqrt(c * c + s * s) / this.#weight : Number.NaN
  }

  /**
   * Called after each sample, when every predictor has taken it. `aheadSamples` is how far is
   * looked ahead now, at most a second; `counts` is whether this is deep, undisturbed sleep.
   */
  push(x: number, aheadSamples: number, rateHz: number, counts: boolean): void {
    this.#truth.push(x)
    const ahead = Math.max(0, Math.min(Math.floor(rateHz) - 1, Math.round(aheadSamples)))
    const count = this.#predictors.length
    this.#at = (this.#at + 1) % this.#size
    const about = (this.#at + ahead) % this.#size
    for (let k = 0; k < count; k++) {
      this.#foretold[about * count + k] = this.#predictors[k]!.phaseAt(ahead / rateHz)
    }
    const past = (this.#at - this.#truth.lateSamples + this.#size) % this.#size
    if (counts) this.#score(past)
  }

  #score(past: number): void {
    const { re, im } = this.#truth
    if (Number.isNaN(re)) return
    const truth = atan2(im, re)
    const count = this.#predictors.length
    this.#weight = this.#weight * this.#keep + 1
    for (let k = 0; k < count; k++) {
      const error = wrapPhase(truth - this.#foretold[past * count + k]!)
      const known = !Number.isNaN(error)
      this.#cosines[k] = this.#cosines[k]! * this.#keep + (known ? cos(error) : 0)
      this.#sines[k] = this.#sines[k]! * this.#keep + (known ? sin(error) : 0)
    }
    if (this.#weight < this.#leastWeight) return
    for (let k = 0; k < count; k++) {
      if (this.resultant(k) > this.resultant(this.#chosen) + CLEAR) this.#chosen = k
    }
  }
}
