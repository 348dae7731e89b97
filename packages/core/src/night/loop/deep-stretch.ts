import type { WatchFacts } from '../watch/facts.ts'
import type { GateCode } from './gate-reason.ts'
import type { Release } from './release.ts'

/**
 * Whether the sleeper is in a stretch of deep sleep that sounds may go with. It begins after stable
 * non-REM sleep and strong slow waves (Levitt et al. 2023 give the numbers), and ends with the
 * first disturbance or when non-REM sleep is no longer likely; within it waves of N2 may count too.
 */
export type DeepStretch = { armed: boolean }

/** Non-REM sleep less likely than this ends a stretch. */
const LEAST_NREM = 0.5

/** No stretch: how a night begins. */
export function newDeepStretch(): DeepStretch {
  return { armed: false }
}

/**
 * Brings the stretch up to now and says why a wave does not count, if it does not. What is unknown
 * counts as not so.
 */
export function deepGate(
  stretch: DeepStretch,
  watch: WatchFacts,
  parameters: Release['parameters'],
): GateCode | undefined {
  const { stages } = watch
  const n3 = stages?.[3] ?? Number.NaN
  const nrem = (stages?.[2] ?? Number.NaN) + n3
  if (watch.disturbed || !(nrem >= LEAST_NREM)) {
    stretch.armed = false
    return 'NOT_DEEP'
  }
  if (!stretch.armed) {
    if (!((watch.stableNremS ?? 0) >= parameters.stableNremS)) return 'NOT_STABLE'
    if (!((watch.deepS ?? 0) >= parameters.deepS)) return 'DEEP_TOO_SHORT'
    stretch.armed = true
  }
  const likely = parameters.n2Counts >= 0.5 ? nrem : n3
  if (!(likely >= parameters.leastN3)) return 'NOT_DEEP'
  if (!((watch.deltaRmsUv ?? 0) >= parameters.least30sDeltaUv)) return 'SHALLOW'
  const muscle = watch.muscleRmsUv ?? Number.POSITIVE_INFINITY
  return muscle <= parameters.most30sMuscleUv ? undefined : 'TENSE'
}
