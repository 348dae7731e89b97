import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { runAdjoint, runOn } from './clock-path.ts'
import { type HomeOrbit, homeOrbit } from './home-orbit.ts'
import { type PlanarClock, planarClock } from './planar-clock.ts'
import type { PlanProblem } from './problem.ts'

/** One draw, ready to be run: its clock, its own target orbits and its light in receptor drive. */
export type Member = {
  readonly clock: PlanarClock
  /** One per span of the target. */
  readonly homes: readonly HomeOrbit[]
  /** Drive per step while awake: when avoiding light, with no advice, when seeking. */
  readonly alphas: readonly [Float64Array, Float64Array, Float64Array]
  /** The drive of every step, NaN at first, its path, and the cost (h) before each step of it. */
  readonly drive: Float64Array
  readonly path: Float64Array
  readonly costTo: Float64Array
}

/** All draws of a problem on its grid. */
export type Ensemble = {
  readonly members: readonly Member[]
  readonly steps: number
  readonly dtH: number
  readonly perDay: number
  /** Span of the target that each step belongs to; -1 none. */
  readonly spanOf: Int16Array
  /** Hours that a step counts for. */
  readonly countsH: Float64Array
  readonly worstFifth: number
}

/** What a schedule costs each draw, and all of them. */
export type Verdict = {
  /** (1 - worstFifth) mean + worstFifth CVaR, h. */
  readonly cost: number
  readonly each: Float64Array
  /** d cost / d each. */
  readonly tilt: Float64Array
}

/**
 * Distance at which misalignment counts half, in units of the orbit's radius: .27 is about 1 h of
 * phase. The cost per hour is d^2 / (d^2 + this^2), so it saturates: nearly time out of tune.
 */
const HALF_DISTANCE = 0.27
const FIFTH = 0.2

type Clocks = Pick<PlanProblem, 'target' | 'dtH'> & {
  readonly each: readonly Pick<Member, 'clock' | 'homes'>[]
}

/** A plan is made in several problems for the same draws and target: their orbits stay. */
const made = new WeakMap<readonly ClockDraw[], Clocks>()

function clocksOf({ draws, target, dtH }: PlanProblem): Clocks['each'] {
  const before = made.get(draws)
  if (before?.target === target && before.dtH === dtH) return before.each
  const each = draws.map((draw) => {
    const clock = planarClock(draw, dtH)
    return { clock, homes: target.map((span) => homeOrbit(clock, span)) }
  })
  made.set(draws, { target, dtH, each })
  return each
}

/** Makes the clocks, orbits and drives of a problem's draws. */
export function ensembleOf(problem: PlanProblem): Ensemble {
  const { steps, dtH, light } = problem
  const spanOf = new Int16Array(steps).fill(-1)
  const countsH = new Float64Array(steps)
  problem.target.forEach((span, index) => {
    for (let i = Math.max(0, span.fromStep); i < Math.min(steps, span.toStep); i++) {
      spanOf[i] = index
      countsH[i] = dtH * span.weight
    }
  })
  const members = clocksOf(problem).map(({ clock, homes }): Member => {
    const path = new Float64Array(3 * (steps + 1))
    path.set(clock.start)
    return {
      clock,
      homes,
      alphas: [drives(clock, light.low), drives(clock, light.usual), drives(clock, light.high)],
      drive: new Float64Array(steps).fill(Number.NaN),
      path,
      costTo: new Float64Array(steps + 1),
    }
  })
  const worstFifth = problem.price.worstFifth
  return { members, steps, dtH, perDay: Math.round(24 / dtH), spanOf, countsH, worstFifth }
}

function drives(clock: PlanarClock, lux: Float64Array): Float64Array {
  const out = new Float64Array(lux.length)
  let last = Number.NaN
  let alpha = 0
  for (let i = 0; i < lux.length; i++) {
    if (lux[i]! !== last) {
      last = lux[i]!
      alpha = clock.alpha(last)
    }
    out[i] = alpha
  }
  return out
}

/**
 * Runs every draw through a schedule: levels -1, 0, 1 per step, `asleep` 1 where eyes are shut.
 * What stands of a draw's path, up to the first step whose light is another, is kept.
 */
export function judge(ensemble: Ensemble, levels: Int8Array, asleep: Uint8Array): Verdict {
  const { members, steps } = ensemble
  const each = new Float64Array(members.length)
  members.forEach((member, k) => {
    const from = setDrive(member, levels, asleep)
    if (from < steps) runOn(member.clock, member.drive, from, member.path)
    each[k] = pathCost(ensemble, member, from)
  })
  return weigh(ensemble, each)
}

