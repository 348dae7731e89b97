import { log } from '../../math/elementary.ts'
import { CHANNEL_NAMES, type ChannelName } from '../telemetry/channel.ts'
import {
  beginEDetector,
  type EDetector,
  eBenjaminiHochberg,
  eDetectorStep,
  logEvidence,
  SHIFTS,
  shiftGains,
} from './e-detector.ts'
import { higherGains, logMeanExp, RATIOS } from './rate-gain.ts'
import { type CohortKey, type CohortTally, exposureS, RATE_NAMES, type RateName } from './tally.ts'

/** Mean number of steps to the first false alarm of the whole fleet: two years of 30 s. */
export const FLEET_ARL: number = 2 * 1_051_920

/** Most groups that are watched at once; more are not begun. */
const MOST_GROUPS = 2048

/** Numbers of a frame whose means are watched, and of which dreams are made. */
const WATCHED: readonly ChannelName[] = [
  ...(['heartRate', 'movement', 'deltaDb', 'sigmaDb', 'arousals'] as const),
  ...(['remDensity', 'vividness'] as const),
]
const DREAMS: readonly string[] = ['remDensity', 'vividness', 'remAwakenings', 'adverse']

/** A group of people: those of a release, or of a release in one stratum or district. */
export type Group = {
  readonly release: number
  readonly cohort?: string
  readonly district?: string
}

/** Something that changed in a group, against all others in the same stratum and district. */
export type CohortAlarm = {
  readonly kind: 'shift' | 'rate' | 'dream'
  /** A number of a frame, a rate, or `dream` for all of a dream's together. */
  readonly metric: string
  readonly group: Group
  /** Log of the e-detector's sum. */
  readonly logE: number
}

/** The e-detectors of every group by metric; plain numbers, in the order they were first met. */
export type CohortWatch = {
  readonly groups: Readonly<Record<string, GroupWatch>>
}

type GroupWatch = { readonly group: Group; readonly sums: Readonly<Record<string, EDetector>> }

/** Nobody watched. */
export function beginCohortWatch(): CohortWatch {
  return { groups: {} }
}

/**
 * L3, a step of 30 s: every group's mean residuals and rates against those of all other releases in
 * the same strata, by e-detectors, over all groups by e-BH. A metric without people in both arms
 * says nothing and stands still. A group that sounded begins anew. Rules F52 and F53.
 */
export function cohortWatchStep(
  state: CohortWatch,
  tallies: readonly CohortTally[],
): { readonly state: CohortWatch; readonly alarms: readonly CohortAlarm[] } {
  const groups: Record<string, GroupWatch> = { ...state.groups }
  let watched = Object.keys(groups).length
  for (const group of groupsOf(tallies)) {
    const name = JSON.stringify(group)
    if (!groups[name] && watched >= MOST_GROUPS) continue
    if (!groups[name]) watched++
    const before = groups[name] ?? { group, sums: {} }
    groups[name] = { group, sums: advance(before.sums, group, tallies) }
  }
  const found = alarmsOf(Object.values(groups))
  for (const { group } of found) groups[JSON.stringify(group)] = { group, sums: {} }
  return { state: { groups }, alarms: found }
}

function groupsOf(tallies: readonly CohortTally[]): Group[] {
  const found = new Map<string, Group>()
  for (const { key } of tallies) {
    const { release, cohort, district } = key
    for (const group of [{ release }, { release, cohort }, { release, district }]) {
      found.set(JSON.stringify(group), group)
    }
  }
  return [...found.values()]
}

function advance(
  sums: Readonly<Record<string, EDetector>>,
  group: Group,
  tallies: readonly CohortTally[],
): Record<string, EDetector> {
  const next: Record<string, EDetector> = { ...sums }
  const strata = strataOf(group, tallies)
  for (const name of WATCHED) {
    const z = contrast(strata, CHANNEL_NAMES.indexOf(name))
    if (Number.isNaN(z)) continue
    next[name] = eDetectorStep(next[name] ?? beginEDetector(SHIFTS.length), shiftGains(z))
  }
  for (const rate of RATE_NAMES) {
    const gains = rateGains(strata, rate)
    if (gains) next[rate] = eDetectorStep(next[rate] ?? beginEDetector(RATIOS.length), gains)
  }
  return next
}

