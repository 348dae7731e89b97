import { type TimeZone, zoneOffsetMs } from '../../math/time-zone.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { localTime } from '../evidence/local-time.ts'
import type { SleepEpisode, StageSpan } from '../evidence/sleep-episode.ts'
import { documentReader, fieldOf, type Json, listOf, numberOf, textOf } from './json-document.ts'
import { guessedKind } from './sleep-kind.ts'
import { offsetZone } from './stage-samples.ts'

const QUARTER_MS = 900_000
const LEVELS: Readonly<Record<string, StageSpan['stage']>> = {
  '0': 'deep',
  '1': 'light',
  '2': 'rem',
  '3': 'awake',
}

/**
 * Garmin's sleeps: the account export's ..._sleepData.json (a list) and Connect's daily document
 * (`dailySleepDTO`), whose moments are UTC. Nights typed in or never confirmed are told apart by
 * `sleepWindowConfirmationType`. Written from its documentation, not tried on a real export.
 */
export const garminSleep: EvidenceReader = documentReader({
  format: 'garmin',
  title: 'Garmin sleep JSON (..._sleepData.json)',
  recognises: (text) => /"sleepStartTimestampGMT"/.test(text),
  read: (document, record) => {
    const nights = Array.isArray(document) ? (document as readonly Json[]) : [document as Json]
    for (const [i, night] of nights.entries()) {
      const where = `night ${i + 1}`
      const daily = fieldOf(night, 'dailySleepDTO') ?? night
      // A day without a sleep has a document all the same.
      if (fieldOf(daily, 'sleepStartTimestampGMT') === undefined) continue
      const sleep = sleepOf(daily, listOf(night, 'sleepLevels'), record.zone())
      if (sleep === undefined) record.warn(`${where}: no readable start and end; left out`)
      else record.addEpisode(sleep, where)
    }
    return undefined
  },
})

function sleepOf(daily: Json, levels: readonly Json[], zone: TimeZone): SleepEpisode | undefined {
  const onsetMs = momentIn(daily, 'sleepStartTimestampGMT')
  const offsetMs = momentIn(daily, 'sleepEndTimestampGMT')
  if (onsetMs === undefined || offsetMs === undefined) return undefined
  const localMs = momentIn(daily, 'sleepStartTimestampLocal')
  const aheadMs =
    localMs === undefined ? undefined : Math.round((localMs - onsetMs) / QUARTER_MS) * QUARTER_MS
  const usual = zoneOffsetMs(zone, onsetMs)
  const isAway = aheadMs !== undefined && usual.ok && usual.value !== aheadMs
  const place = isAway ? offsetZone(aheadMs) : zone
  const confirmed = textOf(daily, 'sleepWindowConfirmationType')?.toUpperCase() ?? ''
  const seconds = ['deepSleepSeconds', 'lightSleepSeconds', 'remSleepSeconds'].map(
    (name) => numberOf(daily, name) ?? 0,
  )
  const asleepMin = seconds.reduce((sum, s) => sum + s, 0) / 60
  const stages = levels.flatMap(stageOf)
  return {
    onsetMs,
    offsetMs,
    ...(isAway ? { zone: place } : {}),
    kind: guessedKind({ onsetMs, offsetMs }, place),
    provenance: /MANUAL/.test(confirmed)
      ? 'reported'
      : /^(UNCONFIRMED|OFF_WRIST)/.test(confirmed)
        ? 'inferred'
        : 'measured',
    source: 'Garmin',
    ...(asleepMin > 0 ? { asleepMin } : {}),
    ...(stages.length === 0 ? {} : { stages }),
  }
}

function stageOf(level: Json): StageSpan[] {
  const [startMs, endMs] = [momentIn(level, 'startGMT'), momentIn(level, 'endGMT')]
  const stage = LEVELS[String(numberOf(level, 'activityLevel') ?? '')]
  return stage === undefined || startMs === undefined || endMs === undefined
    ? []
    : [{ startMs, endMs, stage }]
}

/** A UTC moment in ms, or text of one such as `2020-01-01T22:30:00.0`. */
function momentIn(json: Json, name: string): number | undefined {
  const number = numberOf(json, name)
  if (number !== undefined) return number
  const time = localTime(textOf(json, name) ?? '')
  return time === undefined ? undefined : time.wallS * 1000 - (time.offsetMs ?? 0)
}
