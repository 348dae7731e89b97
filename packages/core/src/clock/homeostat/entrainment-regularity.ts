import { assert } from '../../math/assert.ts'
import type { LightSeries } from '../light/light.ts'
import { hannay19 } from '../pacemaker/hannay19.ts'
import { subSteps } from '../pacemaker/simulate.ts'
import { stepPacemaker } from '../pacemaker/step.ts'

/** The index over a record. */
export type EntrainmentRegularity = {
  /** Start of each window, hours since midnight of day 1. */
  readonly timesH: readonly number[]
  /** The index of the window, 0.1 in darkness to about 1; NaN where it has no value. */
  readonly values: readonly number[]
}

/** How the index is taken. */
export type EntrainmentRegularityOptions = {
  /** Hours since midnight of day 1 at the first sample; default 0. */
  readonly startH?: number | undefined
  /** Hours between starts of windows; default 1. */
  readonly everyH?: number | undefined
  /** Days of a window; default 4. */
  readonly windowDays?: number | undefined
}

const START_AMPLITUDE = 0.1
/** Phase of the model at midnight of a person who sleeps from midnight to 08:00, radians. */
const PHASE_AT_MIDNIGHT = 1.65238233

/**
 * Entrainment signal regularity index (Moreno et al., Obesity 31:642, 2023, 10.1002/oby.23641): a
 * population of clocks without coupling or decay (Hannay19 with K and gamma 0) starts each window
 * at amplitude 0.1; the amplitude that the window's light alone builds up is the index. Photopic
 * lux without NaN: fill gaps first. Empty where the record is shorter than a window. NaN where the
 * light drives the amplitude through 0, at which the model ends.
 */
export function entrainmentRegularity(
  { lux, dtH }: LightSeries,
  options: EntrainmentRegularityOptions = {},
): EntrainmentRegularity {
  const { startH = 0, everyH = 1, windowDays = 4 } = options
  assert(everyH > 0 && windowDays > 0, `a window of ${windowDays} days each ${everyH} h`)
  const uncoupled = hannay19({ K: 0, gamma: 0 })
  const samples = Math.round((24 * windowDays) / dtH)
  const alphas = lux.map((value) => uncoupled.alpha(value))
  const stride = Math.max(1, Math.round(everyH / dtH))
  const timesH: number[] = []
  const values: number[] = []
  for (let first = 0; first + samples < lux.length - 1; first += stride) {
    const fromH = startH + first * dtH
    const hour = fromH - 24 * Math.floor(fromH / 24)
    const state = Float64Array.of(START_AMPLITUDE, PHASE_AT_MIDNIGHT + (hour * Math.PI) / 12, 0)
    for (let i = first + 1; i < first + samples; i++) {
      const alpha = alphas[i]!
      const steps = subSteps(uncoupled, alpha, dtH)
      const h = dtH / steps
      for (let j = 0; j < steps; j++) stepPacemaker(uncoupled, state, alpha, 1, 0, h, state)
    }
    const amplitude = state[0]!
    timesH.push(fromH)
    values.push(amplitude >= 0 ? amplitude : Number.NaN)
  }
  return { timesH, values }
}
