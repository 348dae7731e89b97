import { DAILY_RATE, planarAmplitude, planarPhaseRad, stiffness } from './kronauer.ts'
import type { Pacemaker, ParameterSet } from './pacemaker.ts'
import { adjusted } from './parameter-set.ts'
import { powerResponse } from './receptor.ts'

/** Forger, Jewett & Kronauer 1999 with the receptor's exponent .5. */
export const FORGER99: ParameterSet = {
  name: 'Forger99, p .5 (Forger, Jewett & Kronauer 1999)',
  doi: '10.1177/074873099129000867',
  values: {
    tau: 24.2,
    mu: 0.23,
    k: 0.55,
    f: 0.99669,
    G: 33.75,
    alpha0: 0.05,
    I0: 9500,
    p: 0.5,
    beta: 0.0075,
    lightGain: 1,
  },
}

/**
 * The same oscillator with the receptor's exponent .6, as level-set filters and phone programs use
 * it under the same name: brighter light counts for more, dim light for less.
 */
export const FORGER99_P6: ParameterSet = {
  ...FORGER99,
  name: 'Forger99, p .6 (as used by Kim, Lee & Forger)',
  values: { ...FORGER99.values, p: 0.6 },
}

/**
 * The same oscillator with the light constants of Kronauer's 1999-2000 papers, as Skeldon's model
 * carries it (alpha0 .16, p .6, beta .013, G 19.9).
 */
export const FORGER99_LIGHT2000: ParameterSet = {
  ...FORGER99,
  name: 'Forger99, light of 2000 (as used by Skeldon 2023)',
  values: { ...FORGER99.values, alpha0: 0.16, p: 0.6, beta: 0.013, G: 19.9 },
}

type Forger99Values = Readonly<
  Record<'tau' | 'mu' | 'k' | 'f' | 'G' | 'alpha0' | 'I0' | 'p' | 'beta' | 'lightGain', number>
>

/**
 * Forger99, the simpler van der Pol clock: CBTmin is the minimum of x. `changes` replaces numbers
 * of the set by letter; `lightGain` multiplies the light. Source: 10.1177/074873099129000867.
 */
export function forger99(
  changes: Readonly<Record<string, number>> = {},
  set: ParameterSet = FORGER99,
): Pacemaker {
  const parameters = adjusted(set, changes)
  const values = parameters.values as Forger99Values
  const { tau, f, alpha0, I0, p, lightGain } = values
  const omega2 = stiffness(f, tau)
  return {
    name: 'forger99',
    parameters,
    stateNames: ['x', 'xc', 'n'],
    initialState: [-0.0843259, -1.09607546, 0.45584306],
    receptor: 2,
    beta: values.beta,
    ...powerResponse(alpha0, I0, p, lightGain),
    derivative: (state, alpha, _awake, _hour, out) => forger(values, omega2, state, alpha, out),
    vjp: (state, alpha, _awake, _hour, adjoint, gradient) =>
      forgerVjp(values, omega2, state, alpha, adjoint, gradient),
    tauVjp: (state, adjoint) => adjoint[1]! * DAILY_RATE * state[0]! * ((2 * omega2) / tau),
    marker: 'minimumOfX',
    longestStepH: 0.05,
    receptorBy: 'closedForm',
    phaseRad: planarPhaseRad,
    amplitude: planarAmplitude,
    cbtminOffsetH: 0,
    dlmoToCbtminH: 7,
  }
}

function forger(
  { mu, k, G, beta }: Forger99Values,
  omega2: number,
  state: Float64Array,
  alpha: number,
  out: Float64Array,
): void {
  const x = state[0]!
  const xc = state[1]!
  const n = state[2]!
  const B = G * (1 - n) * alpha * (1 - 0.4 * x) * (1 - 0.4 * xc)
  out[0] = DAILY_RATE * (xc + B)
  out[1] = DAILY_RATE * (mu * xc * (1 - (4 / 3) * (xc * xc)) - x * (omega2 + k * B))
  out[2] = 60 * (alpha * (1 - n) - beta * n)
}

function forgerVjp(
  { mu, k, G, beta }: Forger99Values,
  omega2: number,
  state: Float64Array,
  alpha: number,
  adjoint: Float64Array,
  gradient: Float64Array,
): number {
  const x = state[0]!
  const xc = state[1]!
  const n = state[2]!
  const fx = 1 - 0.4 * x
  const fc = 1 - 0.4 * xc
  const ax = DAILY_RATE * adjoint[0]!
  const ac = DAILY_RATE * adjoint[1]!
  const an = 60 * adjoint[2]!
  const aB = ax - ac * k * x
  const free = G * (1 - n)
  const B = free * alpha * fx * fc
  gradient[0]! += -ac * (omega2 + k * B) - aB * 0.4 * free * alpha * fc
  gradient[1]! += ax + ac * mu * (1 - 4 * (xc * xc)) - aB * 0.4 * free * alpha * fx
  gradient[2]! += -aB * G * alpha * fx * fc - an * (alpha + beta)
  return aB * free * fx * fc + an * (1 - n)
}
