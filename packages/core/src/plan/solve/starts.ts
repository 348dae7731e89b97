import { nearestLevels, relaxLight, sharesOf } from './bang-bang.ts'
import { type BlockRules, scheduleOf } from './block-descent.ts'
import { cbtminsOf } from './clock-path.ts'
import { type Ensemble, judge, type Member } from './ensemble.ts'
import { greedyLevels } from './greedy.ts'

/** Where a pulse of bright days begins, hours from CBTmin, and for how many days it is repeated. */
const PULSES = [
  { fromCbtminH: -5.5, days: 2 },
  { fromCbtminH: -2.5, days: 2 },
  { fromCbtminH: -2.5, days: 3 },
  { fromCbtminH: 0.5, days: 2 },
] as const
const PULSE_H = 8
const SETTLED = 0.02 // squared distance in radii of the orbit: usual light holds from here

/** A first schedule, and whether the light it was rounded from was at its bounds. */
export type Start = {
  readonly levels: Int8Array
  readonly relaxedCost: number
  readonly share: Float64Array
}

/** What a search costs: rounds of relaxing all eight starts, how many go on, and for how long. */
export type SearchEffort = {
  readonly screen: number
  readonly keep: number
  readonly relax: number
}

/**
 * Eight ways to begin (always advance, always delay, the shorter way, no advice, four pulses that
 * shrink the amplitude round CBTmin), each relaxed for one draw by Barzilai-Borwein; the best are
 * relaxed on and rounded to levels. Best first.
 */
export function startingSchedules(
  ensemble: Ensemble,
  member: Member,
  rules: BlockRules,
  { screen, keep, relax }: SearchEffort,
): Start[] {
  const { asleep } = rules
  const one = alone(ensemble, member)
  const first = [
    ...([1, -1, 0] as const).map((way) => greedyLevels(ensemble, member, asleep, way)),
    new Int8Array(ensemble.steps),
    ...PULSES.map((pulse) => pulsed(one, member, asleep, pulse)),
  ]
  const screened = first
    .map((levels) => relaxLight(ensemble, member, asleep, sharesOf(member, levels), screen))
    .sort((a, b) => a.cost - b.cost)
  return screened
    .slice(0, keep)
    .map(({ share }) => relaxLight(ensemble, member, asleep, share, relax))
    .sort((a, b) => a.cost - b.cost)
    .map(({ share, cost }) => ({
      levels: rounded(one, member, rules, share),
      relaxedCost: cost,
      share,
    }))
}

/** The ensemble of one draw. */
export function alone(ensemble: Ensemble, member: Member): Ensemble {
  const clock = { ...member.clock, weight: 1 }
  return { ...ensemble, members: [{ ...member, clock }], worstFifth: 0 }
}

/** Bright for eight hours a day from a phase of the first CBTmin on, dark otherwise, then usual. */
function pulsed(
  one: Ensemble,
  member: Member,
  asleep: Uint8Array,
  pulse: (typeof PULSES)[number],
): Int8Array {
  const { steps, dtH } = one
  const levels = new Int8Array(steps)
  judge(one, levels, asleep)
  const cbtminH = cbtminsOf(member.clock, member.path)[0] ?? 4
  const fromH = cbtminH + pulse.fromCbtminH
  const untilH = Math.max(0, fromH) + pulse.days * 24
  for (let i = 0; i < Math.min(steps, Math.round(untilH / dtH)); i++) {
    if (asleep[i]) continue
    const since = i * dtH - fromH
    levels[i] = since - 24 * Math.floor(since / 24) < PULSE_H ? 1 : -1
  }
  return levels
}

/**
 * Rounds relaxed light: the nearest level of every step, and no advice from the moment the relaxed
 * clock is home, tried at two distances; the cheapest wins.
 */
function rounded(one: Ensemble, member: Member, rules: BlockRules, share: Float64Array): Int8Array {
  const nearest = nearestLevels(member, rules.asleep, share)
  // relaxLight left the path of its last trial: near enough to the best to say when it is home.
  const cuts = [SETTLED, SETTLED / 4].map((d2) => homeFrom(one, member, d2))
  const free = { ...rules, previous: undefined, advicePrice: 0 }
  const trials = [one.steps, ...cuts].map((cut) =>
    scheduleOf(
      one,
      nearest.map((level, i) => (i < cut ? level : 0)),
      free,
    ),
  )
  return trials.reduce((best, trial) => (trial.cost < best.cost ? trial : best)).levels
}

/** First step from which a member's path is within a squared distance of its target. */
function homeFrom(ensemble: Ensemble, member: Member, d2: number): number {
  const { steps, spanOf, perDay } = ensemble
  for (let i = 0; i < steps; i++) {
    const home = member.homes[spanOf[i]!]
    if (home === undefined) continue
    const at = 2 * (i % perDay)
    const da = member.path[3 * i]! - home.ab[at]!
    const db = member.path[3 * i + 1]! - home.ab[at + 1]!
    if (da * da + db * db < d2 * home.size2) return i
  }
  return steps
}
