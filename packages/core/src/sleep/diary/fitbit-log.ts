import type { TimeZone } from '../../math/time-zone.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { localTime, momentOf } from '../evidence/local-time.ts'
import type { SleepEpisode, StageSpan } from '../evidence/sleep-episode.ts'
import { documentReader, fieldOf, type Json, listOf, numberOf, textOf } from './json-document.ts'
import { guessedKind } from './sleep-kind.ts'
import { sleptThrough } from './slept-through.ts'

const STAGES: Readonly<Record<string, StageSpan['stage']>> = {
  wake: 'awake',
  awake: 'awake',
  restless: 'awake',
  asleep: 'asleep',
  light: 'light',
  deep: 'deep',
  rem: 'rem',
}

/**
 * Fitbit's sleep logs as the account export (sleep-YYYY-MM-DD.json) and the Web API have them:
 * `startTime`, `duration`, `levels.data`; clocks without a zone. The end is the start and the
 * duration, since the clock may have been changed between.
 */
export const fitbitLog: EvidenceReader = documentReader({
  format: 'fitbit-json',
  title: 'Fitbit sleep JSON (sleep-YYYY-MM-DD.json)',
  recognises: (text) => /"dateOfSleep"/.test(text) && /"(startTime|levels|duration)"/.test(text),
  read: (document, record) => {
    for (const [i, log] of listOf(document, 'sleep').entries()) {
      const where = `sleep ${i + 1}`
      const sleep = sleepOf(log, record.zone())
      if (sleep === undefined) record.warn(`${where}: no readable start and end; left out`)
      else record.addEpisode(sleep, where)
    }
    return undefined
  },
})

function sleepOf(log: Json, zone: TimeZone): SleepEpisode | undefined {
  const start = localTime(textOf(log, 'startTime') ?? '')
  if (start === undefined) return undefined
  const bedMs = momentOf(start, zone)
  const end = localTime(textOf(log, 'endTime') ?? '')
  const durationMs = numberOf(log, 'duration')
  const riseMs =
    durationMs !== undefined && durationMs > 0
      ? bedMs + durationMs
      : end && momentOf(end, zone, bedMs)
  if (riseMs === undefined) return undefined
  const isMain = fieldOf(log, 'mainSleep') ?? fieldOf(log, 'isMainSleep')
  const asleepMin = numberOf(log, 'minutesAsleep')
  const stages = stagesOf(log, bedMs)
  const moments = { bedMs, ...sleptThrough(stages, bedMs, riseMs), riseMs }
  return {
    ...moments,
    kind: isMain === true ? 'main' : guessedKind(moments, zone),
    provenance: textOf(log, 'logType') === 'manual' ? 'reported' : 'measured',
    source: 'Fitbit',
    ...(asleepMin === undefined ? {} : { asleepMin }),
    ...(stages.length === 0 ? {} : { stages }),
  }
}

/** The stages one after the other from the start on, whatever their clocks say. */
function stagesOf(log: Json, startMs: number): StageSpan[] {
  const stages: StageSpan[] = []
  let atMs = startMs
  for (const level of listOf(fieldOf(log, 'levels'), 'data')) {
    const stage = STAGES[textOf(level, 'level') ?? '']
    const seconds = numberOf(level, 'seconds') ?? -1
    if (stage === undefined || seconds < 0) return []
    stages.push({ startMs: atMs, endMs: atMs + seconds * 1000, stage })
    atMs += seconds * 1000
  }
  return stages
}
