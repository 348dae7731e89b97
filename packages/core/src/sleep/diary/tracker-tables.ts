import { isTimeZone, type TimeZone, zoneOffsetMs } from '../../math/time-zone.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { type DateOrder, type LocalTime, localTime, momentOf } from '../evidence/local-time.ts'
import type { RecordBuilder } from '../evidence/record-builder.ts'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'
import { guessedKind } from './sleep-kind.ts'
import { offsetZone } from './stage-samples.ts'
import { type TableRow, tableReader } from './table-reader.ts'

/**
 * Fitbit's web export of sleeps: `Start Time,End Time,Minutes Asleep,...`, clocks without a zone.
 */
export const fitbitTable: EvidenceReader = tableReader({
  format: 'fitbit-csv',
  title: 'Fitbit sleep CSV',
  header: ['starttime', 'endtime', 'minutesasleep', 'timeinbed'],
  dates: ['starttime', 'endtime'],
  read: (row, record, order) => {
    const span = spanOf(row, 'starttime', 'endtime', record.zone(), order)
    if (typeof span === 'string') return span
    const asleepMin = numberIn(row, 'minutesasleep')
    const { startMs, endMs } = span
    const moments = { bedMs: startMs, riseMs: endMs }
    return added(row, record, measured('Fitbit', moments, record.zone(), asleepMin))
  },
})

/**
 * Withings' sleep.csv: `from,to,light (s),deep (s),rem (s),awake (s),...`, times with an offset.
 * Written from its documentation, not tried on a real export.
 */
export const withingsTable: EvidenceReader = tableReader({
  format: 'withings',
  title: 'Withings sleep.csv',
  header: ['from', 'to', 'lights', 'deeps', 'awakes'],
  dates: ['from', 'to'],
  read: (row, record, order) => {
    const span = spanOf(row, 'from', 'to', record.zone(), order)
    if (typeof span === 'string') return span
    const asleepS = ['lights', 'deeps', 'rems'].map((key) => numberIn(row, key) ?? 0)
    const asleepMin = asleepS.reduce((sum, s) => sum + s, 0) / 60
    const onsetMs = later(span.startMs, numberIn(row, 'durationtosleeps'))
    const offsetMs = later(span.endMs, minus(numberIn(row, 'durationtowakeups')))
    const moments = {
      bedMs: span.startMs,
      ...(onsetMs < offsetMs ? { onsetMs, offsetMs } : {}),
      riseMs: span.endMs,
    }
    const sleep = measured('Withings', moments, record.zone(), asleepMin, span.offsetMs)
    return added(row, record, sleep)
  },
})

/**
 * WHOOP's sleeps.csv and physiological_cycles.csv: `Sleep onset,Wake onset` in the clock of `Cycle
 * timezone`. Written from its documentation, not tried on a real export.
 */
export const whoopTable: EvidenceReader = tableReader({
  format: 'whoop',
  title: 'WHOOP sleeps.csv or physiological_cycles.csv',
  header: ['cyclestarttime', 'cycletimezone', 'sleeponset', 'wakeonset'],
  dates: ['sleeponset', 'wakeonset'],
  read: (row, record, order) => {
    // A cycle that was not slept through, or is not over, has none.
    if (!row.cells.has('sleeponset') && !row.cells.has('wakeonset')) return undefined
    const named = row.cells.get('cycletimezone')?.replace(/^UTCZ$/, 'UTC')
    const zone = named !== undefined && isTimeZone(named) ? named : record.zone()
    const span = spanOf(row, 'sleeponset', 'wakeonset', zone, order)
    if (typeof span === 'string') return span
    const moments = { onsetMs: span.startMs, offsetMs: span.endMs }
    const offsetMs = zone === named ? clockOffsetMs(zone, span.startMs) : undefined
    const asleepMin = numberIn(row, 'asleepdurationmin')
    const sleep = measured('WHOOP', moments, record.zone(), asleepMin, offsetMs)
    const nap = row.cells.get('nap')?.toLowerCase()
    return added(row, record, nap === 'true' ? { ...sleep, kind: 'nap' } : sleep)
  },
})

/**
 * Oura's table of nights: `Bedtime Start,Bedtime End,...`, times with an offset. Written from its
 * documentation, not tried on a real export.
 */
export const ouraTable: EvidenceReader = tableReader({
  format: 'oura-csv',
  title: 'Oura trends CSV',
  header: ['bedtimestart', 'bedtimeend', 'totalsleepduration'],
  dates: ['bedtimestart', 'bedtimeend'],
  read: (row, record, order) => {
    if (!row.cells.has('bedtimestart') && !row.cells.has('bedtimeend')) return undefined
    const span = spanOf(row, 'bedtimestart', 'bedtimeend', record.zone(), order)
    if (typeof span === 'string') return span
    const latencyS = numberIn(row, 'sleeplatency') ?? numberIn(row, 'latency')
    const onsetMs = latencyS === undefined ? undefined : later(span.startMs, latencyS)
    const isSleep = onsetMs !== undefined && onsetMs < span.endMs
    const moments = { bedMs: span.startMs, ...(isSleep ? { onsetMs } : {}), riseMs: span.endMs }
    const asleepS = numberIn(row, 'totalsleepduration')
    const asleepMin = asleepS === undefined ? undefined : asleepS / 60
    return added(row, record, measured('Oura', moments, record.zone(), asleepMin, span.offsetMs))
  },
})

