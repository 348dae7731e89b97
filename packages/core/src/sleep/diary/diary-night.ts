import { isTimeZone, type TimeZone, wallClockAt } from '../../math/time-zone.ts'
import {
  type DateOrder,
  type LocalTime,
  localDateS,
  localTime,
  momentOf,
  timeOfDayS,
} from '../evidence/local-time.ts'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'
import type { DiaryColumn, DiaryRow } from './diary-columns.ts'
import { guessedKind } from './sleep-kind.ts'

const DAY_S = 86_400
const MINUTE_MS = 60_000
/** The most minutes a cell may count. */
const MAX_MINUTES = 36 * 60
/** A latency beyond four hours, or half of the time to waking, is a slip of the pen. */
const MAX_LATENCY_MS = 240 * MINUTE_MS

/** A night as an episode, or what is wrong with a cell of it. */
export type DiaryNight =
  | { readonly episode: SleepEpisode; readonly remarks: readonly string[] }
  | { readonly flaw: string }

/**
 * Makes the sleep of a row of a diary. Cells have a date and a time, or a time of day beside the
 * night's date, which is the evening's: before noon counts as the day after. The order of what
 * happens settles which of two hours is meant in the night when the clock goes back. A bedtime
 * after the onset, or a rising before the waking, is left out with a remark; undefined for a blank
 * row.
 */
export function diaryNight(
  row: DiaryRow,
  zone: TimeZone,
  order: DateOrder | undefined,
): DiaryNight | undefined {
  if (row.zone !== undefined && !isTimeZone(row.zone)) return { flaw: `zone "${row.zone}"` }
  const place = row.zone ?? zone
  const moments: Partial<Record<DiaryColumn, number>> = {}
  let before: number | undefined
  for (const column of ['bed', 'attempt', 'onset', 'offset', 'rise'] as const) {
    const text = row[column]
    if (text === undefined) continue
    const time = timeIn(text, row.night, order, before, place)
    if (time === undefined) return { flaw: `${column} "${text.slice(0, 40)}"` }
    moments[column] = momentOf(time, place, before)
    before = moments[column]
  }
  if (before === undefined) return undefined
  const [episode, remarks] = inOrder(moments, minutes(row.latencyMin))
  const asleepMin = minutes(row.asleepMin)
  const whole: SleepEpisode = {
    ...episode,
    ...(row.zone === undefined || row.zone === zone ? {} : { zone: row.zone }),
    ...(row.alarm === undefined ? {} : { alarm: isYes(row.alarm) }),
    ...(row.workday === undefined ? {} : { workday: isYes(row.workday) }),
    ...(asleepMin === undefined ? {} : { asleepMin }),
    provenance: 'reported',
    source: 'diary',
    kind: 'unknown',
  }
  return { episode: { ...whole, kind: kindOf(row, whole, place) }, remarks }
}

/**
 * A cell's time; a bare time of day lies in the noon-to-noon of its night, after what came before.
 */
function timeIn(
  text: string,
  night: string | undefined,
  order: DateOrder | undefined,
  beforeMs: number | undefined,
  zone: TimeZone,
): LocalTime | undefined {
  const dated = localTime(text, order)
  const clockS = timeOfDayS(text)
  if (dated !== undefined || clockS === undefined) return dated
  const nightS = night === undefined ? undefined : localDateS(night, order)
  const beforeS = beforeMs === undefined ? undefined : wallClockAt(zone, beforeMs)
  if (nightS === undefined && beforeS === undefined) return undefined
  const wallS =
    nightS === undefined
      ? Math.floor(beforeS! / DAY_S) * DAY_S + clockS
      : nightS + clockS + (clockS < DAY_S / 2 ? DAY_S : 0)
  const isBefore = beforeMs !== undefined && momentOf({ wallS }, zone, beforeMs) < beforeMs
  return { wallS: isBefore ? wallS + DAY_S : wallS }
}

function inOrder(
  moments: Partial<Record<DiaryColumn, number>>,
  latencyMin: number | undefined,
): [Pick<SleepEpisode, 'bedMs' | 'onsetMs' | 'offsetMs' | 'riseMs'>, string[]] {
  const remarks: string[] = []
  const { attempt, offset } = moments
  let { bed, onset, rise } = moments
  if (bed !== undefined && attempt !== undefined && bed > attempt) {
    remarks.push('a bedtime after the lights went out was left out')
    bed = undefined
  }
  const tried = attempt ?? bed
  if (onset === undefined && tried !== undefined && latencyMin !== undefined) {
    const latencyMs = latencyMin * MINUTE_MS
    const mostMs = Math.min(MAX_LATENCY_MS, ((offset ?? Number.POSITIVE_INFINITY) - tried) / 2)
    if (latencyMs <= mostMs) onset = tried + latencyMs
    else remarks.push(`a latency of ${latencyMin} min was left out`)
  }
  const bedMs = bed ?? attempt
  const isBedLate = bedMs !== undefined && onset !== undefined && bedMs > onset
  if (isBedLate) remarks.push('a bedtime after falling asleep was left out')
  if (rise !== undefined && offset !== undefined && rise < offset) {
    remarks.push('a rising before waking was left out')
    rise = undefined
  }
  return [
    {
      ...(bedMs === undefined || isBedLate ? {} : { bedMs }),
      ...(onset === undefined ? {} : { onsetMs: onset }),
      ...(offset === undefined ? {} : { offsetMs: offset }),
      ...(rise === undefined ? {} : { riseMs: rise }),
    },
    remarks,
  ]
}

function kindOf(row: DiaryRow, episode: SleepEpisode, zone: TimeZone): SleepEpisode['kind'] {
  if (row.kind === undefined) return guessedKind(episode, zone)
  if (/nap/i.test(row.kind)) return 'nap'
  if (/main|night|sleep/i.test(row.kind)) return 'main'
  return isYes(row.kind) ? 'nap' : 'main'
}

function minutes(text: string | undefined): number | undefined {
  const value = text === undefined ? Number.NaN : Number(text.replace(',', '.'))
  return value >= 0 && value <= MAX_MINUTES ? value : undefined
}

function isYes(text: string): boolean {
  return /^(1(\.0)?|y|yes|true|x|ja|oui|si|sí|work.*|alarm)$/i.test(text.trim())
}
