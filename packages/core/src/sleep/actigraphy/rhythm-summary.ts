import type { PersonalRecord } from '../evidence/personal-record.ts'
import type { PersonalSeries, SeriesKind } from '../evidence/personal-series.ts'
import { clockBins, knownDays } from './clock-bins.ts'
import { cosinor } from './cosinor.ts'
import { lightAbove } from './light-timing.ts'
import { epochsOfSeries, type RegularEpochs } from './regular-epochs.ts'
import { interdailyStability, intradailyVariability, restActivity } from './rest-activity-rhythm.ts'
import {
  lightRegularity,
  type RegularityIndex,
  sleepRegularity,
  statesOfEpisodes,
} from './sleep-regularity.ts'
import { coleKripkeScore } from './sleep-score.ts'
import { sleepWindows } from './sleep-window.ts'

/** Thresholds of the light measures, lux of either unit. */
const REGULAR_LUX = 50
const BRIGHT_LUX = 250
/** Epochs that measures are taken on, s: the finest that the series has. */
const EPOCHS_S = [60, 120, 300, 600, 900, 1800, 3600] as const
const HOUR_S = 3600

/** One measure of a person's rhythm. */
export type RhythmMeasure = {
  /** With scorer, epoch, threshold: `SRI (Cole-Kripke, 60 s)`, `L5 onset`. */
  readonly name: string
  /** Finite; a measure that cannot be taken is not listed. */
  readonly value: number
  /**
   * `1` (a ratio), `%`-like index `index`, `clock h` (decimal hours, 0 to 24), `h/day`, `counts`.
   */
  readonly unit: '1' | 'index' | 'clock h' | 'h/day' | 'counts/min'
  /** Days of known data that it rests on. */
  readonly nDays: number
  /** The series or diary it is taken from. */
  readonly source: string
}

/**
 * All measures of the rhythm that a record holds data for: of activity IS, IV, L5, M10, their
 * onsets, RA and the cosinor (hours of which four fifths are known); of sleep an SRI for each
 * scorer (the diary's or device's episodes, inferred windows, Cole-Kripke); of light its
 * regularity, time above 250 lux and mean timing, photopic and melanopic apart. Days without data
 * are left out, see each measure. Empty where there is too little.
 */
export function rhythmSummary(record: PersonalRecord): readonly RhythmMeasure[] {
  return [
    ...activityMeasures(record),
    ...sleepMeasures(record),
    ...lightMeasures(record, 'melanopicEdiLux', 'melanopic EDI lux'),
    ...lightMeasures(record, 'photopicLux', 'photopic lux'),
  ].filter(({ value }) => Number.isFinite(value))
}

type Column = { readonly series: PersonalSeries; readonly epochs: RegularEpochs }

function columnOf(record: PersonalRecord, kind: SeriesKind): Column | undefined {
  const series = record.series.find((one) => one.kind === kind)
  if (series === undefined) return undefined
  const of = kind === 'activityCounts' ? 'sum' : 'mean'
  for (const epochS of EPOCHS_S) {
    const epochs = epochsOfSeries(series, epochS, of)
    if (epochs === undefined) continue
    const perMinute = of === 'sum' ? epochS / 60 : 1
    return { series, epochs: { ...epochs, values: epochs.values.map((v) => v / perMinute) } }
  }
  return undefined
}

function activityMeasures(record: PersonalRecord): RhythmMeasure[] {
  const column = columnOf(record, 'activityCounts')
  if (column === undefined) return []
  const { zone } = record
  const { epochs, series } = column
  const hours = clockBins(epochs, zone, HOUR_S)
  const rest = restActivity(clockBins(epochs, zone, epochs.epochS))
  const wave = cosinor(epochs, zone)
  const told: [string, number | undefined, RhythmMeasure['unit']][] = [
    ['IS (hours)', interdailyStability(hours), '1'],
    ['IV (hours)', intradailyVariability(hours), '1'],
    ['RA', rest?.relativeAmplitude, '1'],
    ['L5', rest?.l5, 'counts/min'],
    ['L5 onset', rest?.l5OnsetH, 'clock h'],
    ['M10', rest?.m10, 'counts/min'],
    ['M10 onset', rest?.m10OnsetH, 'clock h'],
    ['cosinor mesor', wave?.mesor, 'counts/min'],
    ['cosinor amplitude', wave?.amplitude, 'counts/min'],
    ['cosinor acrophase', wave?.acrophaseH, 'clock h'],
  ]
  const nDays = knownDays(epochs)
  return told.map(([name, value, unit]) => {
    return { name, value: value ?? Number.NaN, unit, nDays, source: series.source }
  })
}

function sleepMeasures(record: PersonalRecord): RhythmMeasure[] {
  const { zone, episodes } = record
  const found: RhythmMeasure[] = []
  const add = (index: RegularityIndex, source: string): void => {
    found.push({
      name: index.name,
      value: index.value,
      unit: 'index',
      nDays: index.pairs / 1440,
      source,
    })
  }
  for (const source of new Set(episodes.map((one) => one.source))) {
    const states = statesOfEpisodes(episodes.filter((one) => one.source === source))
    if (states) add(sleepRegularity(`${source} episodes`, states, zone), source)
  }
  const column = columnOf(record, 'activityCounts')
  if (column === undefined) return found
  const { epochs, series } = column
  const windows = statesOfEpisodes(sleepWindows(record))
  if (windows) add(sleepRegularity('inferred windows', windows, zone), series.source)
  if (epochs.epochS !== 60) return found
  const values = Float64Array.from(coleKripkeScore(epochs.values, 'personal'))
  add(sleepRegularity('Cole-Kripke, personal scale', { ...epochs, values }, zone), series.source)
  return found
}

function lightMeasures(
  record: PersonalRecord,
  kind: 'photopicLux' | 'melanopicEdiLux',
  unit: string,
): RhythmMeasure[] {
  const column = columnOf(record, kind)
  if (column === undefined) return []
  const { epochs, series } = column
  const nDays = knownDays(epochs)
  const regular = lightRegularity(unit, epochs, REGULAR_LUX, record.zone)
  const bright = lightAbove(epochs, BRIGHT_LUX, record.zone)
  const named = (name: string): string => `${name} > ${BRIGHT_LUX} ${unit}`
  const { source } = series
  return [
    {
      name: regular.name,
      value: regular.value,
      unit: 'index',
      nDays: (regular.pairs * epochs.epochS) / 86400,
      source,
    },
    { name: named('time'), value: bright.hoursPerDay, unit: 'h/day', nDays, source },
    { name: named('mean time'), value: bright.meanTimeH, unit: 'clock h', nDays, source },
  ]
}
