import { atan2, cos, sin } from '../../math/elementary.ts'
import type { Pacemaker, ParameterSet } from './pacemaker.ts'
import { adjusted } from './parameter-set.ts'
import { saturatingResponse } from './receptor.ts'

/** Hannay, Booth & Forger 2019, one population. */
export const HANNAY19: ParameterSet = {
  name: 'Hannay19, one population (Hannay, Booth & Forger 2019)',
  doi: '10.1177/0748730419878298',
  values: {
    tau: 23.84,
    K: 0.06358,
    gamma: 0.024,
    beta1: -0.09318,
    A1: 0.3855,
    A2: 0.1977,
    betaL1: -0.0026,
    betaL2: -0.957756,
    sigma: 0.0400692,
    G: 33.75,
    alpha0: 0.05,
    I0: 9325,
    p: 1.5,
    delta: 0.0075,
    lightGain: 1,
  },
}

/** The same with the second harmonic of the light answer as a later program has it (A2 .195123). */
export const HANNAY19_A2_195: ParameterSet = {
  ...HANNAY19,
  name: 'Hannay19, one population, A2 .195123',
  values: { ...HANNAY19.values, A2: 0.195123 },
}

/** The light answer of Hannay's populations, per unit of process L's drive B. */
export type HannayLight = Readonly<
  Record<'A1' | 'A2' | 'betaL1' | 'betaL2' | 'sigma' | 'G', number>
>

type Hannay19Values = HannayLight &
  Readonly<
    Record<'tau' | 'K' | 'gamma' | 'beta1' | 'alpha0' | 'I0' | 'p' | 'delta' | 'lightGain', number>
  >

/**
 * Hannay19 with one population: collective amplitude R and phase Psi of many coupled cells. CBTmin
 * is Psi = pi. 1/R is singular at amplitude 0, where the equations end. `changes` replaces numbers
 * of the set by letter; `lightGain` multiplies the light. Source: 10.1177/0748730419878298.
 */
export function hannay19(
  changes: Readonly<Record<string, number>> = {},
  set: ParameterSet = HANNAY19,
): Pacemaker {
  const parameters = adjusted(set, changes)
  const values = parameters.values as Hannay19Values
  const { tau, alpha0, I0, p, lightGain, delta } = values
  const coupling = couplingOf(values)
  const turn = (2 * Math.PI) / tau
  return {
    name: 'hannay19',
    parameters,
    stateNames: ['R', 'Psi', 'n'],
    initialState: [0.82041911, 1.71383697, 0.52318122],
    receptor: 2,
    beta: delta,
    ...saturatingResponse(alpha0, I0, p, lightGain),
    derivative: (state, alpha, _awake, _hour, out) => {
      const R = state[0]!
      const R4 = R * R * (R * R)
      const B = values.G * (1 - state[2]!) * alpha
      hannayLight(values, R, state[1]!)
      out[0] = R * (-values.gamma + coupling[0] * (1 - R4)) + B * lightParts[0]!
      out[1] = turn + coupling[1] * (1 + R4) + B * lightParts[1]!
      out[2] = 60 * (alpha * (1 - state[2]!) - delta * state[2]!)
    },
    vjp: (state, alpha, _awake, _hour, adjoint, gradient) => {
      const R = state[0]!
      const R3 = R * R * R
      const n = state[2]!
      const [aR, aP, aN] = [adjoint[0]!, adjoint[1]!, 60 * adjoint[2]!]
      const B = values.G * (1 - n) * alpha
      gradient[0]! += aR * (-values.gamma + coupling[0] * (1 - 5 * R3 * R))
      gradient[0]! += aP * coupling[1] * 4 * R3
      const perB = hannayLightVjp(values, R, state[1]!, B, aR, aP)
      gradient[0]! += lightParts[2]!
      gradient[1]! += lightParts[3]!
      gradient[2]! += -perB * values.G * alpha - aN * (alpha + delta)
      return perB * values.G * (1 - n) + aN * (1 - n)
    },
    tauVjp: (_state, adjoint) => (-adjoint[1]! * turn) / tau,
    marker: 'phase',
    longestStepH: 0.05,
    receptorBy: 'closedForm',
    phaseRad: (state) => atan2(-sin(state[1]!), -cos(state[1]!)),
    amplitude: (state) => state[0]!,
    cbtminOffsetH: 0,
    dlmoToCbtminH: 7,
  }
}

/** K / 2 cos(beta1), K / 2 sin(beta1). */
function couplingOf({ K, beta1 }: Hannay19Values): readonly [number, number] {
  return [(K / 2) * cos(beta1), (K / 2) * sin(beta1)]
}

/**
 * What `hannayLight` and `hannayLightVjp` leave: [0] amplitude and [1] phase per unit of B; [2] and
 * [3] the gradient by R and Psi.
 */
export const lightParts: Float64Array = new Float64Array(4)

/** The light answer per unit of B at (R, Psi), into `lightParts[0..1]`. */
export function hannayLight(values: HannayLight, R: number, Psi: number): void {
  const { A1, A2, betaL1, betaL2, sigma } = values
  const R2 = R * R
  const R4 = R2 * R2
  const R8 = R4 * R4
  const one = Psi + betaL1
  const two = 2 * Psi + betaL2
  lightParts[0] = 0.5 * (A1 * (1 - R4) * cos(one) + A2 * R * (1 - R8) * cos(two))
  lightParts[1] = sigma - 0.5 * (A1 * (R2 * R + 1 / R) * sin(one) + A2 * (1 + R8) * sin(two))
}

/**
 * Transposed derivative of B times the light answer: the gradient by R and Psi goes into
 * `lightParts[2..3]`, the product with its derivative by B is returned.
 */
export function hannayLightVjp(
  values: HannayLight,
  R: number,
  Psi: number,
  B: number,
  aR: number,
  aP: number,
): number {
  const { A1, A2, betaL1, betaL2, sigma } = values
  const R2 = R * R
  const R4 = R2 * R2
  const R7 = R4 * R2 * R
  const [c1, s1] = [cos(Psi + betaL1), sin(Psi + betaL1)]
  const [c2, s2] = [cos(2 * Psi + betaL2), sin(2 * Psi + betaL2)]
  const amplitude = 0.5 * (A1 * (1 - R4) * c1 + A2 * R * (1 - R7 * R) * c2)
  const phase = sigma - 0.5 * (A1 * (R2 * R + 1 / R) * s1 + A2 * (1 + R7 * R) * s2)
  const amplitudeByR = 0.5 * (-4 * A1 * R2 * R * c1 + A2 * (1 - 9 * R7 * R) * c2)
  const phaseByR = -0.5 * (A1 * (3 * R2 - 1 / R2) * s1 + 8 * A2 * R7 * s2)
  const amplitudeByPsi = -0.5 * (A1 * (1 - R4) * s1 + 2 * A2 * R * (1 - R7 * R) * s2)
  const phaseByPsi = -0.5 * (A1 * (R2 * R + 1 / R) * c1 + 2 * A2 * (1 + R7 * R) * c2)
  lightParts[2] = B * (aR * amplitudeByR + aP * phaseByR)
  lightParts[3] = B * (aR * amplitudeByPsi + aP * phaseByPsi)
  return aR * amplitude + aP * phase
}
