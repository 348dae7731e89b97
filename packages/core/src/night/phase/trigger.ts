import { PI } from '../../math/elementary.ts'
import { wrapPhase } from './phase.ts'
import type { PhasePredictor } from './predictor.ts'

/** A moment at which the wave will be at the target, foretold. */
export type Opportunity = {
  /** Seconds from the last sample to that moment; at least the way to the ear. */
  aheadS: number
  /** Phase foretold for it, radians: the target, but for what was too late to wait for. */
  phaseRad: number
  frequencyHz: number
  amplitudeUv: number
  sdRad: number
}

/** A target jumped over by no more than this is met late rather than not, radians. */
const JUMPED = 0.45
/** After an opportunity the next may come when this part of a cycle has passed. */
const REST = 0.6

/**
 * Watches one predictor for a target phase: once a cycle, when the target is less than `reachS`
 * beyond what a sound needs to get to the ear, that is an opportunity. Works for every target in
 * (-pi, pi]: distances are taken on the circle.
 */
export class PhaseTrigger {
  readonly #periodS: number
  #restS = 0
  #wayBefore = Number.NaN
  /** The opportunity of the last `look` that was true: filled anew each time. */
  readonly opportunity: Opportunity = {
    aheadS: Number.NaN,
    phaseRad: Number.NaN,
    frequencyHz: Number.NaN,
    amplitudeUv: Number.NaN,
    sdRad: Number.NaN,
  }

  constructor(rateHz: number) {
    this.#periodS = 1 / rateHz
  }

  /**
   * Called once after each sample of the predictor. `latencyS` is the way to the ear, `reachS` how
   * much further ahead may be planned: at least one sample, else nothing is met.
   */
  look(predictor: PhasePredictor, targetRad: number, latencyS: number, reachS: number): boolean {
    this.#restS -= this.#periodS
    const at = predictor.phaseAt(latencyS)
    const { frequencyHz } = predictor
    let way = wrapPhase(targetRad - at) as number
    const jumped = way < 0 && way > -JUMPED && this.#wayBefore >= 0 && this.#wayBefore < PI / 2
    this.#wayBefore = way
    if (Number.isNaN(at) || this.#restS > 0) return false
    if (jumped) way = 0
    if (way < 0) way += 2 * PI
    const waitS = way / (2 * PI * frequencyHz)
    if (waitS >= Math.max(reachS, this.#periodS)) return false
    const { opportunity } = this
    opportunity.aheadS = latencyS + waitS
    opportunity.phaseRad = predictor.phaseAt(opportunity.aheadS)
    opportunity.frequencyHz = frequencyHz
    opportunity.amplitudeUv = predictor.amplitudeUv
    opportunity.sdRad = predictor.sdRad
    this.#restS = REST / frequencyHz
    return true
  }

  reset(): void {
    this.#restS = 0
    this.#wayBefore = Number.NaN
  }
}
