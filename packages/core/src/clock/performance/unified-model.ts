import { exp, sin } from '../../math/elementary.ts'
import type { PerformanceModel } from './performance-model.ts'

/** The numbers of the unified model; hours and lapses. */
export type UnifiedValues = {
  /** Upper asymptote, lapses. */
  readonly U0: number
  /** Time constants of S awake and asleep and of the lower asymptote L, h. */
  readonly tauW: number
  readonly tauS: number
  readonly tauLa: number
  /** Amplitude of the circadian process, lapses, and its phase, h. */
  readonly kappa: number
  readonly phi: number
  /** Amplitudes of its five harmonics. */
  readonly a1: number
  readonly a2: number
  readonly a3: number
  readonly a4: number
  readonly a5: number
  /** Sleep inertia at waking and its rate, per hour (negative). */
  readonly wc: number
  readonly wd: number
}

/** A named set of them. */
export type UnifiedParameters = {
  readonly name: string
  readonly doi: string
  readonly values: UnifiedValues
}

const RAMAKRISHNAN = {
  U0: 24.12,
  tauW: 40,
  tauS: 1,
  tauLa: 4.06 * 24,
  kappa: 4.13,
  phi: 2.02,
  a1: 0.97,
  a2: 0.22,
  a3: 0.07,
  a4: 0.03,
  wc: 1.14,
  wd: -0.46,
}

/** Ramakrishnan et al., Sleep 39:1827, 2016. */
export const UNIFIED_RAMAKRISHNAN16: UnifiedParameters = {
  name: 'ramakrishnan16',
  doi: '10.5665/sleep.6164',
  values: { ...RAMAKRISHNAN, a5: 0.001 },
}

/** The same as FIPS 0.2.1 has it, its fifth harmonic ten times smaller than in the literature. */
export const UNIFIED_FIPS: UnifiedParameters = {
  name: 'ramakrishnan16-fips',
  doi: '10.5665/sleep.6164',
  values: { ...RAMAKRISHNAN, a5: 0.0001 },
}

/**
 * The unified model of performance (Rajdev et al., J Theor Biol 331:66, 2013) as a value: a
 * pressure S whose lower asymptote L itself drifts over days, so that one night without sleep and a
 * week of short ones are one model. S and L in lapses of a 10-minute vigilance test.
 */
export function unifiedModel(parameters: UnifiedParameters): PerformanceModel {
  const v = parameters.values
  return {
    name: 'unified',
    parameters,
    stateNames: ['S', 'L'],
    initialState: [0, 0],
    derivative: (state, awake, out) => {
      const [S, L] = [state[0]!, state[1]!]
      out[0] = awake ? (v.U0 - S) / v.tauW : (L - S) / v.tauS
      out[1] = ((awake ? v.U0 : -2 * v.U0) - L) / v.tauLa
    },
    vjp: (_state, awake, adjoint, gradient) => {
      gradient[0]! -= adjoint[0]! / (awake ? v.tauW : v.tauS)
      gradient[1]! += (awake ? 0 : adjoint[0]! / v.tauS) - adjoint[1]! / v.tauLa
    },
    advance: (state, awake, h, out) => advance(v, state, awake, h, out),
    circadian: (hour) => v.kappa * harmonics(v, hour),
    inertia: (h) => v.wc * exp(v.wd * h),
  }
}

function advance(
  v: UnifiedValues,
  state: Float64Array,
  awake: boolean,
  h: number,
  out: Float64Array,
): void {
  const [S, L] = [state[0]!, state[1]!]
  const slow = exp(-h / v.tauLa)
  if (awake) {
    out[0] = v.U0 - (v.U0 - S) * exp(-h / v.tauW)
    out[1] = v.U0 - (v.U0 - L) * slow
    return
  }
  const floor = -2 * v.U0
  const fast = exp(-h / v.tauS)
  const drift = ((L - floor) * v.tauLa) / (v.tauLa - v.tauS)
  out[0] = S * fast + floor * (1 - fast) + drift * (slow - fast)
  out[1] = floor + (L - floor) * slow
}

function harmonics(v: UnifiedValues, hour: number): number {
  const w = (2 * Math.PI * (hour + v.phi)) / 24
  return (
    v.a1 * sin(w) + v.a2 * sin(2 * w) + v.a3 * sin(3 * w) + v.a4 * sin(4 * w) + v.a5 * sin(5 * w)
  )
}
