import type { Opportunity } from '../phase/trigger.ts'
import type { Sight } from './decision.ts'
import type { NightMoment } from './moment.ts'

const NOTHING: readonly number[] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]

/** What is seen now, as a decision keeps it; with the wave, where one was aimed at. */
export function sightOf(
  { seen, facts }: NightMoment,
  predictor = '',
  wave?: Readonly<Opportunity>,
): Sight {
  const { stages } = seen
  return {
    stages: stages === undefined ? NOTHING : Array.from(stages),
    stageAgeMs: facts.stageAgeMs ?? Number.NaN,
    predictor,
    phaseRad: wave?.phaseRad ?? Number.NaN,
    frequencyHz: wave?.frequencyHz ?? Number.NaN,
    amplitudeUv: wave?.amplitudeUv ?? Number.NaN,
    phaseSdRad: wave?.sdRad ?? Number.NaN,
    deltaRmsUv: seen.deltaRmsUv ?? Number.NaN,
    muscleRmsUv: seen.muscleRmsUv ?? Number.NaN,
    sinceArousalMs: seen.sinceDisturbedMs ?? Number.NaN,
  }
}
