import { seededRandom } from '@nocturne/core/math'
import { solvePlan } from '@nocturne/core/plan'
import {
  type Cell,
  LIFE_DAYS,
  PER_DAY,
  type PlanarModel,
  type PlanModel,
  problemOn,
  worldOf,
} from './cell.ts'
import { type Life, liveDay, newLife, type Outcome, outcomeOf } from './life.ts'
import { knownDraws, knownPopulation, liveWithPlanner } from './ours.ts'
import { averagePerson, peopleOf } from './person.ts'
import { greedyDay, ruleAdvice } from './rivals.ts'

const PHASE_SD_H = 0.5
/** People that are lived unless another seed is asked for. */
export const USUAL_SEED = 2026
/** The ways to live through a cell; the starred one knows the true state. */
export const METHODS = ['slam', 'rule', 'greedy*', 'open-loop', 'ours'] as const
/** One of them. */
export type Method = (typeof METHODS)[number]

/** What a cell came to: per method the outcome of every person, and what planning took. */
export type CellResult = {
  readonly cell: Cell
  readonly outcomes: Readonly<Record<Method, readonly Outcome[]>>
  readonly firstMs: number
  readonly replanMs: readonly number[]
  readonly undisturbed: { readonly optimum: number; readonly ours: number }
}

/** Lives a cell's people, drawn by `seed`, through every method. */
export function runCell(cell: Cell, seed = USUAL_SEED): CellResult {
  const world = worldOf(cell)
  const average = averagePerson(oneModel(cell.planModel), world)
  const open = solvePlan(problemOn(world, 0, 12, [average]), 'none')
  const openAdvice = new Int8Array(LIFE_DAYS * PER_DAY)
  openAdvice.set(open.advice)
  const rule = ruleAdvice(world)
  const known = knownPopulation(cell, world, PHASE_SD_H)
  const people = peopleOf(cell.lifeModel, world, cell.people, seed)
  const replanMs: number[] = []
  const lives = people.map((person, k): Record<Method, Outcome> => {
    const fixed = (advice: Int8Array): Life => {
      const life = newLife(person, world)
      const random = seededRandom(1000 + k)
      for (let day = 0; day < LIFE_DAYS; day++) {
        const part = advice.subarray(day * PER_DAY, (day + 1) * PER_DAY)
        liveDay(life, part, cell.adherence, random)
      }
      return life
    }
    const greedy = newLife(person, world)
    const random = seededRandom(1000 + k)
    for (let day = 0; day < LIFE_DAYS; day++) {
      liveDay(greedy, greedyDay(greedy, day), cell.adherence, random, false)
    }
    return {
      slam: outcomeOf(fixed(new Int8Array(LIFE_DAYS * PER_DAY))),
      rule: outcomeOf(fixed(rule)),
      'greedy*': outcomeOf(greedy),
      'open-loop': outcomeOf(fixed(openAdvice)),
      ours: outcomeOf(liveWithPlanner(person, world, cell, known, 1000 + k, replanMs)),
    }
  })
  const outcomes = Object.fromEntries(
    METHODS.map((method) => [method, lives.map((life) => life[method])]),
  ) as Record<Method, Outcome[]>
  const exact = knownDraws([average], world, 0)
  const alone = liveWithPlanner(average, world, { ...cell, adherence: 1 }, exact, 1, [])
  const optimum = newLife(average, world)
  for (let day = 0; day < LIFE_DAYS; day++) {
    const part = openAdvice.subarray(day * PER_DAY, (day + 1) * PER_DAY)
    liveDay(optimum, part, 1, seededRandom(1))
  }
  return {
    cell,
    outcomes,
    firstMs: known.firstMs,
    replanMs,
    undisturbed: {
      optimum: outcomeOf(optimum).misalignedDays,
      ours: outcomeOf(alone).misalignedDays,
    },
  }
}

function oneModel(believed: PlanModel): PlanarModel {
  return believed === 'hannay19' ? 'hannay19' : 'jewett99'
}
