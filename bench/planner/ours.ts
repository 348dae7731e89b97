import type { ClockDraw } from '@nocturne/core/clock'
import { exp, type Random, seededRandom } from '@nocturne/core/math'
import {
  fewDraws,
  homeOrbit,
  modulo24,
  type PlanSolution,
  planarClock,
  replan,
  solvePlan,
  spreadDraws,
  startTracker,
  trackDay,
} from '@nocturne/core/plan'
import { type Cell, DT_H, LIFE_DAYS, PER_DAY, problemOn, type World } from './cell.ts'
import { type Life, lastCbtminH, liveDay, newLife } from './life.ts'
import { peopleOf } from './person.ts'

/** Days that a first plan and a re-plan look ahead. */
const FIRST_DAYS = 12
const NEXT_DAYS = 7
const CLOUD = 120
/** People of the population from whom the cloud of one is drawn. */
const POPULATION = 400
/** Error of a week's mean CBTmin at home: seven nights of .5 h. */
const HOME_SD_H = 0.2
const FIRST_DRAWS = 16
const NEXT_DRAWS = 12

/**
 * What a fit leaves unknown of CBTmin beside its draws, h: middle of `cbtminSdH` in a fit of a real
 * diary (LightLogR 205, `nocturne clock fit`: .90 to 1.07). Held all along, as no DLMO is measured.
 */
const FIT_SD_H = 0.97

/** What is known of a person before the first night. */
export type Knowledge = {
  readonly draws: readonly ClockDraw[]
  readonly first: PlanSolution
  readonly firstMs: number
  /** Error of a night's phase, h: that which is made, and that which the tracker is told. */
  readonly noiseSdH: number
}

/** The population is known: four hundred of it, and a first plan for sixteen of them. */
export function knownPopulation(cell: Cell, world: World, noiseSdH: number): Knowledge {
  const people = peopleOf(cell.planModel, world, POPULATION, 77)
  const isFit = cell.planModel === 'fit'
  const draws = isFit ? people.map((draw) => ({ ...draw, cbtminSdH: FIT_SD_H })) : people
  return knownDraws(draws, world, noiseSdH)
}

/** These draws are known to be the person. */
export function knownDraws(draws: readonly ClockDraw[], world: World, noiseSdH: number): Knowledge {
  const few = spreadDraws(fewDraws(startTracker(draws, 1), Math.min(FIRST_DRAWS, draws.length)))
  const started = process.cpuUsage()
  const first = solvePlan(problemOn(world, 0, FIRST_DAYS, few), 'today')
  const { user, system } = process.cpuUsage(started)
  return { draws, first, firstMs: (user + system) / 1000, noiseSdH }
}

/**
 * What a week at home tells of a person: the population weighed by where CBTmin was then (mean of
 * seven nights), brought down to a cloud.
 */
function afterHomeWeek(
  person: ClockDraw,
  world: World,
  draws: readonly ClockDraw[],
  random: Random,
): ClockDraw[] {
  if (draws.length === 1) return [...draws]
  const at = (draw: ClockDraw): number => homeOrbit(planarClock(draw, DT_H), world.home).cbtminH
  const measured = at(person) + HOME_SD_H * random.normal()
  const weights = draws.map((draw) => {
    const z = (modulo24(at(draw) - measured + 12) - 12) / HOME_SD_H
    return exp(-0.5 * z * z) + 1e-6
  })
  const total = weights.reduce((sum, w) => sum + w, 0)
  const weighed = draws.map((draw, k) => ({ ...draw, weight: weights[k]! / total }))
  return fewDraws({ draws: weighed, day: 0, seed: 0 }, CLOUD)
}

/**
 * A life under the planner: every morning the cloud has heard of the night's CBTmin, and the plan
 * is made again. Adds the CPU milliseconds of every re-plan to `replanMs`.
 */
export function liveWithPlanner(
  person: ClockDraw,
  world: World,
  cell: Cell,
  known: Knowledge,
  seed: number,
  replanMs: number[],
): Life {
  const life = newLife(person, world)
  const random = seededRandom(seed)
  let tracker = startTracker(afterHomeWeek(person, world, known.draws, random), seed)
  let solution = known.first
  let standing: Parameters<typeof replan>[1] = { tuned: false, direction: solution.direction }
  for (let day = 0; day < LIFE_DAYS; day++) {
    if (day > 0 || known.draws.length > 1) {
      const few = spreadDraws(fewDraws(tracker, Math.min(NEXT_DRAWS, known.draws.length)))
      const days = Math.min(NEXT_DAYS, LIFE_DAYS - day)
      const previous = new Int8Array(Math.min(days * PER_DAY, (LIFE_DAYS - day) * PER_DAY))
      const since = day === 0 ? 0 : PER_DAY
      previous.set(solution.advice.subarray(since, since + previous.length))
      const started = process.cpuUsage()
      const next = replan(problemOn(world, day, days, few, previous), standing)
      const { user, system } = process.cpuUsage(started)
      if (!next.standing.tuned) replanMs.push((user + system) / 1000)
      solution = next.solution
      standing = next.standing
    }
    const advice = solution.advice.slice(0, PER_DAY)
    liveDay(life, advice, cell.adherence, random)
    const cbtminH = lastCbtminH(life)
    const noise = known.noiseSdH * random.normal()
    tracker = trackDay(tracker, {
      dtH: DT_H,
      lux: solution.lux.slice(0, PER_DAY),
      usualLux: usualOf(world, day),
      adherence: cell.adherence,
      cbtminH: cbtminH === undefined ? undefined : cbtminH + noise,
      sdH: Math.max(0.1, known.noiseSdH),
    })
  }
  return life
}

function usualOf(world: World, day: number): Float64Array {
  const from = day * PER_DAY
  return world.usual.slice(from, from + PER_DAY).map((lux, i) => (world.asleep[from + i] ? 0 : lux))
}
