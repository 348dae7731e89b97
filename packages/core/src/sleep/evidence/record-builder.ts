import { fail, ok, type Result } from '../../math/result.ts'
import { isTimeZone, type TimeZone } from '../../math/time-zone.ts'
import { type GrowingSeries, growingSeries, type SeriesTitle } from './growing-series.ts'
import type { EvidenceCode, EvidenceOptions, PersonalRecord } from './personal-record.ts'
import { MAX_WARNINGS } from './personal-record.ts'
import type { PersonalSeries } from './personal-series.ts'
import type { SleepEpisode, StageSpan } from './sleep-episode.ts'

/** Sleeps of one file: more than one a day for a century and a half. */
const MAX_EPISODES = 100_000
/** Series of one file: kinds times sources. */
const MAX_SERIES = 200
/** The longest stretch that counts as one sleep, ms. */
const MAX_EPISODE_MS = 36 * 3_600_000
/** 1970-01-01: a moment before is none of a person's record. */
export const EARLIEST_MS = 0
/** 2100-01-01: a moment from then on is none either. */
export const LATEST_MS = 4_102_444_800_000

/** Collects what a file says, keeps out what cannot be, and makes the record. */
export type RecordBuilder = {
  /** One line; those beyond `MAX_WARNINGS` are counted. */
  warn(line: string): void
  /**
   * Takes a sleep whose moments lie between 1970 and 2100, in order, and within 36 h; another is
   * left out with a warning that begins with `where`. False when it was left out.
   */
  addEpisode(episode: SleepEpisode, where: string): boolean
  /**
   * The series of a kind and source, opened when it is first asked for; undefined beyond the cap.
   */
  series(title: SeriesTitle): GrowingSeries | undefined
  /** Takes a series that is complete; those beyond the cap are left out. */
  addSeries(series: PersonalSeries): void
  /** Takes the zone that the file names, if the engine knows it. */
  fileZone(zone: TimeZone): void
  /** The zone in force: given, else the file's, else UTC. */
  zone(): TimeZone
  /** EMPTY when there is neither a sleep nor a sample; TIME_ZONE when the given zone is unknown. */
  finish(): Result<PersonalRecord, EvidenceCode>
}

/** Begins the record of a file. */
export function recordBuilder(format: string, options: EvidenceOptions): RecordBuilder {
  const warnings: string[] = []
  const episodes: SleepEpisode[] = []
  const series = new Map<string, GrowingSeries>()
  const complete: PersonalSeries[] = []
  let nWarnings = 0
  let named: TimeZone | undefined
  const warn = (line: string): void => {
    nWarnings++
    if (warnings.length < MAX_WARNINGS) warnings.push(line)
  }
  const given = options.zone
  const zone = (): TimeZone => given ?? named ?? 'UTC'
  return {
    warn,
    zone,
    fileZone(name) {
      if (isTimeZone(name)) named = name
    },
    addEpisode(episode, where) {
      const flaw = flawOf(episode)
      if (flaw !== undefined) warn(`${where}: a sleep that ${flaw} was left out`)
      else if (episodes.length >= MAX_EPISODES) warn(`${where}: sleeps beyond ${MAX_EPISODES}`)
      else return episodes.push(withPossibleMinutes(episode)) > 0
      return false
    },
    series(title) {
      const key = `${title.kind} ${title.provenance} ${title.source}`
      const open = series.get(key)
      if (open !== undefined || series.size >= MAX_SERIES) return open
      const made = growingSeries(title)
      series.set(key, made)
      return made
    },
    addSeries(one) {
      if (series.size + complete.length < MAX_SERIES) complete.push(one)
    },
    finish: () => {
      const grown = [...series.values()].filter((one) => one.size() > 0)
      const filled = [...complete, ...grown.map((one) => one.finish())]
      const zoneFrom = given !== undefined ? 'given' : named !== undefined ? 'file' : 'assumed'
      if (nWarnings > MAX_WARNINGS) {
        warnings[MAX_WARNINGS - 1] = `and ${nWarnings - MAX_WARNINGS + 1} more warnings`
      }
      const record = { format, zone: zone(), zoneFrom, episodes, series: filled, warnings } as const
      return finished(record, options.name ?? format)
    },
  }
}

/** The record in order, or why there is none. */
function finished(record: PersonalRecord, where: string): Result<PersonalRecord, EvidenceCode> {
  const { format, zone, episodes, series, warnings } = record
  if (!isTimeZone(zone)) {
    return fail('TIME_ZONE', where, `"${zone}"`, 'a name as Europe/Berlin, UTC or +02:00')
  }
  if (episodes.length === 0 && series.length === 0) {
    const why = warnings[0] === undefined ? '' : ` (${warnings[0]})`
    return fail('EMPTY', where, `no sleep and no samples${why}`, `a ${format} file with some`)
  }
  const inOrder = [...episodes].sort((a, b) => firstMoment(a) - firstMoment(b))
  return ok({ ...record, episodes: inOrder })
}

/**
 * The sleep without its minutes asleep where those are more than the sleep is long, the clock's
 * change and a minute of rounding allowed.
 */
function withPossibleMinutes(episode: SleepEpisode): SleepEpisode {
  const { bedMs, onsetMs, offsetMs, riseMs, asleepMin } = episode
  const [start, end] = [bedMs ?? onsetMs, riseMs ?? offsetMs]
  if (asleepMin === undefined || start === undefined || end === undefined) return episode
  if (asleepMin <= (end - start) / 60_000 + 61) return episode
  const { asleepMin: _, ...rest } = episode
  return rest
}

/** The moment a sleep is sorted by: onset, else bed, offset, rise; NaN when none is known. */
export function firstMoment(episode: SleepEpisode): number {
  return episode.onsetMs ?? episode.bedMs ?? episode.offsetMs ?? episode.riseMs ?? Number.NaN
}

/** What is wrong with a sleep, `ends before it begins`; undefined when nothing is. */
export function flawOf(episode: SleepEpisode): string | undefined {
  const moments = [episode.bedMs, episode.onsetMs, episode.offsetMs, episode.riseMs]
  const known = moments.filter((moment) => moment !== undefined)
  if (known.length === 0) return 'has no time'
  if (known.some((ms) => !(ms >= EARLIEST_MS && ms < LATEST_MS))) return 'is not of 1970 to 2100'
  if (known.some((ms, i) => i > 0 && ms < known[i - 1]!)) return 'is out of order'
  if (known.at(-1)! - known[0]! > MAX_EPISODE_MS) return 'is longer than 36 h'
  const { asleepMin, stages } = episode
  if (asleepMin !== undefined && !(asleepMin >= 0 && asleepMin * 60_000 <= MAX_EPISODE_MS)) {
    return 'has no possible time asleep'
  }
  return stages?.some(isImpossible) ? 'has a stage that ends before it begins' : undefined
}

function isImpossible({ startMs, endMs }: StageSpan): boolean {
  return !(startMs >= EARLIEST_MS && endMs < LATEST_MS && endMs >= startMs)
}