type Stratum = { readonly inside: CohortTally[]; readonly others: CohortTally[] }

/** Those of the group, beside the comparable ones of other releases, by stratum and district. */
function strataOf(group: Group, tallies: readonly CohortTally[]): Stratum[] {
  const strata = new Map<string, Stratum>()
  for (const tally of tallies) {
    const { cohort, district, release } = tally.key
    if (group.cohort !== undefined && group.cohort !== cohort) continue
    if (group.district !== undefined && group.district !== district) continue
    const name = JSON.stringify([cohort, district])
    const stratum = strata.get(name) ?? { inside: [], others: [] }
    strata.set(name, stratum)
    if (release === group.release) stratum.inside.push(tally)
    else stratum.others.push(tally)
  }
  return [...strata.values()]
}

/**
 * Standardised difference of two means over strata, each weighing what it is worth; NaN if none.
 */
function contrast(strata: readonly Stratum[], c: number): number {
  let [difference, weights, squares, people] = [0, 0, 0, 0]
  for (const { inside, others } of strata) {
    const a = momentsOf(inside, c)
    const b = momentsOf(others, c)
    if (a.n === 0 || b.n === 0) continue
    const weight = (a.n * b.n) / (a.n + b.n)
    difference += weight * (a.sum / a.n - b.sum / b.n)
    weights += weight
    squares += a.squares - (a.sum * a.sum) / a.n + b.squares - (b.sum * b.sum) / b.n
    people += a.n + b.n
  }
  if (people < 30) return Number.NaN
  const variance = Math.max(0.25, squares / people)
  return difference / Math.sqrt(variance * weights)
}

function momentsOf(
  tallies: readonly CohortTally[],
  c: number,
): { n: number; sum: number; squares: number } {
  let [n, sum, squares] = [0, 0, 0]
  for (const tally of tallies) {
    n += tally.n[c]!
    sum += tally.sum[c]!
    squares += tally.squares[c]!
  }
  return { n, sum, squares }
}

function rateGains(strata: readonly Stratum[], rate: RateName): number[] | undefined {
  let gains: number[] | undefined
  for (const { inside, others } of strata) {
    const total = (of: readonly CohortTally[], what: (t: CohortTally) => number): number =>
      of.reduce((sum, tally) => sum + what(tally), 0)
    const counts = {
      canaryEvents: total(inside, (t) => t.counts[rate]),
      baselineEvents: total(others, (t) => t.counts[rate]),
      canaryExposure: total(inside, (t) => exposureS(t, rate)),
      baselineExposure: total(others, (t) => exposureS(t, rate)),
    }
    if (!(counts.canaryExposure > 0 && counts.baselineExposure > 0)) continue
    const more = higherGains(counts)
    gains = gains ? gains.map((gain, j) => gain + more[j]!) : more
  }
  return gains
}

function alarmsOf(groups: readonly GroupWatch[]): CohortAlarm[] {
  const all = groups.flatMap(({ group, sums }) => {
    const rows = Object.entries(sums).map(([metric, sum]) => ({
      kind: kindOf(metric),
      ...{ metric, group, logE: logEvidence(sum) },
    }))
    const dreams = rows.filter(({ kind }) => kind === 'dream').map(({ logE }) => logE)
    if (dreams.length < 2) return rows
    return [...rows, { kind: 'dream' as const, metric: 'dream', group, logE: logMeanExp(dreams) }]
  })
  const logs = all.map(({ logE }) => logE)
  return eBenjaminiHochberg(logs, log(FLEET_ARL)).map((i) => all[i]!)
}

function kindOf(metric: string): CohortAlarm['kind'] {
  if (DREAMS.includes(metric)) return 'dream'
  return RATE_NAMES.includes(metric as RateName) ? 'rate' : 'shift'
}

/** The cohort's key as one text, for maps and incidents. */
export function cohortName({ release, cohort, district }: CohortKey): string {
  return JSON.stringify([release, cohort, district])
}
