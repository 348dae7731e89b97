import type { TimeZone } from '../../math/time-zone.ts'
import { chooseSource } from '../evidence/choose-source.ts'
import { joinSeries } from '../evidence/join-series.ts'
import type { PersonalRecord } from '../evidence/personal-record.ts'
import { MAX_WARNINGS } from '../evidence/personal-record.ts'
import type { PersonalSeries } from '../evidence/personal-series.ts'
import { firstMoment } from '../evidence/record-builder.ts'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'

/** What several files say about one person. */
export type MergedEvidence = {
  /** The zone most of the files' sleeps and samples are in; one that was assumed only for want. */
  readonly zone: TimeZone
  readonly zoneFrom: PersonalRecord['zoneFrom']
  /** One source for each night, measured before reported before inferred; by time. */
  readonly episodes: readonly SleepEpisode[]
  /** What other sources say of the same nights. */
  readonly setAside: readonly SleepEpisode[]
  /** Every source's by itself. */
  readonly series: readonly PersonalSeries[]
  readonly warnings: readonly string[]
}

/**
 * Puts the records of several files of a person together. A sleep in a zone other than the common
 * one names it.
 */
export function mergeRecords(
  records: readonly [PersonalRecord, ...PersonalRecord[]],
): MergedEvidence {
  const best = zoneGiver(records)
  const episodes = records.flatMap((record) =>
    record.zone === best.zone || record.zoneFrom === 'assumed'
      ? record.episodes
      : record.episodes.map((one) => (one.zone ? one : { ...one, zone: record.zone })),
  )
  const { kept, setAside } = chooseSource(distinct(episodes))
  const zones = new Set(records.filter((one) => one.zoneFrom !== 'assumed').map((one) => one.zone))
  const warnings = records.flatMap((record) => record.warnings)
  if (zones.size > 1) warnings.unshift(`the files are of several time zones: ${best.zone} is used`)
  if (setAside.length > 0) {
    const night = setAside.length === 1 ? 'sleep is' : 'sleeps are'
    warnings.unshift(`${setAside.length} ${night} told by another source too, and set aside`)
  }
  return {
    zone: best.zone,
    zoneFrom: best.zoneFrom,
    episodes: kept,
    setAside,
    series: joinSeries(records.flatMap((record) => record.series)),
    warnings: warnings.slice(0, MAX_WARNINGS),
  }
}

/**
 * The record of one export that has several files: their sleeps and series together, a sleep that
 * two of them tell alike once. Nothing is chosen among sources.
 */
export function fileRecord(
  records: readonly [PersonalRecord, ...PersonalRecord[]],
): PersonalRecord {
  const { zone, zoneFrom } = zoneGiver(records)
  const episodes = distinct(records.flatMap((record) => record.episodes))
  return {
    format: [...new Set(records.map((record) => record.format))].join('+'),
    zone,
    zoneFrom,
    episodes: episodes.sort((a, b) => firstMoment(a) - firstMoment(b)),
    series: joinSeries(records.flatMap((record) => record.series)),
    warnings: records.flatMap((record) => record.warnings).slice(0, MAX_WARNINGS),
  }
}

/** The record with the most sleeps among those whose zone is best known. */
function zoneGiver(records: readonly [PersonalRecord, ...PersonalRecord[]]): PersonalRecord {
  const rank = { given: 0, file: 1, assumed: 2 } as const
  return records.reduce((best, one) => {
    const order = rank[one.zoneFrom] - rank[best.zoneFrom]
    if (order !== 0) return order < 0 ? one : best
    return one.episodes.length > best.episodes.length ? one : best
  })
}

function distinct(episodes: readonly SleepEpisode[]): SleepEpisode[] {
  const seen = new Map<string, SleepEpisode>()
  for (const one of episodes) {
    const { bedMs, onsetMs, offsetMs, riseMs } = one
    const key = [one.source, one.provenance, bedMs, onsetMs, offsetMs, riseMs].join(' ')
    const kept = seen.get(key)
    if (kept === undefined || (kept.stages === undefined && one.stages !== undefined)) {
      seen.set(key, one)
    }
  }
  return [...seen.values()]
}
