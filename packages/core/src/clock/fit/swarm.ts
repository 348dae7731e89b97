import { cos, sin } from '../../math/elementary.ts'
import type { Pacemaker, PacemakerName } from '../pacemaker/pacemaker.ts'
import { pacemakerOf } from '../pacemaker/registry.ts'
import { stepPacemaker } from '../pacemaker/step.ts'
import { EXPOSURE_STEP_H, type Exposure } from './light-exposure.ts'
import type { SleeperDraws } from './sleeper-prior.ts'

/** Virtual sleepers of one model, each with its own period and light gain. */
export type Swarm = {
  readonly model: PacemakerName
  readonly sleepers: readonly Pacemaker[]
}

/** The state of every sleeper at one moment, one row each. */
export type SwarmStates = readonly Float64Array[]

/** Sleepers of `model` with the periods and gains of `draws`, and their states at a sleep's start. */
export function swarmOf(
  model: PacemakerName,
  draws: Pick<SleeperDraws, 'periodH' | 'effectiveGain'>,
): Swarm {
  const sleepers = Array.from(draws.periodH, (periodH, i) =>
    pacemakerOf(model, { tau: tauOf(model, periodH), lightGain: draws.effectiveGain[i]! }),
  )
  return { model, sleepers }
}

/**
 * States to begin with: the model's reference state, which holds at lights-out (midnight) of a 16:8
 * day; so take it at the habitual onset of sleep, and let some days pass.
 */
export function restingStates(swarm: Swarm): SwarmStates {
  return swarm.sleepers.map((sleeper) => Float64Array.from(sleeper.initialState))
}

/** Two minima of one sleeper are this far apart at least, h: what lies closer is light's jitter. */
const LEAST_CYCLE_H = 12

/**
 * Takes every sleeper from `states` through steps `from` to `to` of the light. Returns the states
 * after it (the given ones stay) and the CBTmin of each sleeper, hours since 1970 UTC, ascending:
 * where its phase passes the model's marker, interpolated within the step.
 */
export function lived(
  swarm: Swarm,
  states: SwarmStates,
  light: Exposure,
  from: number,
  to: number,
): { readonly states: SwarmStates; readonly cbtminH: readonly (readonly number[])[] } {
  const after: Float64Array[] = []
  const cbtminH: number[][] = []
  for (const [i, sleeper] of swarm.sleepers.entries()) {
    const state = Float64Array.from(states[i]!)
    const minima: number[] = []
    let phase = sleeper.phaseRad(state)
    for (let step = from; step < to; step++) {
      const hour = light.startH + (step + 1) * EXPOSURE_STEP_H
      const alpha = sleeper.alpha(light.lux[step]!)
      stepPacemaker(sleeper, state, alpha, light.awake[step]!, hour, EXPOSURE_STEP_H, state)
      const next = sleeper.phaseRad(state)
      if (phase < 0 && next >= 0 && next - phase < Math.PI) {
        const back = (next / (next - phase)) * EXPOSURE_STEP_H
        const at = hour - back + sleeper.cbtminOffsetH
        if (minima.length === 0 || at - minima.at(-1)! > LEAST_CYCLE_H) minima.push(at)
      }
      phase = next
    }
    after.push(state)
    cbtminH.push(minima)
  }
  return { states: after, cbtminH }
}

/** The CBTmin nearest to a moment, hours since 1970; NaN when there is none within 18 h. */
export function nearest(cbtminH: readonly number[], atH: number): number {
  let best = NaN
  for (const minimum of cbtminH) {
    const d = Math.abs(minimum - atH)
    if (d < 18 && !(d >= Math.abs(best - atH))) best = minimum
  }
  return best
}

const HANNAY = { K: 0.06358, gamma: 0.024, beta1: -0.09318 }

function tauOf(model: PacemakerName, periodH: number): number {
  if (model !== 'hannay19') return periodH
  // Amplitude at rest: gamma = K/2 cos(beta1) (1 - R^4); its phase then turns by 2 pi / tau + K/2 sin(beta1) (1 + R^4).
  const R4 = 1 - (2 * HANNAY.gamma) / (HANNAY.K * cos(HANNAY.beta1))
  const turn = (2 * Math.PI) / periodH - (HANNAY.K / 2) * sin(HANNAY.beta1) * (1 + R4)
  return (2 * Math.PI) / turn
}
