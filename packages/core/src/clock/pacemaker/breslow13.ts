import { atan2, exp } from '../../math/elementary.ts'
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
 * Breslow 2013 as programmed: the rates per second are given per hour. `bioavailability` (.15,
 * DeMuro et al. 2000) and `volumeL` (70 L, 1 L/kg) turn a dose into H3; the paper's own scale was
 * not at hand.
 */
export const BRESLOW13: ParameterSet = {
  name: 'Breslow13 (Breslow et al. 2013)',
  doi: '10.1177/0748730412468081',
  values: {
    tau: 24.1,
    gamma: 0.13,
    K: 0.55,
    f: 0.99729,
    G: 37,
    alpha0: 0.1,
    I0: 9500,
    p: 0.5,
    I1: 100,
    beta: 0.007,
    eta: 0.04,
    xi: 0.54,
    Mmax: 0.019513,
    Hsat: 861,
    s: 50,
    betaIP: 0.000783 * 3600,
    betaCP: 0.000335 * 3600,
    betaAP: 0.000162 * 3600,
    a: 0.0010422 * 3600,
    m: 7,
    H1min: 0.001,
    phiOn: 6.113 - 2 * Math.PI,
    phiOff: 4.352 - 2 * Math.PI,
    delta: 600,
    r: 15.36,
    bioavailability: 0.15,
    volumeL: 70,
    lightGain: 1,
  },
}

type Breslow13Values = Readonly<
  Record<
    | ('tau' | 'gamma' | 'K' | 'f' | 'G' | 'alpha0' | 'I0' | 'p' | 'I1' | 'beta' | 'eta' | 'xi')
    | ('Mmax' | 'Hsat' | 's' | 'betaIP' | 'betaCP' | 'betaAP' | 'a' | 'm' | 'H1min')
    | ('phiOn' | 'phiOff' | 'delta' | 'r' | 'bioavailability' | 'volumeL' | 'lightGain'),
    number
  >
>

/** g/mol. */
const MOLAR_MASS_OF_MELATONIN = 232.28
/** Index of H3, the melatonin on its way from the gut, in the state of Breslow13. */
const H3 = 5

/**
 * Breslow13: the revised Kronauer oscillator with melatonin, pineal H1, plasma H2 (pmol/L) and
 * exogenous H3. CBTmin is the minimum of x + .97 h. Synthesis switches on and off by the phase
 * atan2(x, xc), which runs through its window from phiOff to phiOn, and off it is a constant, as
 * the reference trajectories have it; the paper's text was not at hand. The transposed derivative
 * leaves out what the switches' own times move. `changes` replaces numbers of the set by letter.
 * Source: 10.1177/0748730412468081.
 */
export function breslow13(
  changes: Readonly<Record<string, number>> = {},
  set: ParameterSet = BRESLOW13,
): Pacemaker {
  const parameters = adjusted(set, changes)
  const v = parameters.values as Breslow13Values
  const omega2 = stiffness(v.f, v.tau)
  const numbers: KronauerNumbers = { mu: v.gamma, q: 1 / 3, k: v.K, omega2, G: v.G, beta: v.beta }
  return {
    name: 'breslow13',
    parameters,
    stateNames: ['x', 'xc', 'n', 'H1', 'H2', 'H3'],
    initialState: [-0.219, -1.22, 0.519, 0, 0, 0],
    receptor: 2,
    beta: v.beta,
    ...dimmedResponse(v.alpha0, v.I0, v.p, v.I1, v.lightGain),
    derivative: (state, alpha, _awake, _hour, out) => {
      kronauerDerivative(numbers, state, alpha, out)
      melatonin(v, state, alpha, out)
    },
    vjp: (state, alpha, _awake, _hour, adjoint, gradient) =>
      kronauerVjp(numbers, state, alpha, adjoint, gradient) +
      melatoninVjp(v, state, alpha, adjoint, gradient),
    tauVjp: (state, adjoint) => adjoint[1]! * DAILY_RATE * state[0]! * ((2 * omega2) / v.tau),
    marker: 'minimumOfX',
    longestStepH: 1 / 160,
    receptorBy: 'rungeKutta',
    phaseRad: planarPhaseRad,
    amplitude: planarAmplitude,
    cbtminOffsetH: 0.97,
    dlmoToCbtminH: 7,
  }
}

