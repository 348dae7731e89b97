import { type TimeZone, zoneOffsetMs } from '../../math/time-zone.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { localTime, momentOf } from '../evidence/local-time.ts'
import type { RecordBuilder } from '../evidence/record-builder.ts'
import { EARLIEST_MS, LATEST_MS } from '../evidence/record-builder.ts'
import type { SleepEpisode, StageSpan } from '../evidence/sleep-episode.ts'
import { documentReader, fieldOf, type Json, listOf, numberOf, textOf } from './json-document.ts'
import { guessedKind } from './sleep-kind.ts'
import { evenStages, sleptThrough } from './slept-through.ts'
import { offsetZone } from './stage-samples.ts'

const FIVE_MIN_MS = 300_000
/** Five-minute stages of the longest night. */
const MAX_STAGES = 432
const MAX_SAMPLES = 10_000
const STAGES: Readonly<Record<string, StageSpan['stage']>> = {
  '1': 'deep',
  '2': 'light',
  '3': 'rem',
  '4': 'awake',
}

/**
 * Oura's sleeps as version 1 (`{"sleep": [...]}`) and version 2 (`{"data": [...]}`) of its API and
 * the account export have them: bedtimes with an offset, five-minute stages, heart rate and its
 * variability. Written from its documentation, not tried on a real export.
 */
export const ouraSleep: EvidenceReader = documentReader({
  format: 'oura-json',
  title: 'Oura sleep JSON',
  recognises: (text) => /"bedtime_start"/.test(text) && /"bedtime_end"/.test(text),
  read: (document, record) => {
    const nested = fieldOf(document, 'sleep')
    const sleeps = listOf(document, 'data', 'sleep')
    const all = sleeps.length > 0 ? sleeps : listOf(nested, 'data')
    for (const [i, one] of all.entries()) {
      const where = `sleep ${i + 1}`
      const type = textOf(one, 'type')
      if (type === 'deleted' || type === 'rest') continue
      const sleep = sleepOf(one, record.zone())
      if (sleep === undefined) record.warn(`${where}: no readable bedtimes; left out`)
      else if (record.addEpisode(sleep, where)) addSeries(one, sleep.bedMs!, record)
    }
    return undefined
  },
})

function sleepOf(one: Json, zone: TimeZone): SleepEpisode | undefined {
  const start = localTime(textOf(one, 'bedtime_start') ?? '')
  const end = localTime(textOf(one, 'bedtime_end') ?? '')
  if (start === undefined || end === undefined) return undefined
  const bedMs = momentOf(start, zone)
  const riseMs = momentOf(end, zone, bedMs)
  const usual = zoneOffsetMs(zone, bedMs)
  const isAway = start.offsetMs !== undefined && usual.ok && usual.value !== start.offsetMs
  const place = isAway ? offsetZone(start.offsetMs!) : zone
  const text = textOf(one, 'sleep_phase_5_min') ?? textOf(one, 'hypnogram_5min') ?? ''
  const stages = evenStages(text.slice(0, MAX_STAGES), STAGES, bedMs, FIVE_MIN_MS)
  const latencyS = numberOf(one, 'latency') ?? numberOf(one, 'onset_latency')
  const asleepS = numberOf(one, 'total_sleep_duration') ?? numberOf(one, 'total')
  const onsetMs = latencyS === undefined ? undefined : bedMs + latencyS * 1000
  const isSleep = onsetMs !== undefined && onsetMs >= bedMs && onsetMs <= riseMs
  const slept = sleptThrough(stages, bedMs, riseMs)
  const isOrdered = isSleep && (slept.offsetMs === undefined || onsetMs <= slept.offsetMs)
  const moments = { bedMs, ...slept, ...(isOrdered ? { onsetMs } : {}), riseMs }
  const type = textOf(one, 'type')
  return {
    ...moments,
    ...(isAway ? { zone: place } : {}),
    kind:
      type === 'long_sleep' ? 'main' : type === 'late_nap' ? 'nap' : guessedKind(moments, place),
    provenance: 'measured',
    source: 'Oura',
    ...(asleepS === undefined || asleepS < 0 ? {} : { asleepMin: asleepS / 60 }),
    ...(stages.length === 0 ? {} : { stages }),
  }
}

function addSeries(one: Json, bedMs: number, record: RecordBuilder): void {
  const source = { source: 'Oura', provenance: 'measured' } as const
  for (const [names, kind] of [
    [['heart_rate', 'hr_5min'], 'heartRateBpm'],
    [['hrv', 'rmssd_5min'], 'heartRateVariabilityMs'],
  ] as const) {
    const sample = fieldOf(one, names[0])
    const items = sample === undefined ? listOf(one, names[1]) : listOf(sample, 'items')
    const epochS = numberOf(sample, 'interval') ?? 300
    const stamp = localTime(textOf(sample, 'timestamp') ?? '')
    const startMs = stamp === undefined ? bedMs : momentOf(stamp, record.zone())
    if (!(epochS > 0)) continue
    for (const [i, item] of items.slice(0, MAX_SAMPLES).entries()) {
      const timeMs = startMs + i * epochS * 1000
      const isMoment = timeMs >= EARLIEST_MS && timeMs < LATEST_MS
      // A zero stands for a value that was missed.
      if (typeof item !== 'number' || !(item > 0 && item < 1000) || !isMoment) continue
      record.series({ kind, ...source })?.add(timeMs, item)
    }
  }
}
