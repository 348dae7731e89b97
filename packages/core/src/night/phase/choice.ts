import { atan2, cos, PI, sin } from '../../math/elementary.ts'
import { LateTruth } from './late-truth.ts'
import { wrapPhase } from './phase.ts'
import type { PhasePredictor } from './predictor.ts'

/** Error is remembered over about so long, s of deep sleep: for the choice, and for the bias. */
const MEMORY_S = 180
const BIAS_MEMORY_S = 600
/** Deep sleep before the errors decide anything, s. */
const LEAST_S = 60
/** Another predictor has to be better by this much resultant to take over. */
const CLEAR = 0.01
/** The largest bias that is taken off, radians: a larger one is no bias but a mistake. */
const MOST_BIAS = 0.6
/** Bias is kept apart for so many parts of the cycle. */
const PARTS = 12

/**
 * Chooses among predictors by their own measured errors: what each foretold for the way to the ear
 * is compared with the wave as seen two seconds later, in deep sleep only, a confident prediction
 * weighing more. The one with the longest mean resultant is in charge; its mean error at the part
 * of the cycle that is aimed at is taken off what it foretells, and its spread is told in the size
 * that was measured. Predictors that can learn are taught by the same late truth.
 */
export class PredictorChoice {
  readonly #predictors: readonly PhasePredictor[]
  readonly #truth: LateTruth
  readonly #foretold: Float64Array
  readonly #spread: Float64Array
  readonly #size: number
  /** Sums over what was foretold, newest first in weight: one a predictor. */
  readonly #seen: Float64Array
  readonly #weights: Float64Array
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #squares: Float64Array
  /** Cosines and sines by part of the cycle, in pairs, predictor after predictor. */
  readonly #parts: Float64Array
  readonly #near = new Float64Array(PARTS)
  readonly #keep: number
  readonly #keepBias: number
  readonly #least: number
  #nearRad = Number.NaN
  #at = 0
  #chosen = 0

  /** The first is in charge until something is known. */
  constructor(predictors: readonly PhasePredictor[], rateHz: number) {
    const count = predictors.length
    this.#predictors = predictors
    this.#truth = new LateTruth(rateHz)
    this.#size = this.#truth.lateSamples + Math.ceil(rateHz)
    this.#foretold = new Float64Array(count * this.#size).fill(Number.NaN)
    this.#spread = new Float64Array(count * this.#size).fill(Number.NaN)
    this.#seen = new Float64Array(count)
    this.#weights = new Float64Array(count)
    this.#cosines = new Float64Array(count)
    this.#sines = new Float64Array(count)
    this.#squares = new Float64Array(count)
    this.#parts = new Float64Array(2 * count * PARTS)
    this.#keep = 1 - 1 / (MEMORY_S * rateHz)
    this.#keepBias = 1 - 1 / (BIAS_MEMORY_S * rateHz)
    this.#least = LEAST_S * rateHz
  }

  /** The predictor in charge. */
  get chosen(): PhasePredictor {
    return this.#predictors[this.#chosen]!
  }

