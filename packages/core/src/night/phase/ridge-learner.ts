import { ComplexFir } from './complex-fir.ts'
import { GENERIC_RIDGE } from './generic-ridge.ts'
import { NormalEquations, RidgeSolution } from './normal-equations.ts'
import { type PhasePredictor, type SeenLate, SLOW_WAVE_HZ } from './predictor.ts'
import type { RidgeWeights } from './ridge-fit.ts'
import { RIDGE_LAGS_S, ROW_S, SHRINK } from './ridge-row.ts'
import { RowsOfPast } from './rows-of-past.ts'
import { TONES, ToneGains } from './tone-gain.ts'
import { ToneTrack } from './tone-track.ts'
import { WaveLevel } from './wave-level.ts'

/** The way to the ear that is learned for, s; what is beyond goes at the frequency followed. */
const AHEAD_S = 0.05
/** Weights are made anew after so much more deep sleep, s; the first time after as much. */
const EVERY_S = 60
/** Price of leaving the weights of before, in the shrinkage of so many seconds of deep sleep. */
const BEFORE_S = 60

/**
 * The personal ridge predictor, learned in the same night: each 30 ms of deep sleep is a row of a
 * regression as soon as the wave is seen from after; once a minute of deep sleep the equations are
 * solved, a small step with each sample, and the new weights take the place of the old. It begins
 * with weights of an earlier night, or the generic ones, and leaves them as far as the rows say so.
 * Deterministic; its memory is of fixed size; nothing is allocated after construction.
 */
export class RidgeLearner implements PhasePredictor {
  readonly name = 'ridge-learner'
  readonly #fir: ComplexFir
  readonly #gains = new ToneGains(RIDGE_LAGS_S)
  readonly #table = new Float64Array(4 * TONES.count)
  readonly #track: ToneTrack
  readonly #level: WaveLevel
  readonly #rows: RowsOfPast
  readonly #equations = new NormalEquations(RIDGE_LAGS_S.length)
  readonly #solution: RidgeSolution
  #relative = Number.NaN
  #usualSd: number
  #unsolved = 0
  #learnedRows = 0

  /** At the working rate, Hz, from `before` (its lags are those of `fitRidge`). */
  constructor(rateHz: number, before: RidgeWeights = GENERIC_RIDGE) {
    const { re, im, usualSd } = before
    const lags = RIDGE_LAGS_S.map((lag) => lag * rateHz)
    this.#fir = new ComplexFir(lags, re, im)
    const gains = this.#gains.fill(re, im, this.#table)
    this.#track = new ToneTrack(rateHz, gains, SLOW_WAVE_HZ.centre)
    this.#level = new WaveLevel(rateHz)
    this.#rows = new RowsOfPast(rateHz, AHEAD_S)
    this.#solution = new RidgeSolution(RIDGE_LAGS_S.length, re, im)
    this.#usualSd = usualSd
  }

  foresee(values: Float64Array, count: number): void {
    this.#fir.foresee(values, count)
  }

  push(x: number): void {
    this.#rows.push(x)
    this.#fir.push(x)
    if (this.#fir.isWhole) {
      this.#track.push(this.#fir.re, this.#fir.im)
      this.#relative = this.#level.relative(this.#track.amplitude)
    } else {
      this.#track.reset()
      this.#relative = Number.NaN
    }
  }

  teach(truth: SeenLate, deep: boolean): void {
    if (this.#rows.next(truth, deep)) {
      this.#equations.add(this.#rows.values, this.#rows.re, this.#rows.im)
      this.#unsolved++
    }
    if (this.#solution.isBusy) {
      if (this.#solution.step()) this.#take()
    } else if (this.#unsolved * ROW_S >= EVERY_S) {
      this.#unsolved = 0
      const { rows } = this.#equations
      this.#solution.begin(this.#equations, SHRINK * (rows + BEFORE_S / ROW_S))
      this.#learnedRows = rows
    }
  }

  phaseAt(aheadS: number): number {
    return this.#track.phaseAt(aheadS)
  }

  get amplitudeUv(): number {
    return this.#track.amplitude
  }

  get frequencyHz(): number {
    return this.#track.frequencyHz
  }

  get sdRad(): number {
    return this.#usualSd / this.#relative
  }

  /** What it knows, to begin the next night with; undefined before anything was learned. */
  get weights(): RidgeWeights | undefined {
    if (Number.isNaN(this.#solution.missed)) return undefined
    return {
      ...{ aheadS: AHEAD_S, lagsS: RIDGE_LAGS_S, usualSd: this.#usualSd },
      re: Array.from(this.#solution.re, Math.fround),
      im: Array.from(this.#solution.im, Math.fround),
      learnedMin: (this.#learnedRows * ROW_S) / 60,
    }
  }

  reset(): void {
    this.#fir.reset()
    this.#track.reset()
    this.#level.reset()
    this.#rows.reset()
    this.#relative = Number.NaN
  }

  #take(): void {
    const { re, im, missed } = this.#solution
    this.#fir.weigh(re, im)
    this.#track.regain(this.#gains.fill(re, im, this.#table))
    // Half of the complex error is across the wave, and that is what turns the phase.
    this.#usualSd = Math.sqrt(missed / 2)
  }
}
