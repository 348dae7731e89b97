import { describe, expect, it } from 'vitest'
import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { ensembleOf, judge } from './ensemble.ts'
import { homeOrbit } from './home-orbit.ts'
import { planarClock, stateOf } from './planar-clock.ts'
import { type PlanProblem, USUAL_PRICE, USUAL_SLEEP_RULES } from './problem.ts'
import { replan } from './replan.ts'
import { asleepIn } from './sleep-windows.ts'
import { solvePlan } from './solve-plan.ts'

const DT_H = 0.25
const PER_DAY = 96

/** Someone at home in 16:8 at 100 lux, `shiftH` hours behind the destination's clock. */
function traveller(shiftH: number, tauH = 24.2, lightGain = 1, weight = 1): ClockDraw {
  const draw: ClockDraw = {
    model: 'jewett99',
    weight,
    tauH,
    lightGain,
    sleepNeedH: 8,
    dlmoToCbtminH: 7,
    onsetToCbtminH: 5.5,
    state: [0.8, 0, 0.3],
  }
  const home = { onsetH: (shiftH + 24) % 24, offsetH: (shiftH + 32) % 24, wakeLux: 100 }
  const { ab } = homeOrbit(planarClock(draw, DT_H), home)
  return { ...draw, state: stateOf(draw, [ab[0]!, ab[1]!, 0.2]) }
}

function journey(shiftH: number, changes: Partial<PlanProblem> = {}): PlanProblem {
  const steps = 12 * PER_DAY
  const nights = Array.from({ length: 12 }, (_, day) => ({
    onset: day * PER_DAY,
    offset: day * PER_DAY + 32,
  }))
  return {
    startMs: 0,
    dtH: DT_H,
    steps,
    draws: [traveller(shiftH)],
    light: {
      low: new Float64Array(steps),
      usual: new Float64Array(steps).fill(100),
      high: new Float64Array(steps).fill(1000),
    },
    sleepable: new Uint8Array(steps).fill(1),
    rules: USUAL_SLEEP_RULES,
    lastSleep: { onset: -64, offset: -32 },
    fixedSleep: nights,
    target: [{ fromStep: 0, toStep: steps, onsetH: 0, offsetH: 8, wakeLux: 100, weight: 1 }],
    price: USUAL_PRICE,
    ...changes,
  }
}

/** Days until the state stays within .08 of the destination's orbit, as the reference counts. */
function daysHome(problem: PlanProblem, advice: Int8Array): number {
  const ensemble = ensembleOf(problem)
  judge(ensemble, advice, asleepIn(problem.fixedSleep ?? [], problem.steps))
  const { path, homes } = ensemble.members[0]!
  let last = 0
  for (let i = 0; i <= problem.steps; i++) {
    const at = 2 * (i % PER_DAY)
    const da = path[3 * i]! - homes[0]!.ab[at]!
    const db = path[3 * i + 1]! - homes[0]!.ab[at + 1]!
    if (Math.sqrt(da * da + db * db) > 0.08) last = i
  }
  return last / PER_DAY
}

