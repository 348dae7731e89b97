import {
  type PersonalRecord,
  type RhythmMeasure,
  rhythmSummary,
  sleepRegularity,
  statesOfEpisodes,
} from '@nocturne/core/sleep'
import type { Regularity } from './clock-messages.ts'

const DAY_MIN = 1440

/** Every measure of the rhythm that the records hold data for, in words. */
export function regularityOf(records: readonly PersonalRecord[]): readonly Regularity[] {
  return records.flatMap((record) => {
    const measures = rhythmSummary(record)
    const hasIndex = measures.some(({ name }) => name.startsWith('SRI'))
    return [...(hasIndex ? [] : inBed(record)), ...measures].map(inWords)
  })
}

/** A diary of bedtimes alone tells how regular the time in bed is, and says so in its name. */
function inBed({ episodes, zone }: PersonalRecord): RhythmMeasure[] {
  const states = statesOfEpisodes(
    episodes.map(({ bedMs, onsetMs, offsetMs, riseMs, ...rest }) => {
      return { ...rest, onsetMs: onsetMs ?? bedMs, offsetMs: offsetMs ?? riseMs }
    }),
  )
  if (states === undefined) return []
  const { name, value, pairs } = sleepRegularity('in bed, as told', states, zone)
  if (!Number.isFinite(value)) return []
  return [{ name, value, unit: 'index', nDays: pairs / DAY_MIN, source: episodes[0]!.source }]
}

function inWords({ name, value, unit, nDays, source }: RhythmMeasure): Regularity {
  const days = Math.round(nDays)
  return {
    name,
    value: valueText(value, unit),
    note: `${days} ${days === 1 ? 'day' : 'days'} of ${source}`,
  }
}

function valueText(value: number, unit: RhythmMeasure['unit']): string {
  switch (unit) {
    case 'index':
      return value.toFixed(0)
    case '1':
      return value.toFixed(2)
    case 'h/day':
      return `${value.toFixed(1)} h a day`
    case 'counts/min':
      return `${value.toPrecision(3)} counts/min`
    case 'clock h': {
      const minutes = Math.round(value * 60) % DAY_MIN
      const pad = (part: number): string => String(part).padStart(2, '0')
      return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
    }
  }
}
