import { exp, log, normalQuantile } from '../../math/elementary.ts'
import type { BatchName } from '../pacemaker/batch.ts'
import type { Belief } from './clock-evidence.ts'

/** The models that a fit runs side by side; they disagree by hours on real light. */
export const FIT_MODELS: readonly BatchName[] = ['jewett99', 'forger99', 'hannay19']

/** Virtual sleepers per model; the first is the average one, which carries no weight. */
export const SLEEPERS_PER_MODEL = 97

/** Intrinsic period of 157 adults, h (Duffy et al. 2011, 10.1073/pnas.1010666108). */
export const PERIOD_H: Belief = { mean: 24.15, sd: 0.2 }

/**
 * Standard deviation of ln light sensitivity between people. The lux that halves melatonin differs
 * more than 50-fold between people (Phillips et al. 2019, 10.1073/pnas.1901824116), the shifts of
 * the clock less; .6 is a factor of 3.3 between the 2.5 % ends on either side of 1.
 */
const LN_SENSITIVITY_SD = 0.6
/** Further uncertainty of ln light where it was guessed from sleep. */
export const LN_LIGHT_GUESS_SD = 0.6
/** The same where it was worn: the wrist is not the eye. */
export const LN_LIGHT_WORN_SD = 0.25

/** Sleep a day that an adult needs, h: 8.2 when nothing wakes them, differing between people. */
export const SLEEP_NEED_H: Belief = { mean: 8.1, sd: 0.8 }

/**
 * Hours from DLMO to CBTmin. 7 in the programs that use the models; 7.7 from a DLMO 10 h before
 * habitual waking and a CBTmin 2.3 h before it: between them, with a spread between people.
 */
export const DLMO_TO_CBTMIN_H: Belief = { mean: 7.2, sd: 0.6 }

/** Virtual sleepers of one model before any evidence, in columns. */
export type SleeperDraws = {
  /** Intrinsic period, h. */
  readonly periodH: Float64Array
  /** Factor on lux that the model sees: the person's sensitivity times the light's error. */
  readonly effectiveGain: Float64Array
  /** The person's own part of it. */
  readonly sensitivity: Float64Array
}

/**
 * A low-discrepancy set of sleepers from the prior (Kronecker's sequence in three dimensions with
 * the plastic numbers' roots), the same for everyone: no seed, no noise between two fits.
 */
export function priorSleepers(lnLightSd: number, count: number = SLEEPERS_PER_MODEL): SleeperDraws {
  const periodH = new Float64Array(count)
  const effectiveGain = new Float64Array(count)
  const sensitivity = new Float64Array(count)
  const total = Math.sqrt(LN_SENSITIVITY_SD * LN_SENSITIVITY_SD + lnLightSd * lnLightSd)
  const share = (LN_SENSITIVITY_SD * LN_SENSITIVITY_SD) / (total * total)
  const left = LN_SENSITIVITY_SD * Math.sqrt(1 - share)
  for (let i = 0; i < count; i++) {
    const [a, b, c] = i === 0 ? [0, 0, 0] : ROOTS.map((root) => normalQuantile(part(i, root)))
    const lnGain = total * b!
    periodH[i] = PERIOD_H.mean + PERIOD_H.sd * a!
    effectiveGain[i] = exp(lnGain)
    sensitivity[i] = exp(share * lnGain + left * c!)
  }
  return { periodH, effectiveGain, sensitivity }
}

/** Log of how much likelier a period is under a prior than under the population's. */
export function periodLogRatio(periodH: number, prior: Belief): number {
  const z = (periodH - prior.mean) / prior.sd
  const z0 = (periodH - PERIOD_H.mean) / PERIOD_H.sd
  return (z0 * z0 - z * z) / 2 - log(prior.sd / PERIOD_H.sd)
}

/** 1 / g, 1 / g^2, 1 / g^3 with g^4 = g + 1. */
const ROOTS = [0.8191725133961645, 0.671043606703789, 0.5497004779019703] as const

function part(i: number, root: number): number {
  const value = 0.5 + i * root
  return value - Math.floor(value)
}
