import { type TimeZone, zoneOffsetMs } from '../../math/time-zone.ts'
import type { Provenance, SleepEpisode, StageSpan } from '../evidence/sleep-episode.ts'
import { guessedKind } from './sleep-kind.ts'

type Stage = StageSpan['stage']

/** A stretch that a source calls by one stage. */
export type StageSample = StageSpan & {
  readonly source: string
  readonly provenance: Provenance
  /** The zone of the place where the source names one. */
  readonly zone?: string | undefined
  /** How far the clock of the text was ahead of UTC, ms. */
  readonly offsetMs?: number | undefined
}

const MINUTE_MS = 60_000
/** Samples of a source further apart than this are of two sleeps. */
const MAX_GAP_MS = 90 * MINUTE_MS
/** Stretches kept of one sleep: one for each minute of a day and a half. */
const MAX_STAGES = 2160
const ASLEEP: ReadonlySet<Stage> = new Set(['asleep', 'light', 'deep', 'rem'])

/**
 * Makes sleeps of the stage samples of a file, each source's by itself: samples less than 90 min
 * apart are one sleep, a sample told twice counts once. Onset and offset are those of the stretches
 * asleep; bed and rise those of the stretches in bed where the source has such.
 */
export function episodesOf(samples: readonly StageSample[], zone: TimeZone): SleepEpisode[] {
  const bySource = new Map<string, StageSample[]>()
  for (const sample of samples) {
    const key = `${sample.provenance === 'reported'} ${sample.source}`
    const own = bySource.get(key)
    if (own === undefined) bySource.set(key, [sample])
    else own.push(sample)
  }
  return [...bySource.values()].flatMap((own) =>
    nightsOf(own).map((night) => episodeOf(night, zone)),
  )
}

function nightsOf(own: StageSample[]): StageSample[][] {
  const sorted = own.sort(inOrder)
  const nights: StageSample[][] = []
  let endMs = Number.NEGATIVE_INFINITY
  for (const sample of sorted) {
    if (sample.startMs - endMs > MAX_GAP_MS) nights.push([])
    const night = nights.at(-1)!
    endMs = Math.max(endMs, sample.endMs)
    if (night.length === 0 || inOrder(night.at(-1)!, sample) !== 0) night.push(sample)
  }
  return nights
}

/** By start, end and stage, so that a sample told twice follows itself. */
function inOrder(a: StageSample, b: StageSample): number {
  if (a.startMs !== b.startMs) return a.startMs - b.startMs
  if (a.endMs !== b.endMs) return a.endMs - b.endMs
  return a.stage === b.stage ? 0 : a.stage < b.stage ? -1 : 1
}

function episodeOf(night: readonly StageSample[], zone: TimeZone): SleepEpisode {
  const asleep = night.filter(({ stage }) => ASLEEP.has(stage))
  const inBed = night.filter(({ stage }) => stage === 'inBed')
  const onsetMs = asleep[0]?.startMs
  const offsetMs = lastEnd(asleep)
  const [bedMs, riseMs] = [inBed[0]?.startMs, lastEnd(inBed)]
  const { source } = night[0]!
  const stages = night.filter(({ stage }) => stage !== 'inBed').slice(0, MAX_STAGES)
  const hasBed = bedMs !== undefined && !(onsetMs !== undefined && bedMs > onsetMs)
  const hasRise = riseMs !== undefined && !(offsetMs !== undefined && riseMs < offsetMs)
  const moments = {
    ...(hasBed ? { bedMs } : {}),
    ...(onsetMs === undefined ? {} : { onsetMs, offsetMs }),
    ...(hasRise ? { riseMs } : {}),
  }
  const place = placeOf(night, zone)
  return {
    ...moments,
    ...(place === undefined ? {} : { zone: place }),
    kind: guessedKind(moments, place ?? zone),
    provenance: provenanceOf(night, asleep.length > 0),
    source,
    ...(asleep.length === 0 ? {} : { asleepMin: coveredMs(asleep) / MINUTE_MS }),
    ...(stages.length === 0
      ? {}
      : { stages: stages.map(({ startMs, endMs, stage }) => ({ startMs, endMs, stage })) }),
  }
}

/** A source that says when one slept has measured, and the time in bed around it too. */
function provenanceOf(night: readonly StageSample[], isAsleep: boolean): Provenance {
  if (night[0]!.provenance === 'reported') return 'reported'
  return isAsleep || night.some((one) => one.provenance === 'measured') ? 'measured' : 'inferred'
}

function lastEnd(samples: readonly StageSample[]): number | undefined {
  return samples.length === 0
    ? undefined
    : samples.reduce((most, one) => Math.max(most, one.endMs), 0)
}

/** Time that samples in order of their starts cover, overlaps once. */
function coveredMs(samples: readonly StageSample[]): number {
  let [sum, endMs] = [0, Number.NEGATIVE_INFINITY]
  for (const one of samples) {
    sum += Math.max(0, one.endMs - Math.max(endMs, one.startMs))
    endMs = Math.max(endMs, one.endMs)
  }
  return sum
}

/**
 * The zone of a night where its clock differs from the record's zone; undefined where it agrees.
 */
function placeOf(night: readonly StageSample[], zone: TimeZone): string | undefined {
  const named = night.find((one) => one.zone !== undefined)?.zone
  const { startMs, offsetMs } = night[0]!
  const usual = zoneOffsetMs(zone, startMs)
  if (!usual.ok) return undefined
  if (named !== undefined) {
    const there = zoneOffsetMs(named, startMs)
    return there.ok && there.value !== usual.value ? named : undefined
  }
  if (offsetMs === undefined || offsetMs === usual.value) return undefined
  return offsetZone(offsetMs)
}

/** A fixed zone, `+02:00`, of an offset in ms. */
export function offsetZone(offsetMs: number): TimeZone {
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
