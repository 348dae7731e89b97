import { cos, sin } from '../../math/elementary.ts'
import { type BatchName, pacemakerBatch } from '../pacemaker/batch.ts'
import { EXPOSURE_STEP_H, type Exposure } from './light-exposure.ts'
import type { SleeperDraws } from './sleeper-prior.ts'

/** States of many sleepers of one model, `[component][sleeper]`. */
export type SwarmStates = readonly Float64Array[]

/** Virtual sleepers of one model on their way through one person's light. */
export type Swarm = {
  readonly states: SwarmStates
  /** Takes every sleeper on to a step of the light. */
  liveTo(step: number): void
  /** CBTmin of a sleeper so far, hours since 1970 UTC, ascending. */
  cbtminH(sleeper: number): readonly number[]
}

/**
 * Sleepers with the periods and gains of `draws` at step `from` of the light, in `states`, or in
 * the model's reference state, which holds at the beginning of sleep of an ordinary day: so begin
 * at a habitual onset, and let some days pass.
 */
export function swarmOf(
  model: BatchName,
  draws: Pick<SleeperDraws, 'periodH' | 'effectiveGain'>,
  light: Exposure,
  from: number,
  states?: SwarmStates,
): Swarm {
  const batch = pacemakerBatch(model, {
    people: draws.periodH.length,
    dtH: EXPOSURE_STEP_H,
    tau: draws.periodH.map((periodH) => tauOf(model, periodH)),
    lightGain: draws.effectiveGain,
    states,
    startH: light.startH + from * EXPOSURE_STEP_H,
  })
  let at = from
  return {
    states: batch.states,
    liveTo: (step) => {
      batch.advance(light.lux.subarray(at, step), step - at, true)
      at = step
    },
    cbtminH: (sleeper) => batch.cbtminH(sleeper),
  }
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

function tauOf(model: BatchName, periodH: number): number {
  if (model !== 'hannay19') return periodH
  // At rest gamma = K/2 cos(beta1) (1 - R^4), and the phase turns by 2 pi / tau + K/2 sin(beta1) (1 + R^4).
  const R4 = 1 - (2 * HANNAY.gamma) / (HANNAY.K * cos(HANNAY.beta1))
  const turn = (2 * Math.PI) / periodH - (HANNAY.K / 2) * sin(HANNAY.beta1) * (1 + R4)
  return (2 * Math.PI) / turn
}
