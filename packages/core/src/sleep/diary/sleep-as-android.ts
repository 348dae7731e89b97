import { isTimeZone, type TimeZone } from '../../math/time-zone.ts'
import type { EvidenceReader } from '../evidence/evidence-reader.ts'
import { localTime, momentOf } from '../evidence/local-time.ts'
import { EARLIEST_MS, LATEST_MS, type RecordBuilder } from '../evidence/record-builder.ts'
import type { StageSpan } from '../evidence/sleep-episode.ts'
import { guessedKind } from './sleep-kind.ts'
import { type TableRow, tableReader } from './table-reader.ts'

/** The start that `Id` counts may be this much after `From`, which is cut to the minute, ms. */
const ID_TOLERANCE_MS = 120_000
/** Stages kept of one sleep. */
const MAX_STAGES = 2000

type Event = { readonly name: string; readonly ms: number; readonly value: string | undefined }

/**
 * Sleep as Android's sleep-export.csv (as it is, or in its zip): a header before each sleep, `From`
 * and `To` in the clock of `Tz`, `Id` the start in ms, and events after the named columns. Of the
 * events it takes stages, alarms and heart rates. A sleep without any event was typed in.
 */
export const sleepAsAndroid: EvidenceReader = tableReader({
  format: 'sleep-as-android',
  title: 'Sleep as Android (zip or sleep-export.csv)',
  header: ['id', 'tz', 'from', 'to', 'sched'],
  dates: ['from', 'to'],
  wantsAll: true,
  read: (row, record, order) => {
    const named = row.cells.get('tz')
    if (named !== undefined) record.fileZone(named)
    const zone = named !== undefined && isTimeZone(named) ? named : record.zone()
    const from = localTime(row.cells.get('from') ?? '', order)
    const to = localTime(row.cells.get('to') ?? '', order)
    if (from === undefined || to === undefined) return 'From and To are no times'
    const id = Number(row.cells.get('id'))
    const bedMs = momentOf(from, zone, id > 0 ? id - ID_TOLERANCE_MS : undefined)
    const moments = { bedMs, riseMs: momentOf(to, zone, bedMs) }
    const events = eventsOf(row)
    const stages = stagesOf(events)
    const isKept = record.addEpisode(
      {
        ...moments,
        ...placeOf(zone, record),
        kind: guessedKind(moments, zone),
        provenance: events.length === 0 ? 'reported' : 'measured',
        source: 'Sleep as Android',
        ...(events.some(({ name }) => /^ALARM_(STARTED|DISMISS)/.test(name))
          ? { alarm: true }
          : {}),
        ...(stages.length === 0 ? {} : { stages }),
      },
      row.where,
    )
    if (isKept) addHeartRates(events, record)
    return undefined
  },
})

/** The zone of a sleep, to be left out where it is the record's. */
function placeOf(zone: TimeZone, record: RecordBuilder): { zone?: TimeZone } {
  return zone === record.zone() ? {} : { zone }
}

function eventsOf({ all }: TableRow): Event[] {
  return all.flatMap((cell) => {
    const match = /^([A-Z][A-Z_]{1,40})-(\d{12,13})(?:-(.{1,30}))?$/.exec(cell)
    const ms = Number(match?.[2])
    return match === null || !(ms >= EARLIEST_MS && ms < LATEST_MS)
      ? []
      : [{ name: match[1]!, ms, value: match[3] }]
  })
}

const STAGES: Readonly<Record<string, StageSpan['stage']>> = {
  LIGHT: 'light',
  DEEP: 'deep',
  REM: 'rem',
  AWAKE: 'awake',
}

/** Stretches between `DEEP_START` and `DEEP_END` and the like. */
function stagesOf(events: readonly Event[]): StageSpan[] {
  const open = new Map<string, number>()
  const stages: StageSpan[] = []
  for (const { name, ms } of events) {
    const [word, what] = [name.replace(/_(START|END)$/, ''), name.slice(-3)]
    const stage = STAGES[word]
    if (stage === undefined || stages.length >= MAX_STAGES) continue
    const startMs = open.get(word)
    if (what !== 'END') open.set(word, ms)
    else if (startMs !== undefined && startMs <= ms) stages.push({ startMs, endMs: ms, stage })
    if (what === 'END') open.delete(word)
  }
  return stages.sort((a, b) => a.startMs - b.startMs)
}

function addHeartRates(events: readonly Event[], record: RecordBuilder): void {
  for (const { name, ms, value } of events) {
    const bpm = Number(value)
    if (name !== 'HR' || !(bpm >= 20 && bpm <= 300)) continue
    record
      .series({ kind: 'heartRateBpm', source: 'Sleep as Android', provenance: 'measured' })
      ?.add(ms, bpm)
  }
}