describe('a plan of light', () => {
  it.each([
    // Reference: optima of 4.7, 5.0 and 4.2 days at 1,000 lux with dark destination nights.
    { shiftH: -8, atMost: 5.2, atBounds: 0.85 },
    { shiftH: 12, atMost: 5.7, atBounds: 0.5 },
    { shiftH: 8, atMost: 4.7, atBounds: 0.85 },
  ])(
    'brings a clock over $shiftH h in $atMost days with 1,000 lux',
    ({ shiftH, atMost, atBounds }) => {
      const problem = journey(shiftH)
      const solution = solvePlan(problem, 'none')
      expect(daysHome(problem, solution.advice)).toBeLessThan(atMost)
      expect(daysHome(problem, new Int8Array(problem.steps))).toBeGreaterThan(11)
      expect(solution.bangBang).toBeGreaterThan(atBounds)
    },
  )

  it('is made of blocks of half an hour and more, awake, at the light that can be had', () => {
    const problem = journey(8)
    const { advice, lux, sleep } = solvePlan(problem)
    const lengths: number[] = []
    for (let from = 0; from < advice.length; ) {
      const level = advice[from]!
      let to = from
      while (to < advice.length && advice[to] === level) to++
      if (level !== 0) lengths.push((to - from) * DT_H)
      const bound = level > 0 ? 1000 : 0
      if (level !== 0) for (let i = from; i < to; i++) expect(lux[i]).toBe(bound)
      from = to
    }
    expect(lengths.length).toBeGreaterThan(3)
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(0.5)
    for (const { onset, offset } of sleep) {
      for (let i = onset; i < offset; i++) expect(lux[i]).toBe(0)
    }
  })

  it('costs hardly more with its guards than without, when the person is known', () => {
    for (const shiftH of [8, -8]) {
      const problem = journey(shiftH)
      const bare = solvePlan(problem, 'none')
      expect(solvePlan(problem, 'today').cost).toBeLessThan(1.03 * bare.cost)
    }
  })

  it('keeps sleep within an hour earlier and two later a day when it chooses the nights', () => {
    const problem = journey(12, { fixedSleep: undefined })
    const { sleep } = solvePlan({ ...problem, lastSleep: { onset: -144, offset: -112 } })
    const middles = sleep.map(({ onset, offset }) => ((onset + offset) / 2) * DT_H)
    for (let night = 1; night < middles.length; night++) {
      const moved = middles[night]! - middles[night - 1]! - 24
      expect(moved).toBeGreaterThanOrEqual(-1.01)
      expect(moved).toBeLessThanOrEqual(2.01)
      expect((sleep[night]!.offset - sleep[night]!.onset) * DT_H).toBeGreaterThanOrEqual(7)
    }
  })

  it('seeks no light within half an hour of a CBTmin that is not known to the hour', () => {
    const draws = [-2.5, -1, 0, 1, 2.5].map((off) => ({ ...traveller(8 + off), weight: 0.2 }))
    const problem = journey(8, { draws })
    const { advice, forecasts } = solvePlan(problem)
    const first = forecasts.map(({ cbtminH }) => cbtminH[0]!).sort((a, b) => a - b)[2]!
    for (let i = Math.round((first - 0.5) / DT_H); i < (first + 0.5) / DT_H; i++) {
      expect(advice[i]).not.toBe(1)
    }
  })
})

describe('a plan made again', () => {
  it('advises nothing to a clock that is home and stays there', () => {
    const problem = journey(0)
    const { solution, standing } = replan(problem, { tuned: false, direction: 1 })
    expect(standing).toEqual({ tuned: true, direction: 0 })
    expect(solution.advice.every((level) => level === 0)).toBe(true)
  })

  it('takes up the plan before where nothing has changed', () => {
    const problem = journey(8)
    const before = solvePlan(problem, 'today')
    const { solution } = replan(
      { ...problem, previous: before.advice },
      { tuned: false, direction: before.direction },
    )
    expect(solution.cost).toBeLessThan(1.01 * before.cost)
    expect(solution.direction).toBe(1)
  })

  it('searches all ways home, and finds one that lies far from the plan before', () => {
    const one = journey(-8)
    const few = [
      [24, 0.8],
      [24.2, 1],
      [24.4, 1.25],
    ].map(([tauH, gain]) => traveller(-8, tauH, gain, 1 / 3))
    // All draws together descend to light before CBTmin alone: the slower way.
    const standing = { tuned: false, direction: -1 } as const
    const near = replan(journey(-8, { draws: few }), standing, 'near').solution
    const problem = journey(-8, { draws: few, previous: near.advice })
    const stays = replan(problem, standing, 'near').solution
    const searched = replan(problem, standing).solution
    expect(daysHome(one, searched.advice)).toBeLessThan(daysHome(one, stays.advice) - 0.2)
  })

  it('leaves the dead band only at its outer edge', () => {
    const problem = journey(1.2)
    expect(replan(problem, { tuned: true, direction: 0 }).standing.tuned).toBe(true)
    expect(replan(problem, { tuned: false, direction: 0 }).standing.tuned).toBe(false)
  })
})
