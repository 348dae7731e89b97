import { type ElectrodePlan, planElectrodes } from './artefact-plan.ts'
import { type Stretch, stageCourse } from './course.ts'
import { openEyes, planEyes } from './eye-plan.ts'
import type { Gesture } from './gesture.ts'
import { planHeart } from './heart-plan.ts'
import { drawPerson, type Person } from './person.ts'
import { type Burst, planRestlessness } from './restless-plan.ts'
import type { ArtefactTruth, SleepEvent } from './sleep-event.ts'
import { planSlowWaves } from './slow-wave-plan.ts'
import { planSpindles } from './spindle-plan.ts'
import { type Span, type Vigilance, vigilanceOf } from './vigilance.ts'

/**
 * All that will happen in a night, before a sample of it is drawn. A few megabytes for eight hours.
 */
export type NightPlan = {
  readonly seed: number
  readonly person: Person
  readonly durationS: number
  readonly course: readonly Stretch[]
  readonly vigilance: Vigilance
  /** Everything below is in order of its start. */
  readonly events: readonly SleepEvent[]
  readonly gestures: readonly Gesture[]
  readonly bursts: readonly Burst[]
  readonly losses: readonly ArtefactTruth[]
  readonly beatsS: Float64Array
}

/** Plans a night of `durationS` seconds: the same arguments give the same plan. */
export function planNight(
  seed: number,
  durationS: number,
  given: Partial<Person> = {},
  clean = false,
): NightPlan {
  const person = drawPerson(seed, given)
  const course = stageCourse(seed, person, durationS)
  const restless = planRestlessness(seed, person, course)
  const stirs = [...restless.arousals, ...restless.movements].map(spanOf).sort(byStart)
  const open = openEyes(seed, course)
  const arousals = restless.arousals.map(spanOf)
  const waves = planSlowWaves(seed, person, course, arousals)
  const truths = waves.map(({ truth }) => truth)
  const spindles = planSpindles(seed, person, course, truths, arousals)
  const eyes = planEyes(seed, person.eegScale, course, open, arousals)
  const electrodes = clean ? NO_ELECTRODES : planElectrodes(seed, durationS)
  const plan = {
    events: [
      ...truths,
      ...spindles.map(({ truth }) => truth),
      ...eyes.events,
      ...restless.arousals,
      ...restless.movements,
      ...electrodes.artefacts,
    ],
    gestures: [
      ...waves.map(({ gesture }) => gesture),
      ...spindles.map(({ gesture }) => gesture),
      ...eyes.gestures,
      ...restless.gestures,
      ...electrodes.gestures,
    ],
    bursts: [...restless.bursts, ...eyes.twitches],
  }
  return {
    ...{ seed, person, durationS, course },
    vigilance: vigilanceOf(seed, course, arousals, open),
    events: plan.events.filter((event) => event.startS < durationS).sort(byStart),
    gestures: plan.gestures.sort(byStart),
    bursts: plan.bursts.sort(byStart),
    losses: electrodes.losses,
    beatsS: planHeart(seed, person, course, stirs, durationS),
  }
}

const NO_ELECTRODES: ElectrodePlan = { artefacts: [], gestures: [], losses: [] }

function spanOf({ startS, durationS }: { startS: number; durationS: number }): Span {
  return { startS, endS: startS + durationS }
}

function byStart(p: { readonly startS: number }, q: { readonly startS: number }): number {
  return p.startS - q.startS
}