/**
 * What a dose of `mg` of melatonin by mouth adds to the state of Breslow13 at its hour: component
 * and pmol/L in H3, from where it is absorbed at betaAP (half in 1.2 h). bioavailability * dose /
 * (molar mass * volume); both numbers differ severalfold between people. Three daily doses of 3 mg
 * move this model's clock by 10 min, people's by more than an hour (Burgess et al. 2010): take its
 * direction, not its size. Its gradient by the dose is
 * the adjoint's `component` times `amount / mg`. Other models have no melatonin: undefined.
 */
export function melatoninDose(
  pacemaker: Pacemaker,
  mg: number,
): { readonly component: number; readonly amount: number } | undefined {
  if (pacemaker.name !== 'breslow13') return undefined
  const { bioavailability, volumeL } = pacemaker.parameters.values as Breslow13Values
  const picomoles = (mg * 1e9) / MOLAR_MASS_OF_MELATONIN
  return { component: H3, amount: (bioavailability * picomoles) / volumeL }
}

/** Adds melatonin's drive on the oscillator, and its own kinetics, to `out`. */
function melatonin(
  v: Breslow13Values,
  state: Float64Array,
  alpha: number,
  out: Float64Array,
): void {
  const [x, xc, n] = [state[0]!, state[1]!, state[2]!]
  const [h1, h2, h3] = [state[3]!, state[4]!, state[5]!]
  const B = v.G * (1 - n) * alpha * (1 - 0.4 * x) * (1 - 0.4 * xc)
  const M = v.Mmax / (1 + exp((v.Hsat - h2) / v.s))
  out[0]! -= DAILY_RATE * v.eta * M
  out[1]! -= DAILY_RATE * v.xi * M
  const made = h1 < v.H1min && 1 - v.m * B < 0 ? 0 : synthesis(v, x, xc) * (1 - v.m * B)
  out[3] = -v.betaIP * h1 + made
  out[4] = v.betaIP * h1 - v.betaCP * h2 + v.betaAP * h3
  out[5] = -v.betaAP * h3
}

function melatoninVjp(
  v: Breslow13Values,
  state: Float64Array,
  alpha: number,
  adjoint: Float64Array,
  gradient: Float64Array,
): number {
  const [x, xc, n] = [state[0]!, state[1]!, state[2]!]
  const [h1, h2] = [state[3]!, state[4]!]
  const [a1, a2, a3] = [adjoint[3]!, adjoint[4]!, adjoint[5]!]
  const fx = 1 - 0.4 * x
  const fc = 1 - 0.4 * xc
  const free = v.G * (1 - n)
  const B = free * alpha * fx * fc
  const open = 1 / (1 + exp((v.Hsat - h2) / v.s))
  const byM = -DAILY_RATE * (adjoint[0]! * v.eta + adjoint[1]! * v.xi)
  gradient[3]! += v.betaIP * (a2 - a1)
  gradient[4]! += -v.betaCP * a2 + (byM * v.Mmax * open * (1 - open)) / v.s
  gradient[5]! += v.betaAP * (a2 - a3)
  if (h1 < v.H1min && 1 - v.m * B < 0) return 0
  const A = synthesis(v, x, xc)
  const byB = -a1 * A * v.m
  const byPhase = (a1 * (1 - v.m * B) * synthesisSlope(v, x, xc)) / (x * x + xc * xc)
  gradient[0]! += -byB * 0.4 * free * alpha * fc + byPhase * xc
  gradient[1]! += -byB * 0.4 * free * alpha * fx - byPhase * x
  gradient[2]! += -byB * v.G * alpha * fx * fc
  return byB * free * fx * fc
}

/** A(phi): what the pineal makes per hour without light. */
function synthesis(v: Breslow13Values, x: number, xc: number): number {
  const width = v.phiOn - v.phiOff
  const phi = x < 0 ? atan2(x, xc) : 0
  if (!(phi < v.phiOn && phi > v.phiOff)) return v.a * exp(-v.r * width)
  return (v.a * (1 - exp(-v.delta * (v.phiOn - phi)))) / (1 - exp(-v.delta * width))
}

function synthesisSlope(v: Breslow13Values, x: number, xc: number): number {
  const phi = atan2(x, xc)
  if (!(phi < v.phiOn && phi > v.phiOff)) return 0
  const width = v.phiOn - v.phiOff
  return (-v.a * v.delta * exp(-v.delta * (v.phiOn - phi))) / (1 - exp(-v.delta * width))
}
