import { firstMoment } from './record-builder.ts'
import type { Provenance, SleepEpisode } from './sleep-episode.ts'

const HOUR_MS = 3_600_000
/** A sleep of which one end is known is taken to last this long where nights are compared. */
const HALF_KNOWN_MS = 6 * HOUR_MS
const RANK: Readonly<Record<Provenance, number>> = { measured: 0, reported: 1, inferred: 2 }

/** Sleeps told apart: those that stand, and those that another source tells better. */
export type ChosenSleeps = {
  readonly kept: readonly SleepEpisode[]
  readonly setAside: readonly SleepEpisode[]
}

/**
 * Where sleeps of several sources overlap, keeps those of one: measured before reported before
 * inferred, then those with stages, then the source that covers more of all nights. Fields of two
 * sources are never put into one sleep. Both lists are in order of time.
 */
export function chooseSource(episodes: readonly SleepEpisode[]): ChosenSleeps {
  const sorted = [...episodes].sort((a, b) => startOf(a) - startOf(b))
  const covered = new Map<string, number>()
  for (const one of sorted) {
    covered.set(one.source, (covered.get(one.source) ?? 0) + endOf(one) - startOf(one))
  }
  const isBefore = (a: SleepEpisode, b: SleepEpisode): boolean => {
    if (RANK[a.provenance] !== RANK[b.provenance]) return RANK[a.provenance] < RANK[b.provenance]
    const [stagesA, stagesB] = [hasStages(a), hasStages(b)]
    if (stagesA !== stagesB) return stagesA
    const [nightsA, nightsB] = [covered.get(a.source)!, covered.get(b.source)!]
    return nightsA === nightsB ? a.source < b.source : nightsA > nightsB
  }
  const kept: SleepEpisode[] = []
  const setAside: SleepEpisode[] = []
  for (const night of overlapping(sorted)) {
    const best = night.reduce((one, other) => (isBefore(other, one) ? other : one))
    let endMs = Number.NEGATIVE_INFINITY
    for (const one of night) {
      // A source that overlaps itself says the same sleep twice: the first stands.
      const isOwn = one.source === best.source && one.provenance === best.provenance
      const stands = isOwn && startOf(one) >= endMs
      if (stands) endMs = endOf(one)
      ;(stands ? kept : setAside).push(one)
    }
  }
  const byTime = (a: SleepEpisode, b: SleepEpisode): number => firstMoment(a) - firstMoment(b)
  return { kept: kept.sort(byTime), setAside: setAside.sort(byTime) }
}

/** Runs of sleeps, in order of their starts, each of which overlaps one before it. */
function overlapping(sorted: readonly SleepEpisode[]): SleepEpisode[][] {
  const runs: SleepEpisode[][] = []
  let endMs = Number.NEGATIVE_INFINITY
  for (const one of sorted) {
    if (startOf(one) < endMs) runs.at(-1)!.push(one)
    else runs.push([one])
    endMs = Math.max(endMs, endOf(one))
  }
  return runs
}

function startOf(one: SleepEpisode): number {
  const known = one.bedMs ?? one.onsetMs
  return known ?? (one.offsetMs ?? one.riseMs!) - HALF_KNOWN_MS
}

function endOf(one: SleepEpisode): number {
  const known = one.riseMs ?? one.offsetMs
  return known ?? (one.onsetMs ?? one.bedMs!) + HALF_KNOWN_MS
}

function hasStages(one: SleepEpisode): boolean {
  return one.stages?.some(({ stage }) => stage === 'deep' || stage === 'rem') ?? false
}