  /** Mean error of the one in charge, radians, 0 while it is not known; it is to be taken off. */
  get biasRad(): number {
    if (this.#seen[this.#chosen]! < this.#least) return 0
    return believable(atan2(this.#sines[this.#chosen]!, this.#cosines[this.#chosen]!))
  }

  /**
   * The same where it foretells a phase near `rad`: asymmetric waves bias peaks and troughs apart.
   */
  biasAt(rad: number): number {
    if (this.#seen[this.#chosen]! < this.#least) return 0
    if (rad !== this.#nearRad) this.#turnTo(rad)
    const near = this.#near
    const parts = this.#parts
    let x = 0
    let y = 0
    for (let part = 0, at = 2 * PARTS * this.#chosen; part < PARTS; part++, at += 2) {
      x += near[part]! * parts[at]!
      y += near[part]! * parts[at + 1]!
    }
    return x === 0 && y === 0 ? 0 : believable(atan2(y, x))
  }

  /**
   * Spread to be expected of what the one in charge foretells now, radians: its own, in the size
   * that its errors had so far. NaN while it is unknown, so in the first minute of deep sleep.
   */
  get sdRad(): number {
    const [k, own] = [this.#chosen, this.chosen.sdRad]
    if (this.#seen[k]! < this.#least) return Number.NaN
    return own * Math.sqrt(this.#squares[k]! / this.#weights[k]!)
  }

  /** Measured error of predictor `k`: length of the mean resultant, NaN while nothing is known. */
  resultant(k: number): number {
    const [c, s, weight] = [this.#cosines[k]!, this.#sines[k]!, this.#weights[k]!]
    return weight > 0 ? Math.sqrt(c * c + s * s) / weight : Number.NaN
  }

  /**
   * Tells every predictor, and the late truth, the next `count` samples before they are pushed.
   */
  foresee(values: Float64Array, count: number): void {
    this.#truth.foresee(values, count)
    for (const predictor of this.#predictors) predictor.foresee?.(values, count)
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
    const aboutAt = this.#at + ahead
    const about = (aboutAt < this.#size ? aboutAt : aboutAt - this.#size) * count
    for (let k = 0; k < count; k++) {
      const predictor = this.#predictors[k]!
      this.#foretold[about + k] = predictor.phaseAt(ahead / rateHz)
      this.#spread[about + k] = predictor.sdRad
      predictor.teach?.(this.#truth, counts)
    }
    const past = (this.#at - this.#truth.lateSamples + this.#size) % this.#size
    if (counts) this.#score(past * count)
  }

  /** The signal begins anew after a gap: what was foretold is dropped, what was measured stays. */
  reset(): void {
    this.#truth.reset()
    this.#foretold.fill(Number.NaN)
  }

  #score(past: number): void {
    const { re, im } = this.#truth
    if (Number.isNaN(re)) return
    const truth = atan2(im, re)
    const count = this.#predictors.length
    for (let k = 0; k < count; k++) {
      this.#add(k, truth, this.#foretold[past + k]!, this.#spread[past + k]!)
    }
    let best = this.resultant(this.#chosen)
    for (let k = 0; k < count; k++) {
      if (this.#seen[k]! < this.#least) continue
      const unknown = this.#seen[this.#chosen]! < this.#least
      const own = this.resultant(k)
      if (!unknown && !(own > best + CLEAR)) continue
      this.#chosen = k
      best = own
    }
  }

  /** How near each part of the cycle is to a phase: squared cosine, nothing beyond a quarter. */
  #turnTo(rad: number): void {
    this.#nearRad = rad
    for (let part = 0; part < PARTS; part++) {
      const near = Math.max(0, cos(rad - (2 * PI * (part + 0.5)) / PARTS))
      this.#near[part] = near * near
    }
  }

  #add(k: number, truth: number, foretold: number, spread: number): void {
    const error = wrapPhase(truth - foretold)
    if (Number.isNaN(error) || !(spread > 0)) return
    const weight = 1 / (spread * spread)
    const c = cos(error)
    const s = sin(error)
    const keep = this.#keep
    this.#seen[k]!++
    this.#weights[k] = this.#weights[k]! * keep + weight
    this.#cosines[k] = this.#cosines[k]! * keep + weight * c
    this.#sines[k] = this.#sines[k]! * keep + weight * s
    this.#squares[k] = this.#squares[k]! * keep + weight * weight * 2 * (1 - c)
    const parts = this.#parts
    const keepBias = this.#keepBias
    const from = 2 * PARTS * k
    for (let at = from; at < from + 2 * PARTS; at++) parts[at]! *= keepBias
    const turn = foretold < 0 ? foretold + 2 * PI : foretold
    const at = from + 2 * Math.min(PARTS - 1, Math.floor((turn * PARTS) / (2 * PI)))
    parts[at]! += weight * c
    parts[at + 1]! += weight * s
  }
}

function believable(bias: number): number {
  return Math.abs(bias) <= MOST_BIAS ? bias : 0
}
