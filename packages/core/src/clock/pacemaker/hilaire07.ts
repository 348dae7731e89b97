import { atan2, tanh } from '../../math/elementary.ts'
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
import { dimmedResponse } from './receptor.ts'

/**
 * St. Hilaire 2007 as its programs run it: the wake-maintenance zone stands at a clock time (08:49
 * to 13:19 of the simulation's clock), because the phase angle phixcx (rad) and phiref (h) are
 * added.
 */
export const HILAIRE07: ParameterSet = {
  name: 'Hilaire07, zone by the clock (St. Hilaire 2007 as programmed)',
  doi: '10.1016/j.jtbi.2007.04.001',
  values: {
    tau: 24.2,
    mu: 0.13,
    q: 1 / 3,
    k: 0.55,
    f: 0.99729,
    G: 37,
    alpha0: 0.1,
    I0: 9500,
    p: 0.5,
    I1: 100,
    beta: 0.007,
    rho: 0.032,
    phixcx: -2.98,
    phiref: 0.97,
    zoneByPhase: 0,
    lightGain: 1,
  },
}

/**
 * The same with the wake-maintenance zone 16.5 to 21 h after the oscillator's own CBTmin, so that
 * it travels with the sleeper. Read from the programs' disabled line; the paper's text was not at
 * hand.
 */
export const HILAIRE07_ZONE_BY_PHASE: ParameterSet = {
  ...HILAIRE07,
  name: 'Hilaire07, zone by phase',
  values: { ...HILAIRE07.values, zoneByPhase: 1 },
}

type Hilaire07Values = Readonly<
  Record<
    | ('tau' | 'mu' | 'q' | 'k' | 'f' | 'G' | 'alpha0' | 'I0' | 'p' | 'I1' | 'beta')
    | ('rho' | 'phixcx' | 'phiref' | 'zoneByPhase' | 'lightGain'),
    number
  >
>

/**
 * Hilaire07: the revised Kronauer oscillator with a non-photic drive by sleep and wake (asleep
 * below `awake` = .5). CBTmin is the minimum of x + .97 h. `changes` replaces numbers of the set by
 * letter; `lightGain` multiplies the light. Source: 10.1016/j.jtbi.2007.04.001.
 */
export function hilaire07(
  changes: Readonly<Record<string, number>> = {},
  set: ParameterSet = HILAIRE07,
): Pacemaker {
  const parameters = adjusted(set, changes)
  const values = parameters.values as Hilaire07Values
  const { tau, f, alpha0, I0, p, I1, lightGain } = values
  const numbers: KronauerNumbers = { ...values, omega2: stiffness(f, tau) }
  const drive = (state: Float64Array, awake: number, hour: number): number =>
    values.rho * (1 / 3 - (awake < 0.5 && !inZone(values, state, hour) ? 1 : 0))
  return {
    name: 'hilaire07',
    parameters,
    stateNames: ['x', 'xc', 'n'],
    initialState: [-0.0480751, -1.22504441, 0.51854818],
    receptor: 2,
    beta: values.beta,
    ...dimmedResponse(alpha0, I0, p, I1, lightGain),
    derivative: (state, alpha, awake, hour, out) => {
      kronauerDerivative(numbers, state, alpha, out)
      out[0]! += DAILY_RATE * drive(state, awake, hour) * (1 - tanh(10 * state[0]!))
    },
    vjp: (state, alpha, awake, hour, adjoint, gradient) => {
      const t = tanh(10 * state[0]!)
      const slope = -10 * (1 - t * t)
      gradient[0]! += adjoint[0]! * DAILY_RATE * drive(state, awake, hour) * slope
      return kronauerVjp(numbers, state, alpha, adjoint, gradient)
    },
    tauVjp: (state, adjoint) => adjoint[1]! * DAILY_RATE * state[0]! * ((2 * numbers.omega2) / tau),
    marker: 'minimumOfX',
    longestStepH: 1 / 160,
    receptorBy: 'closedForm',
    phaseRad: planarPhaseRad,
    amplitude: planarAmplitude,
    cbtminOffsetH: values.phiref,
    dlmoToCbtminH: 7,
  }
}

/** Whether sleep has no effect now: 16.5 to 21 h after CBTmin. */
function inZone(values: Hilaire07Values, state: Float64Array, hour: number): boolean {
  const { phixcx, phiref, zoneByPhase } = values
  const hours =
    zoneByPhase === 0
      ? hour - (phixcx + phiref) / DAILY_RATE
      : (phixcx - atan2(state[1]!, state[0]!)) / DAILY_RATE - phiref
  const psi = hours - 24 * Math.floor(hours / 24)
  return psi > 16.5 && psi < 21
}
