import { assert } from '../../math/assert.ts'
import { fail, ok, type Result } from '../../math/result.ts'
import type { LightSeries } from '../light/light.ts'
import { CycleMarkers } from '../pacemaker/cycle-markers.ts'
import { skeldon23, skeldon23Alpha } from './skeldon23.ts'
import { SKELDON23_ARCASCOPE, type Skeldon23Parameters } from './skeldon23-parameters.ts'
import { advanceSkeldon23, type Skeldon23Moment, type SpanEvents } from './skeldon23-step.ts'
import type { SleepWakeTrajectory } from './sleep-wake-model.ts'

/** Longest step of a run, h: the states are then within 1e-6 of the converged solution. */
const MAX_STEP_H = 0.1
const RECEPTOR_TOLERANCE = 1e-9

/** How a run of the HCL model differs from the usual. */
export type Skeldon23Options = {
  /** Default `SKELDON23_ARCASCOPE`. */
  readonly parameters?: Skeldon23Parameters | undefined
  /** Where it starts, at 0 h; default midnight of a 16:8 day, awake. */
  readonly initial?: { readonly state: readonly number[]; readonly awake: boolean } | undefined
  /**
   * Whether the sleeper's closed eyes keep the light out (default). Not so for light that was
   * measured at the eye: it was dark at night already.
   */
  readonly lightGatedBySleep?: boolean | undefined
  readonly maxStepH?: number | undefined
}

/**
 * Runs the HCL model under a series of light: sample 0 is the moment of the initial state, sample i
 * is held over the step that ends at it. Spontaneous sleep, switched inside the step. Every call
 * starts from what it is given. A lux that is NaN is refused: fill the gaps first and widen the
 * variance.
 */
export function runSkeldon23(
  light: LightSeries,
  options: Skeldon23Options = {},
): Result<SleepWakeTrajectory, 'LIGHT'> {
  const { dtH, lux } = light
  assert(dtH > 0 && dtH <= 24, `dtH ${dtH}: a step is above 0 and at most 24 h`)
  const gap = lux.findIndex((value) => Number.isNaN(value))
  if (gap > 0) return fail('LIGHT', `light sample ${gap}`, 'no value', 'lux of 0 or more')
  const { values } = options.parameters ?? SKELDON23_ARCASCOPE
  const moment = startOf(options)
  const span = {
    lightGatedBySleep: options.lightGatedBySleep ?? true,
    maxStepH: options.maxStepH ?? MAX_STEP_H,
    receptorTolerance: RECEPTOR_TOLERANCE,
  }
  const markers = new CycleMarkers()
  const events: SpanEvents = { switches: [], markers, slope: Number.NaN }
  const n = lux.length
  const states = new Float64Array(4 * n)
  const awake = new Uint8Array(n)
  let [lastLux, alpha] = [0, 0]
  for (let i = 0; i < n; i++) {
    if (i > 0) {
      if (lux[i] !== lastLux) alpha = skeldon23Alpha(values, lux[i]!)
      lastLux = lux[i]!
      advanceSkeldon23(values, moment, (i - 1) * dtH, dtH, alpha, span, events)
    }
    states.set(moment.state, 4 * i)
    awake[i] = moment.awake
  }
  const timesH = Float64Array.from(lux, (_, i) => i * dtH)
  const cbtminH = markers.timesH()
  const dlmoH = cbtminH.map((at) => at - 7)
  return ok({ dtH, timesH, states, awake, switches: events.switches, cbtminH, dlmoH })
}

function startOf(options: Skeldon23Options): Skeldon23Moment {
  const model = skeldon23(options.parameters ?? SKELDON23_ARCASCOPE)
  const { state, awake } = options.initial ?? {
    state: model.initialState,
    awake: model.initiallyAwake,
  }
  assert(state.length === 4, `an initial state of ${state.length} numbers: it has x, xc, n and H`)
  return { state: Float64Array.from(state), awake: awake ? 1 : 0 }
}