/** Plees Tracker: `sid,start,stop,rating`, moments in ms, by the person's own start and stop. */
export const pleesTable: EvidenceReader = tableReader({
  format: 'plees-tracker',
  title: 'Plees Tracker CSV',
  header: ['sid', 'start', 'stop', 'rating'],
  dates: [],
  read: (row, record) => {
    const [startMs, endMs] = [numberIn(row, 'start'), numberIn(row, 'stop')]
    if (startMs === undefined || endMs === undefined) return 'start and stop are no moments'
    const moments = { bedMs: startMs, riseMs: endMs }
    const kind = guessedKind(moments, record.zone())
    const source = 'Plees Tracker'
    return added(row, record, { ...moments, kind, provenance: 'reported', source })
  },
})

/**
 * Sleepmeter: `wake,sleep,bedtime,holes,type,...` after tables of its own words; times with an
 * offset. An alarm clock among the hindrances is one, a work or school night's tag a working day.
 */
export const sleepmeterTable: EvidenceReader = tableReader({
  format: 'sleepmeter',
  title: 'Sleepmeter CSV',
  header: ['wake', 'sleep', 'bedtime', 'holes', 'type'],
  dates: [],
  rowStart: /^"?\d{4}-\d\d-\d\d \d\d:\d\d/,
  read: (row, record) => {
    const bed = localTime(row.cells.get('bedtime') ?? '')
    const span = spanOf(row, 'sleep', 'wake', record.zone(), undefined)
    if (typeof span === 'string') return span
    const bedMs = bed === undefined ? undefined : momentOf(bed, record.zone())
    const holes = [...(row.cells.get('holes') ?? '').matchAll(/(\d{1,5})-(\d{1,5})/g)]
    const awakeMin = holes.reduce((sum, [, from, to]) => sum + Number(to) - Number(from), 0)
    const asleepMin = (span.endMs - span.startMs) / 60_000 - awakeMin
    const moments = {
      ...(bedMs !== undefined && bedMs <= span.startMs ? { bedMs } : {}),
      onsetMs: span.startMs,
      offsetMs: span.endMs,
    }
    const sleep = measured('Sleepmeter', moments, record.zone(), asleepMin, span.offsetMs)
    const type = row.cells.get('type')
    const tags = row.cells.get('tags') ?? 'NONE'
    return added(row, record, {
      ...sleep,
      provenance: 'reported',
      kind: type === 'NAP' ? 'nap' : type === 'NIGHT_SLEEP' ? 'main' : sleep.kind,
      ...(/\bALARM_CLOCK\b/.test(row.cells.get('hindrances') ?? '') ? { alarm: true } : {}),
      ...(/\b(WORK|SCHOOL)_NIGHT\b/.test(tags) ? { workday: true } : {}),
    })
  },
})

type Span = { readonly startMs: number; readonly endMs: number; readonly offsetMs?: number }

/** Two columns as moments, the second not before the first in a night that has an hour twice. */
function spanOf(
  row: TableRow,
  from: string,
  to: string,
  zone: TimeZone,
  order: DateOrder | undefined,
): Span | string {
  const [start, end] = [row.cells.get(from) ?? '', row.cells.get(to) ?? '']
  const [first, last] = [localTime(start, order), localTime(end, order)]
  if (first === undefined) return `${from} "${start.slice(0, 40)}" is no time`
  if (last === undefined) return `${to} "${end.slice(0, 40)}" is no time`
  const startMs = momentOf(first, zone)
  return { startMs, endMs: momentOf(last, zone, startMs), ...offsetIn(first) }
}

function offsetIn({ offsetMs }: LocalTime): { offsetMs?: number } {
  return offsetMs === undefined ? {} : { offsetMs }
}

/** A device's sleep; its zone is told where the clock it was written in is not the record's. */
function measured(
  source: string,
  moments: Pick<SleepEpisode, 'bedMs' | 'onsetMs' | 'offsetMs' | 'riseMs'>,
  zone: TimeZone,
  asleepMin?: number,
  offsetMs?: number,
): SleepEpisode {
  const startMs = moments.onsetMs ?? moments.bedMs ?? 0
  const isAway = offsetMs !== undefined && offsetMs !== clockOffsetMs(zone, startMs)
  const place = isAway ? offsetZone(offsetMs) : zone
  return {
    ...moments,
    ...(isAway ? { zone: place } : {}),
    kind: guessedKind(moments, place),
    provenance: 'measured',
    source,
    ...(asleepMin === undefined || !(asleepMin > 0) ? {} : { asleepMin }),
  }
}

/** How far a zone's clock is ahead of UTC at a moment, ms; 0 where the zone is unknown. */
function clockOffsetMs(zone: TimeZone, ms: number): number {
  const offset = zoneOffsetMs(zone, ms)
  return offset.ok ? offset.value : 0
}

function added(row: TableRow, record: RecordBuilder, sleep: SleepEpisode): undefined {
  record.addEpisode(sleep, row.where)
  return undefined
}

function numberIn(row: TableRow, key: string): number | undefined {
  const text = row.cells.get(key)
  const value = text === undefined ? Number.NaN : Number(text.replace(',', '.'))
  return Number.isFinite(value) ? value : undefined
}

function later(ms: number, seconds: number | undefined): number {
  return ms + (seconds ?? 0) * 1000
}

function minus(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : -seconds
}
