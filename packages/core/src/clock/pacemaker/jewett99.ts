import {
  DAILY_RATE,
  type KronauerNumbers,
  kronauerDerivative,
  kronauerVjp,
  planarAmplitude,
  planarPhaseRad,
  stiffness,
} from './kronauer.ts'
import type { Pacemaker, ParameterSet } from './pacemaker.ts'
import { adjusted } from './parameter-set.ts'
import { powerResponse } from './receptor.ts'

/** Kronauer's revised model with its process L: alpha0 .16, p .6, beta .013, G 19.875. */
export const JEWETT99: ParameterSet = {
  name: 'Jewett99 (Kronauer, Forger & Jewett 1999)',
  doi: '10.1177/074873049901400608',
  values: {
    tau: 24.2,
    mu: 0.13,
    q: 1 / 3,
    k: 0.55,
    f: 0.99729,
    G: 19.875,
    alpha0: 0.16,
    I0: 9500,
    p: 0.6,
    beta: 0.013,
    lightGain: 1,
  },
}

/**
 * Jewett99 ("Kronauer revised"): CBTmin is the minimum of x + .8 h. `changes` replaces numbers of
 * the set by letter; `lightGain` multiplies the light. Source: 10.1177/074873049901400608.
 */
export function jewett99(
  changes: Readonly<Record<string, number>> = {},
  set: ParameterSet = JEWETT99,
): Pacemaker {
  const parameters = adjusted(set, changes)
  const { tau, f, alpha0, I0, p, lightGain, ...rest } = parameters.values as Jewett99Values
  const numbers: KronauerNumbers = { ...rest, omega2: stiffness(f, tau) }
  return {
    name: 'jewett99',
    parameters,
    stateNames: ['x', 'xc', 'n'],
    initialState: [-0.10097101, -1.21985662, 0.50529415],
    receptor: 2,
    beta: rest.beta,
    ...powerResponse(alpha0, I0, p, lightGain),
    derivative: (state, alpha, _awake, _hour, out) =>
      kronauerDerivative(numbers, state, alpha, out),
    vjp: (state, alpha, _awake, _hour, adjoint, gradient) =>
      kronauerVjp(numbers, state, alpha, adjoint, gradient),
    tauVjp: (state, adjoint) => adjoint[1]! * DAILY_RATE * state[0]! * ((2 * numbers.omega2) / tau),
    marker: 'minimumOfX',
    longestStepH: 0.05,
    receptorBy: 'closedForm',
    phaseRad: planarPhaseRad,
    amplitude: planarAmplitude,
    cbtminOffsetH: 0.8,
    dlmoToCbtminH: 7,
  }
}

type Jewett99Values = Readonly<
  Record<
    'tau' | 'mu' | 'q' | 'k' | 'f' | 'G' | 'alpha0' | 'I0' | 'p' | 'beta' | 'lightGain',
    number
  >
>