/** Sets a draw's drive to a schedule; returns the first step at which it was another. */
function setDrive(member: Member, levels: Int8Array, asleep: Uint8Array): number {
  const { drive, alphas } = member
  const [low, usual, high] = alphas
  let from = drive.length
  for (let i = drive.length - 1; i >= 0; i--) {
    const level = levels[i]!
    const light = level === 0 ? usual : level > 0 ? high : low
    const next = asleep[i] ? 0 : light[i]!
    if (drive[i] !== next) {
      drive[i] = next
      from = i
    }
  }
  return from
}

/**
 * Hours of misalignment of a member's path, saturating; 0 where no target stands. Up to step `from`
 * the path is the one it was asked of before.
 */
export function pathCost(ensemble: Ensemble, member: Member, from: number): number {
  const { countsH, spanOf, perDay, steps } = ensemble
  const { path, homes, costTo } = member
  let cost = costTo[from]!
  let at = 2 * (from % perDay)
  for (let i = from; i < steps; i++) {
    costTo[i] = cost
    const span = spanOf[i]!
    if (span >= 0) {
      const home = homes[span]!
      const da = path[3 * i]! - home.ab[at]!
      const db = path[3 * i + 1]! - home.ab[at + 1]!
      const d2 = da * da + db * db
      cost += (countsH[i]! * d2) / (d2 + HALF_DISTANCE * HALF_DISTANCE * home.size2)
    }
    at = at === 2 * perDay - 2 ? 0 : at + 2
  }
  costTo[steps] = cost
  return cost
}

/** d pathCost / d (a, b) of every step, into `pulls`. */
export function costPulls(ensemble: Ensemble, member: Member, pulls: Float64Array): void {
  const { countsH, spanOf, perDay, steps } = ensemble
  const { path, homes } = member
  pulls.fill(0)
  for (let i = 0, at = 0; i < steps; i++, at = at === 2 * perDay - 2 ? 0 : at + 2) {
    const span = spanOf[i]!
    if (span < 0) continue
    const home = homes[span]!
    const da = path[3 * i]! - home.ab[at]!
    const db = path[3 * i + 1]! - home.ab[at + 1]!
    const half2 = HALF_DISTANCE * HALF_DISTANCE * home.size2
    const sum = da * da + db * db + half2
    const slope = (2 * countsH[i]! * half2) / (sum * sum)
    pulls[2 * i] = slope * da
    pulls[2 * i + 1] = slope * db
  }
}

function weigh(ensemble: Ensemble, each: Float64Array): Verdict {
  const rho = ensemble.worstFifth
  const tilt = new Float64Array(each.length)
  const order = [...each.keys()].sort((i, j) => each[j]! - each[i]!)
  let left = FIFTH
  let cost = 0
  for (const k of order) {
    const weight = ensemble.members[k]!.clock.weight
    const worst = Math.min(left, weight)
    left -= worst
    tilt[k] = (1 - rho) * weight + (rho * worst) / FIFTH
    cost += tilt[k]! * each[k]!
  }
  return { cost, each, tilt }
}

/**
 * First-order change of the cost, h, when a step goes from its level to avoid, none or seek: three
 * arrays, 0 where it stands. Uses the paths that `judge` left; 0 asleep.
 */
export function levelSlopes(
  ensemble: Ensemble,
  levels: Int8Array,
  asleep: Uint8Array,
  verdict: Verdict,
): readonly [Float64Array, Float64Array, Float64Array] {
  const { steps } = ensemble
  const out = [0, 1, 2].map(() => new Float64Array(steps)) as unknown as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const pulls = new Float64Array(2 * (steps + 1))
  const gradient = new Float64Array(steps)
  ensemble.members.forEach((member, k) => {
    const tilt = verdict.tilt[k]!
    if (tilt === 0) return
    costPulls(ensemble, member, pulls)
    runAdjoint(member.clock, member.drive, member.path, pulls, gradient)
    for (let i = 0; i < steps; i++) {
      if (asleep[i]) continue
      const slope = tilt * gradient[i]!
      const now = member.alphas[levels[i]! + 1]![i]!
      out[0][i]! += slope * (member.alphas[0][i]! - now)
      out[1][i]! += slope * (member.alphas[1][i]! - now)
      out[2][i]! += slope * (member.alphas[2][i]! - now)
    }
  })
  return out
}
