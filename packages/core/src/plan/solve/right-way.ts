import type { ClockDraw } from '../../clock/fit/clock-posterior.ts'
import { runPath } from './clock-path.ts'
import { type Ensemble, ensembleOf, judge, type Member } from './ensemble.ts'
import { type HomeOrbit, hoursAhead } from './home-orbit.ts'
import type { PlanProblem } from './problem.ts'

/** Hours off the target from which both ways lead home. */
const BOTH_WAYS_H = 9
/** Misalignment below which a push either way is harmless, h. */
const TUNED_H = 0.8
/**
 * Wrong-way effect a day later that a draw may see, h: below what would count as antidromic, .1.
 */
const TOLERATED_H = 0.03
/** The same for siblings, who only have to be no worse off. */
const SIBLING_H = 0.1
/** Weight of draws that may see more: hardly any, of siblings some once the way home is clear. */
const TOLERATED_WEIGHT = 0.05
const SIBLING_WEIGHT = 0.2
/** Misalignment beyond which the way home is not clear, h. */
const UNCLEAR_H = 8.5
/**
 * Blocks that begin after this many hours will be planned again before they come: they may harm
 * some draws a little.
 */
const SOON_H = 36
const LATER_WEIGHT = 0.25
const LATER_H = 0.1
/** Amplitude below which phase has no meaning, in radii of the orbit. */
const FAINT = 0.5
/** Parts of a block that are tried when the whole will not do, the longest first. */
const PARTS = [
  [0, 1],
  [0, 0.75],
  [0.25, 1],
  [0, 0.5],
  [0.5, 1],
  [0.25, 0.75],
  [0, 0.25],
  [0.75, 1],
] as const

/**
 * Draws as the other family of models would have them (Kronauer's as Hannay's and the other way
 * round), with the same period, sensitivity and place relative to the target: what one model
 * believes of light's direction is asked of another before it is advised.
 */
export function siblingsOf(problem: PlanProblem, ensemble: Ensemble): Ensemble {
  const draws = siblingDraws.get(problem.draws) ?? problem.draws.map(siblingOf)
  siblingDraws.set(problem.draws, draws)
  const others = ensembleOf({ ...problem, draws })
  const span = Math.max(0, ensemble.spanOf.at(-1) ?? 0)
  const members = others.members.map((member, k): Member => {
    const own = ensemble.members[k]!
    const [a, b, n] = own.clock.start
    const from = own.homes[span]!.ab
    const to = member.homes[span]!.ab
    // (a, b) over the own home, as complex numbers, times the other's home.
    const size = from[0]! * from[0]! + from[1]! * from[1]!
    const re = (a * from[0]! + b * from[1]!) / size
    const im = (b * from[0]! - a * from[1]!) / size
    const start = [re * to[0]! - im * to[1]!, re * to[1]! + im * to[0]!, n] as const
    member.path.set(start)
    return { ...member, clock: { ...member.clock, start } }
  })
  return { ...others, members }
}

const siblingDraws = new WeakMap<readonly ClockDraw[], readonly ClockDraw[]>()

function siblingOf(draw: ClockDraw): ClockDraw {
  const model = draw.model.startsWith('hannay') ? 'jewett99' : 'hannay19'
  return { ...draw, model, state: [0, 0, 0] }
}

/**
 * Takes out of a schedule what would push the clock the wrong way: a block stays, whole or in part,
 * only where hardly any draw and hardly any sibling is further from its target a day after the
 * block than usual light would leave it. Looks at the first `watched` steps. Blocks are tried in
 * order, each after those before it.
 */
