import { cos, exp, log } from '../../math/elementary.ts'
import type { PerformanceModel } from './performance-model.ts'

/** The numbers of the three-process model under its letters; hours and points of alertness. */
export type ThreeProcessValues = {
  /** Lower asymptote awake and the rate towards it, per hour (negative). */
  readonly la: number
  readonly d: number
  /** Upper asymptote asleep, the rate towards it, per hour (negative), and the break level. */
  readonly ha: number
  readonly g: number
  readonly bl: number
  /** Mean, amplitude and hour of the peak of the circadian process. */
  readonly Cm: number
  readonly Ca: number
  readonly p: number
  /** Mean and amplitude of the 12-hour process, which peaks 3 h after the other. */
  readonly Um: number
  readonly Ua: number
  /** Sleep inertia at waking and its rate, per hour (negative). */
  readonly Wc: number
  readonly Wd: number
  /** Sleepiness on Karolinska's scale = intercept + slope times alertness. */
  readonly kssIntercept: number
  readonly kssSlope: number
}

/** A named set of them. */
export type ThreeProcessParameters = {
  readonly name: string
  readonly doi: string
  readonly values: ThreeProcessValues
}

/**
 * Ingre et al., PLoS ONE 9:e108679, 2014: the set tried on 136 airline crew members' sleepiness.
 */
export const THREE_PROCESS_INGRE14: ThreeProcessParameters = {
  name: 'ingre14',
  doi: '10.1371/journal.pone.0108679',
  values: {
    la: 2.4,
    d: -0.0353,
    ha: 14.3,
    g: log((14.3 - 14) / (14.3 - 7.96)) / 8,
    bl: 12.2,
    Cm: 0,
    Ca: 2.5,
    p: 16.8,
    Um: -0.5,
    Ua: 0.5,
    Wc: -5.72,
    Wd: -1.51,
    kssIntercept: 10.6,
    kssSlope: -0.6,
  },
}

const ALERT_AT_START = 7.96

/**
 * The three-process model of alertness (Akerstedt and Folkard) as a value. Its state S falls
 * towards la awake, and asleep rises in a straight line to the break level and then towards ha.
 */
export function threeProcess(parameters: ThreeProcessParameters): PerformanceModel {
  const v = parameters.values
  return {
    name: 'threeProcess',
    parameters,
    stateNames: ['S'],
    initialState: [ALERT_AT_START],
    derivative: (state, awake, out) => {
      out[0] = awake ? v.d * (state[0]! - v.la) : v.g * (Math.max(state[0]!, v.bl) - v.ha)
    },
    vjp: (state, awake, adjoint, gradient) => {
      gradient[0]! += adjoint[0]! * (awake ? v.d : state[0]! > v.bl ? v.g : 0)
    },
    advance: (state, awake, h, out) => {
      out[0] = awake ? v.la + (state[0]! - v.la) * exp(v.d * h) : asleep(v, state[0]!, h)
    },
    circadian: (hour) => circadianAlertness(v, hour) + ultradianAlertness(v, hour),
    inertia: (h) => v.Wc * exp(v.Wd * h),
  }
}

/** Process C at an hour of the day, points of alertness. */
export function circadianAlertness(v: ThreeProcessValues, hour: number): number {
  return v.Cm + v.Ca * cos((2 * Math.PI * (hour - v.p)) / 24)
}

/** Process U at an hour of the day, points of alertness. */
export function ultradianAlertness(v: ThreeProcessValues, hour: number): number {
  return v.Um + v.Ua * cos((2 * Math.PI * (hour - v.p - 3)) / 12)
}

/**
 * Sleepiness on Karolinska's scale, 1 (extremely alert) to 9 (fighting sleep), of a sum of
 * processes; clamped, since the line of the fit reaches 10.8 where nobody can answer. NaN stays
 * NaN.
 */
export function kssOfAlertness(v: ThreeProcessValues, alertness: number): number {
  return Math.min(Math.max(v.kssIntercept + v.kssSlope * alertness, 1), 9)
}

function asleep(v: ThreeProcessValues, S: number, h: number): number {
  const slope = v.g * (v.bl - v.ha)
  const straight = Math.min(Math.max((v.bl - S) / slope, 0), h)
  const reached = S + slope * straight
  return h > straight ? v.ha - (v.ha - reached) * exp(v.g * (h - straight)) : reached
}
