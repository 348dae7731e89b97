import { type BlockRules, descendBlocks, type Schedule } from './block-descent.ts'
import { cbtminsOf } from './clock-path.ts'
import { type Ensemble, judge } from './ensemble.ts'
import { rightWayOnly } from './right-way.ts'

/** No bright light this close to a CBTmin that is not known well, h. */
const GUARD_H = 0.5
/** Half the width of the 80 % interval above which a CBTmin is not known well, h. */
const UNSURE_H = 1

const GUARD_PASSES = 3
const GUARD_ROUNDS = 3
const WAY_PASSES = 2

/**
 * A schedule that keeps both guards: no light is sought round a CBTmin that is not known well, and
 * no block within the first `watched` steps pushes draws or siblings the wrong way. What is taken
 * out stays out and the rest is descended again, because CBTmin moves with the light. Leaves the
 * paths of its schedule behind.
 */
export function guarded(
  ensemble: Ensemble,
  siblings: Ensemble,
  schedule: Schedule,
  rules: BlockRules,
  watched: number,
): { readonly schedule: Schedule; readonly rules: BlockRules } {
  const { asleep, shortest } = rules
  let now = schedule
  let kept = rules
  for (let pass = 0; pass < GUARD_PASSES; pass++) {
    judge(ensemble, now.levels, asleep)
    const closed = unsureCbtmins(ensemble)
    kept = { ...kept, noSeek: either(kept.noSeek, closed) }
    if (!now.levels.some((level, i) => level === 1 && closed[i])) break
    now = descendBlocks(ensemble, lawful(now.levels, kept), kept, GUARD_ROUNDS)
  }
  for (let pass = 0; ; pass++) {
    const before = lawful(now.levels, kept)
    judge(ensemble, before, asleep)
    judge(siblings, before, asleep)
    const levels = rightWayOnly(ensemble, siblings, before, asleep, shortest, watched)
    const isChanged = levels.some((level, i) => level !== before[i])
    if (!isChanged || pass === WAY_PASSES) {
      return { schedule: unsought(ensemble, { ...now, levels }, kept), rules: kept }
    }
    const out = (wrong: number): Uint8Array =>
      Uint8Array.from(levels, (level, i) => (before[i] === wrong && level !== wrong ? 1 : 0))
    kept = {
      ...kept,
      noSeek: either(kept.noSeek, out(1)),
      noAvoid: either(kept.noAvoid, out(-1)),
    }
    now = descendBlocks(ensemble, levels, kept, GUARD_ROUNDS)
  }
}

/** Takes light out round the CBTmins of the schedule itself, until they stay where they are. */
function unsought(ensemble: Ensemble, schedule: Schedule, rules: BlockRules): Schedule {
  let { levels } = schedule
  let verdict = judge(ensemble, levels, rules.asleep)
  for (let pass = 0; pass < GUARD_PASSES; pass++) {
    const closed = unsureCbtmins(ensemble)
    if (!levels.some((level, i) => level === 1 && closed[i])) break
    levels = lawful(levels, { ...rules, noSeek: either(rules.noSeek, closed) })
    verdict = judge(ensemble, levels, rules.asleep)
  }
  return { ...schedule, levels, verdict }
}

function either(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((closed, i) => (closed || b[i] ? 1 : 0))
}

/** A schedule without light in closed steps and without the stubs that this leaves. */
function lawful(levels: Int8Array, rules: BlockRules): Int8Array {
  const open = levels.map((level, i) =>
    (level === 1 && rules.noSeek[i]) || (level === -1 && rules.noAvoid[i]) ? 0 : level,
  )
  return withoutStubs(open, rules.shortest)
}

/** Runs of seek or avoid below the shortest length become no advice. */
function withoutStubs(levels: Int8Array, shortest: number): Int8Array {
  const out = levels.slice()
  for (let from = 0; from < out.length; ) {
    let to = from + 1
    while (to < out.length && out[to] === out[from]) to++
    if (out[from] !== 0 && to - from < shortest) out.fill(0, from, to)
    from = to
  }
  return out
}

/**
 * Steps where light may not be sought: within half an hour of every predicted CBTmin whose 80 %
 * interval is wider than +-1 h, since light on its other side would push the clock the other way.
 * From the paths that the last `judge` left.
 */
function unsureCbtmins(ensemble: Ensemble): Uint8Array {
  const closed = new Uint8Array(ensemble.steps)
  const all = ensemble.members.map((member) => cbtminsOf(member.clock, member.path))
  const weights = ensemble.members.map((member) => member.clock.weight)
  const heaviest = weights.indexOf(Math.max(...weights))
  for (const around of all[heaviest] ?? []) {
    const near = all.flatMap((list, k) => {
      const hour = list.find((h) => Math.abs(h - around) < 12)
      return hour === undefined ? [] : [{ hour, weight: weights[k]! }]
    })
    const half = (quantileOf(near, 0.9) - quantileOf(near, 0.1)) / 2
    if (!(half > UNSURE_H)) continue
    const middle = quantileOf(near, 0.5)
    const from = Math.max(0, Math.round((middle - GUARD_H) / ensemble.dtH))
    const to = Math.min(ensemble.steps, Math.round((middle + GUARD_H) / ensemble.dtH))
    closed.fill(1, from, Math.max(from, to))
  }
  return closed
}

/** Weighted quantile of hours; NaN of none. */
export function quantileOf(
  values: readonly { readonly hour: number; readonly weight: number }[],
  p: number,
): number {
  const sorted = [...values].sort((a, b) => a.hour - b.hour)
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  let below = 0
  for (const { hour, weight } of sorted) {
    below += weight
    if (below >= p * total) return hour
  }
  return sorted.at(-1)?.hour ?? Number.NaN
}
