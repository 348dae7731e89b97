import { runPath } from './clock-path.ts'
import { type Ensemble, ensembleOf, judge, type Member } from './ensemble.ts'
import { hoursAhead } from './home-orbit.ts'
import type { PlanProblem } from './problem.ts'

/** Hours off the target from which both ways lead home. */
const BOTH_WAYS_H = 9
/** Misalignment below which a push either way is harmless, h. */
const TUNED_H = 0.8
/** Wrong-way effect a day later that a draw may see, h: below what would count as antidromic, .1. */
const TOLERATED_H = 0.06
/** The same for siblings, who only have to be no worse off. */
const SIBLING_H = 0.1
/** Weight of draws that may see more. */
const TOLERATED_WEIGHT = 0.05
/** Amplitude below which phase has no meaning, in radii of the orbit. */
const FAINT = 0.25
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
  const draws = problem.draws.map((draw) => {
    const model = draw.model.startsWith('hannay') ? ('jewett99' as const) : ('hannay19' as const)
    return { ...draw, model, state: [0, 0, 0] }
  })
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
    return { ...member, clock: { ...member.clock, start } }
  })
  return { ...others, members }
}

/**
 * Takes out of a schedule what would push the clock the wrong way: a block stays, whole or in part,
 * only where hardly any draw and hardly any sibling is further from its target a day after the
 * block than usual light would leave it. Looks at the first `watched` steps. Blocks are tried in order, each after those before it.
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
          isRightWay(ensemble, asleep, level, start!, end!, TOLERATED_H) &&
          isRightWay(siblings, asleep, level, start!, end!, SIBLING_H),
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

function isRightWay(
  ensemble: Ensemble,
  asleep: Uint8Array,
  level: number,
  from: number,
  to: number,
  toleratedH: number,
): boolean {
  let against = 0
  for (const member of ensemble.members) {
    if (pushesAway(ensemble, member, asleep, level, from, to, toleratedH))
      against += member.clock.weight
    if (against > TOLERATED_WEIGHT) return false
  }
  return true
}

function pushesAway(
  ensemble: Ensemble,
  member: Member,
  asleep: Uint8Array,
  level: number,
  from: number,
  to: number,
  toleratedH: number,
): boolean {
  const end = Math.min(ensemble.steps, to + ensemble.perDay)
  const span = ensemble.spanOf[end - 1]!
  const home = member.homes[span]
  if (home === undefined) return false
  const drive = member.alphas[1].slice(from, end)
  for (let i = from; i < end; i++) if (asleep[i]) drive[i - from] = 0
  const start = [member.path[3 * from]!, member.path[3 * from + 1]!, member.path[3 * from + 2]!]
  const path = new Float64Array(3 * (drive.length + 1))
  const at = 2 * (end % ensemble.perDay)
  const standing = (): { off: number; distance: number; isClear: boolean } => {
    runPath(member.clock, drive, start as [number, number, number], path)
    const a = path[path.length - 3]!
    const b = path[path.length - 2]!
    const da = a - home.ab[at]!
    const db = b - home.ab[at + 1]!
    return {
      off: Math.abs(hoursAhead(a, b, home.ab[at]!, home.ab[at + 1]!)),
      distance: Math.sqrt((da * da + db * db) / home.size2),
      isClear: a * a + b * b > FAINT * FAINT * home.size2,
    }
  }
  const without = standing()
  drive.set(member.alphas[level + 1]!.subarray(from, to))
  const withIt = standing()
  if (without.off < TUNED_H && withIt.off < TUNED_H) return false
  if (without.off < BOTH_WAYS_H && without.isClear) return withIt.off > without.off + toleratedH
  return withIt.distance > without.distance + (Math.PI / 12) * toleratedH
}