export function rightWayOnly(
  ensemble: Ensemble,
  siblings: Ensemble,
  levels: Int8Array,
  asleep: Uint8Array,
  shortest: number,
  watched: number,
): Int8Array {
  const out = levels.slice()
  for (let from = 0; from < Math.min(watched, out.length); ) {
    let to = from + 1
    while (to < out.length && levels[to] === levels[from] && asleep[to] === asleep[from]) to++
    if (levels[from] !== 0 && !asleep[from]) {
      const level = levels[from]!
      out.fill(0, from, to)
      const part = PARTS.map(([start, end]) => [
        Math.round(from + start * (to - from)),
        Math.round(from + end * (to - from)),
      ]).find(
        ([start, end]) =>
          end! - start! >= shortest &&
          isRightWay(ensemble, siblings, { asleep, level, from: start!, to: end! }),
      )
      if (part) out.fill(level, part[0]!, part[1]!)
      if (!part || part[0] !== from || part[1] !== to) {
        judge(ensemble, out, asleep)
        judge(siblings, out, asleep)
      }
    }
    from = to
  }
  return out
}

/** A block on trial, usual light after it. */
type Trial = {
  readonly asleep: Uint8Array
  readonly level: number
  readonly from: number
  readonly to: number
}

function isRightWay(ensemble: Ensemble, siblings: Ensemble, trial: Trial): boolean {
  const isSoon = trial.from * ensemble.dtH < SOON_H
  const own = against(ensemble, trial, isSoon ? TOLERATED_H : LATER_H)
  if (own.weight > (isSoon ? TOLERATED_WEIGHT : LATER_WEIGHT)) return false
  if (!isSoon) return true
  const most = own.isUnclear ? TOLERATED_WEIGHT : SIBLING_WEIGHT
  return against(siblings, trial, SIBLING_H).weight <= most
}

/** Weight of the members that a block pushes away, and whether some had no clear way home. */
function against(
  ensemble: Ensemble,
  trial: Trial,
  toleratedH: number,
): { readonly weight: number; readonly isUnclear: boolean } {
  let weight = 0
  let isUnclear = false
  for (const member of ensemble.members) {
    const push = pushOf(ensemble, member, trial)
    if (push === undefined) continue
    if (push.awayH > toleratedH) weight += member.clock.weight
    if (push.offH > UNCLEAR_H) isUnclear = true
  }
  return { weight, isUnclear }
}

/**
 * Hours further from the target that a block leaves a member a day later, and hours off without it;
 * undefined where the member is in tune or has no target. Far off, or at a small amplitude, the
 * distance of the states stands for the hours.
 */
function pushOf(
  ensemble: Ensemble,
  member: Member,
  { asleep, level, from, to }: Trial,
): { readonly awayH: number; readonly offH: number } | undefined {
  const end = Math.min(ensemble.steps, to + ensemble.perDay)
  const home = member.homes[ensemble.spanOf[end - 1]!]
  if (home === undefined) return undefined
  const drive = member.alphas[1].slice(from, end)
  for (let i = from; i < end; i++) if (asleep[i]) drive[i - from] = 0
  const without = standingOf(ensemble, member, home, drive, from)
  drive.set(member.alphas[level + 1]!.subarray(from, to))
  const withIt = standingOf(ensemble, member, home, drive, from)
  if (without.offH < TUNED_H && withIt.offH < TUNED_H) return undefined
  const isPhase = without.offH < BOTH_WAYS_H && without.isClear
  const further = (12 / Math.PI) * (withIt.distance - without.distance)
  return { awayH: isPhase ? withIt.offH - without.offH : further, offH: without.offH }
}

function standingOf(
  ensemble: Ensemble,
  member: Member,
  home: HomeOrbit,
  drive: Float64Array,
  from: number,
): { readonly offH: number; readonly distance: number; readonly isClear: boolean } {
  const { path: before, clock } = member
  const path = new Float64Array(3 * (drive.length + 1))
  runPath(clock, drive, [before[3 * from]!, before[3 * from + 1]!, before[3 * from + 2]!], path)
  const a = path.at(-3)!
  const b = path.at(-2)!
  const at = 2 * ((from + drive.length) % ensemble.perDay)
  const homeA = home.ab[at]!
  const homeB = home.ab[at + 1]!
  const d2 = (a - homeA) * (a - homeA) + (b - homeB) * (b - homeB)
  return {
    offH: Math.abs(hoursAhead(a, b, homeA, homeB)),
    distance: Math.sqrt(d2 / home.size2),
    isClear: a * a + b * b > FAINT * FAINT * home.size2,
  }
}
