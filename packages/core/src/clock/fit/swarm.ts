import { type BatchName, pacemakerBatch } from '../pacemaker/batch.ts'
import { EXPOSURE_STEP_H, type Exposure } from './light-exposure.ts'
import type { SleeperDraws } from './sleeper-prior.ts'
import { tauOfPeriod } from './tau-of-period.ts'

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
    tau: draws.periodH.map((periodH) => tauOfPeriod(model, periodH)),
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
