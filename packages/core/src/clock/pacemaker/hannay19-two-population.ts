import { atan2, cos, sin } from '../../math/elementary.ts'
import { type HannayLight, hannayLight, hannayLightVjp, lightParts } from './hannay19.ts'
import type { Pacemaker, ParameterSet } from './pacemaker.ts'
import { adjusted } from './parameter-set.ts'
import { saturatingResponse } from './receptor.ts'

/** Hannay, Booth & Forger 2019, ventral and dorsal population. */
export const HANNAY19TP: ParameterSet = {
  name: 'Hannay19, two populations (Hannay, Booth & Forger 2019)',
  doi: '10.1177/0748730419878298',
  values: {
    tauV: 24.25,
    tauD: 24,
    Kvv: 0.05,
    Kdd: 0.04,
    Kvd: 0.05,
    Kdv: 0.01,
    gamma: 0.024,
    A1: 0.440068,
    A2: 0.159136,
    betaL1: 0.06452,
    betaL2: -1.38935,
    sigma: 0.0477375,
    G: 33.75,
    alpha0: 0.05,
    I0: 9325,
    p: 1.5,
    delta: 0.0075,
    lightGain: 1,
  },
}

/** The same with the ventral period 24.5 h and Kvd .02, as a phase-prediction program has it. */
export const HANNAY19TP_TAU_24_5: ParameterSet = {
  ...HANNAY19TP,
  name: 'Hannay19, two populations, tauV 24.5, Kvd .02',
  values: { ...HANNAY19TP.values, tauV: 24.5, Kvd: 0.02 },
}

type TwoPopulationValues = HannayLight &
  Readonly<
    Record<
      | ('tauV' | 'tauD' | 'Kvv' | 'Kdd' | 'Kvd' | 'Kdv' | 'gamma')
      | ('alpha0' | 'I0' | 'p' | 'delta' | 'lightGain'),
      number
    >
  >

/**
 * Hannay19 with a ventral population that light reaches and a dorsal one that follows it. CBTmin is
 * Psi of the ventral one = pi. Both amplitudes are singular at 0. `changes` replaces numbers of the
 * set by letter; `lightGain` multiplies the light. Source: 10.1177/0748730419878298.
 */
export function hannay19TwoPopulation(
  changes: Readonly<Record<string, number>> = {},
  set: ParameterSet = HANNAY19TP,
): Pacemaker {
  const parameters = adjusted(set, changes)
  const values = parameters.values as TwoPopulationValues
  const { tauV, tauD, alpha0, I0, p, lightGain, delta } = values
  const turnV = (2 * Math.PI) / tauV
  const turnD = (2 * Math.PI) / tauD
  return {
    name: 'hannay19tp',
    parameters,
    stateNames: ['Rv', 'Rd', 'Psiv', 'Psid', 'n'],
    initialState: [0.82423745, 0.82304996, 1.75233424, 1.863457, 0.52318122],
    receptor: 4,
    beta: delta,
    ...saturatingResponse(alpha0, I0, p, lightGain),
    derivative: (state, alpha, _awake, _hour, out) => {
      const n = state[4]!
      const B = values.G * (1 - n) * alpha
      populations(values, state, out)
      hannayLight(values, state[0]!, state[2]!)
      out[0]! += B * lightParts[0]!
      out[2]! += turnV + B * lightParts[1]!
      out[3]! += turnD
      out[4] = 60 * (alpha * (1 - n) - delta * n)
    },
    vjp: (state, alpha, _awake, _hour, adjoint, gradient) => {
      const n = state[4]!
      const aN = 60 * adjoint[4]!
      const B = values.G * (1 - n) * alpha
      populationsVjp(values, state, adjoint, gradient)
      const perB = hannayLightVjp(values, state[0]!, state[2]!, B, adjoint[0]!, adjoint[2]!)
      gradient[0]! += lightParts[2]!
      gradient[2]! += lightParts[3]!
      gradient[4]! += -perB * values.G * alpha - aN * (alpha + delta)
      return perB * values.G * (1 - n) + aN * (1 - n)
    },
    tauVjp: (_state, adjoint) => (-adjoint[2]! * turnV) / tauV - (adjoint[3]! * turnD) / tauD,
    marker: 'phase',
    longestStepH: 0.05,
    receptorBy: 'closedForm',
    phaseRad: (state) => atan2(-sin(state[2]!), -cos(state[2]!)),
    amplitude: (state) => state[0]!,
    cbtminOffsetH: 0,
    dlmoToCbtminH: 7,
  }
}

/** The populations in darkness and without their own turning, into `out[0..3]`. */
function populations(v: TwoPopulationValues, state: Float64Array, out: Float64Array): void {
  const Rv = state[0]!
  const Rd = state[1]!
  const D = state[3]! - state[2]!
  const [c, s] = [cos(D), sin(D)]
  const Rv3 = Rv * Rv * Rv
  const Rd3 = Rd * Rd * Rd
  const freeV = 1 - Rv3 * Rv
  const freeD = 1 - Rd3 * Rd
  out[0] = -v.gamma * Rv + freeV * ((v.Kvv / 2) * Rv + (v.Kdv / 2) * Rd * c)
  out[1] = -v.gamma * Rd + freeD * ((v.Kdd / 2) * Rd + (v.Kvd / 2) * Rv * c)
  out[2] = (v.Kdv / 2) * Rd * (Rv3 + 1 / Rv) * s
  out[3] = (-v.Kvd / 2) * Rv * (Rd3 + 1 / Rd) * s
}

function populationsVjp(
  v: TwoPopulationValues,
  state: Float64Array,
  adjoint: Float64Array,
  gradient: Float64Array,
): void {
  const Rv = state[0]!
  const Rd = state[1]!
  const D = state[3]! - state[2]!
  const [c, s] = [cos(D), sin(D)]
  const Rv3 = Rv * Rv * Rv
  const Rd3 = Rd * Rd * Rd
  const freeV = 1 - Rv3 * Rv
  const freeD = 1 - Rd3 * Rd
  const [aV, aD] = [adjoint[0]!, adjoint[1]!]
  const pV = (v.Kdv / 2) * adjoint[2]!
  const pD = (-v.Kvd / 2) * adjoint[3]!
  const pullV = (v.Kvv / 2) * Rv + (v.Kdv / 2) * Rd * c
  const pullD = (v.Kdd / 2) * Rd + (v.Kvd / 2) * Rv * c
  gradient[0]! +=
    aV * (-v.gamma - 4 * Rv3 * pullV + freeV * (v.Kvv / 2)) +
    aD * freeD * (v.Kvd / 2) * c +
    (pV * Rd * (3 * Rv * Rv - 1 / (Rv * Rv)) + pD * (Rd3 + 1 / Rd)) * s
  gradient[1]! +=
    aD * (-v.gamma - 4 * Rd3 * pullD + freeD * (v.Kdd / 2)) +
    aV * freeV * (v.Kdv / 2) * c +
    (pD * Rv * (3 * Rd * Rd - 1 / (Rd * Rd)) + pV * (Rv3 + 1 / Rv)) * s
  const byD =
    -(aV * freeV * (v.Kdv / 2) * Rd + aD * freeD * (v.Kvd / 2) * Rv) * s +
    (pV * Rd * (Rv3 + 1 / Rv) + pD * Rv * (Rd3 + 1 / Rd)) * c
  gradient[2]! -= byD
  gradient[3]! += byD
}
