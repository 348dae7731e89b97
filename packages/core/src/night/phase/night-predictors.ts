import { cecht } from './cecht.ts'
import { fixedStep } from './fixed-step.ts'
import { GENERIC_RIDGE } from './generic-ridge.ts'
import type { PhasePredictor } from './predictor.ts'
import { ridge } from './ridge.ts'
import type { RidgeWeights } from './ridge-fit.ts'
import { RidgeLearner } from './ridge-learner.ts'
import { stateSpace } from './state-space.ts'

/** The predictors of a night, and the one among them that learns. */
export type NightPredictors = {
  readonly predictors: readonly PhasePredictor[]
  readonly learner: RidgeLearner
}

/**
 * What a night starts with, the one in charge at first before the others: the ridge that learns
 * from tonight, then as it was before tonight (the sleeper's own of earlier nights, or the generic
 * one), state-space, cecHT and the fixed step. `rateHz` is the working rate.
 */
export function nightPredictors(rateHz: number, personal?: RidgeWeights): NightPredictors {
  const before = personal ?? GENERIC_RIDGE
  const learner = new RidgeLearner(rateHz, before)
  const others = [ridge(before, rateHz), stateSpace(rateHz), cecht(rateHz), fixedStep(rateHz)]
  return { predictors: [learner, ...others], learner }
}
