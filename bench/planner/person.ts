import type { ClockDraw } from '@nocturne/core/clock'
import { exp, seededRandom } from '@nocturne/core/math'
import { homeOrbit, type PlanarClock, planarClock, stateOf } from '@nocturne/core/plan'
import type { PlanarModel, PlanModel, World } from './cell.ts'

/** Steps of a life: two to a step of advice. */
export const LIFE_DT_H = 0.125

/** Spread of period and of the logarithm of light sensitivity between people (reference, §10). */
export const TAU_SD_H = 0.2
export const GAIN_LN_SD = 0.35

const TRIES = 20

/** The average person of a model in a world, at home on day 0. */
export function averagePerson(model: PlanarModel, world: World): ClockDraw {
  return settled(model, world, world.tauH, 1, 1)
}

/**
 * People of a population: period and light sensitivity drawn, each at rest in their own home days.
 * Whoever cannot be entrained by home or by the target is drawn again: they have no target to
 * reach.
 */
export function peopleOf(
  planModel: PlanModel,
  world: World,
  count: number,
  seed: number,
): ClockDraw[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, k) => {
    const mixed = k % 2 === 0 ? 'jewett99' : 'hannay19'
    const model = planModel === 'both' || planModel === 'fit' ? mixed : planModel
    for (let attempt = 0; ; attempt++) {
      const tauH = world.tauH + TAU_SD_H * random.normal()
      const gain = exp(GAIN_LN_SD * random.normal())
      const person = settled(model, world, tauH, gain, 1 / count)
      if (attempt >= TRIES || isEntrained(person, world)) return person
    }
  })
}

function settled(
  model: PlanarModel,
  world: World,
  tauH: number,
  lightGain: number,
  weight: number,
): ClockDraw {
  const draw: ClockDraw = {
    model,
    weight,
    tauH,
    lightGain,
    sleepNeedH: 8,
    dlmoToCbtminH: 7,
    onsetToCbtminH: 5.5,
    state: [0.8, 0, 0.3],
  }
  const { ab } = homeOrbit(planarClock(draw, LIFE_DT_H), world.home)
  return { ...draw, state: stateOf(draw, [ab[0]!, ab[1]!, 0.2]) }
}

function isEntrained(person: ClockDraw, world: World): boolean {
  const clock = planarClock(person, LIFE_DT_H)
  return homeOrbit(clock, world.home).entrained && targetOrbit(clock, world).entrained
}

/** Where a person's own clock rests on the target's days. */
export function targetOrbit(clock: PlanarClock, world: World): ReturnType<typeof homeOrbit> {
  const { dayLux } = world.target
  const finer =
    dayLux && Float64Array.from({ length: 24 / LIFE_DT_H }, (_, i) => dayLux[i >> 1] ?? 0)
  return homeOrbit(clock, { ...world.target, dayLux: finer })
}
