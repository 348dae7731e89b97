import { exp, log } from '../../math/elementary.ts'
import { quantile } from '../../math/quantile.ts'
import type { PersonalRecord } from '../../sleep/evidence/personal-record.ts'
import type { PersonalSeries } from '../../sleep/evidence/personal-series.ts'
import type { DarkSpan } from './fit-night.ts'

/** Steps of the fit's light, h. */
export const EXPOSURE_STEP_H = 0.25

/** Where the light of a step comes from. */
export type LightSource = 'worn' | 'activity' | 'guessed'

/** Light at the eye by quarter hour, from a moment on. */
export type Exposure = {
  /** Hours since 1970 UTC at the start of the first step. */
  readonly startH: number
  /** Photopic lux, never NaN: where nothing was measured it is guessed from sleep. */
  readonly lux: Float64Array
  /** 0..1. */
  readonly awake: Float64Array
  /** Share of waking steps with each source, 0..1. */
  readonly share: Readonly<Record<LightSource, number>>
}

/** What was measured, on the grid of hours since 1970 / `EXPOSURE_STEP_H`. */
export type MeasuredLight = {
  readonly firstStep: number
  /** Lux by step; NaN where none was measured. */
  readonly lux: Float64Array
  /** Activity by step as a share of the person's own busiest twentieth, 0..1; NaN where unknown. */
  readonly activity: Float64Array
}

/** Light and activity of `records` between two moments (hours since 1970), by quarter hour. */
export function measuredLight(
  records: readonly PersonalRecord[],
  fromH: number,
  toH: number,
): MeasuredLight {
  const firstStep = Math.floor(fromH / EXPOSURE_STEP_H)
  const count = Math.max(0, Math.ceil(toH / EXPOSURE_STEP_H) - firstStep)
  const series = records.flatMap((record) => record.series)
  const ofKind = (...kinds: PersonalSeries['kind'][]): PersonalSeries | undefined =>
    kinds.flatMap((kind) => series.filter((s) => s.kind === kind)).at(0)
  const light = ofKind('photopicLux', 'melanopicEdiLux')
  const moved = ofKind('activityCounts', 'steps')
  const activity = binned(moved, firstStep, count, (value) => value)
  scaleToBusiest(activity)
  const logLux = binned(light, firstStep, count, (value) => log(1 + Math.max(0, value)))
  return { firstStep, lux: logLux.map((value) => exp(value) - 1), activity }
}

/** Share of a quarter hour that must be sampled, where the sampling is regular. */
const LEAST_COVER = 0.3

/** Mean of `of` the values of each step; NaN where there are too few. */
function binned(
  series: PersonalSeries | undefined,
  firstStep: number,
  count: number,
  of: (value: number) => number,
): Float64Array {
  const sum = new Float64Array(count)
  if (series === undefined) return sum.fill(NaN)
  const seen = new Float64Array(count)
  const stepMs = EXPOSURE_STEP_H * 3_600_000
  for (let i = 0; i < series.values.length; i++) {
    const value = series.values[i]!
    const step = Math.floor(series.timesMs[i]! / stepMs) - firstStep
    if (Number.isNaN(value) || step < 0 || step >= count) continue
    sum[step]! += of(value)
    seen[step]!++
  }
  const expected = series.epochS === undefined ? 1 : (EXPOSURE_STEP_H * 3600) / series.epochS
  const least = Math.max(1, expected * LEAST_COVER)
  return sum.map((value, i) => (seen[i]! >= least ? value / seen[i]! : NaN))
}

function scaleToBusiest(activity: Float64Array): void {
  const known = activity.filter((value) => value > 0)
  const top = known.length > 20 ? quantile(known, 0.95) : NaN
  for (let i = 0; i < activity.length; i++) activity[i] = Math.min(1, activity[i]! / top)
}

/**
 * Lux that a waking adult meets by the hour of the local day, when nobody measured it: rooms in the
 * evening, rooms with windows and ways outside by day, little before the sun is up.
 */
export function ordinaryLux(hourOfDay: number): number {
  for (const [untilH, lux] of ORDINARY_LUX) if (hourOfDay < untilH) return lux
  return ORDINARY_LUX[0]![1]
}

const ORDINARY_LUX: readonly (readonly [untilH: number, lux: number])[] = [
  [5, 20],
  [6.5, 40],
  [8, 150],
  [17, 400],
  [19, 200],
  [21, 80],
  [24, 40],
]

/** Lux of a moving arm, as a factor on the ordinary: the still are indoors, the busiest outside. */
function activityFactor(activity: number): number {
  return 0.4 + 2.4 * activity * activity
}

/**
 * The light of a person from `startH` over `count` steps: darkness asleep; awake the measured lux,
 * else the ordinary lux of that hour, raised and lowered by activity where that was measured.
 * `localHour` gives the hour of the local day at a moment; `usual` is the table of `usualLux`.
 */
export function exposure(
  startH: number,
  count: number,
  sleeps: readonly DarkSpan[],
  localHour: (atH: number) => number,
  usual: Float64Array,
  measured?: MeasuredLight,
  counted: readonly [from: number, to: number] = [0, count],
): Exposure {
  const lux = new Float64Array(count)
  const awake = awakeShare(startH, count, sleeps)
  const tally: Record<LightSource, number> = { worn: 0, activity: 0, guessed: 0 }
  const offset =
    measured === undefined ? 0 : Math.round(startH / EXPOSURE_STEP_H) - measured.firstStep
  let waking = 0
  for (let i = 0; i < count; i++) {
    if (awake[i] === 0) continue // eyes closed, whatever lies on the bedside table
    const worn = measured?.lux[offset + i] ?? NaN
    const activity = measured?.activity[offset + i] ?? NaN
    const guess = usual[binOf(localHour(startH + (i + 0.5) * EXPOSURE_STEP_H))]!
    const source = worn >= 0 ? 'worn' : activity >= 0 ? 'activity' : 'guessed'
    const open =
      source === 'worn' ? worn : guess * (source === 'activity' ? activityFactor(activity) : 1)
    lux[i] = awake[i]! * open
    if (i < counted[0] || i >= counted[1]) continue
    tally[source] += awake[i]!
    waking += awake[i]!
  }
  const part = (source: LightSource): number => (waking > 0 ? tally[source] / waking : 0)
  const share = { worn: part('worn'), activity: part('activity'), guessed: part('guessed') }
  return { startH, lux, awake, share }
}

/** Quarter hours of the day, and measured days in one at least for it to count as usual. */
const BINS = 24 / EXPOSURE_STEP_H
const LEAST_DAYS = 2

/**
 * Light of a waking person by quarter hour of the local day, lux: the person's own where two days
 * of it were measured, the ordinary elsewhere.
 */
export function usualLux(
  localHour: (atH: number) => number,
  measured?: MeasuredLight,
): Float64Array {
  const [sum, seen] = [new Float64Array(BINS), new Float64Array(BINS)]
  for (const [i, lux] of (measured?.lux ?? []).entries()) {
    if (Number.isNaN(lux)) continue
    const bin = binOf(localHour((measured!.firstStep + i + 0.5) * EXPOSURE_STEP_H))
    sum[bin]! += log(1 + lux)
    seen[bin]!++
  }
  return sum.map((total, bin) => {
    if (seen[bin]! < LEAST_DAYS) return ordinaryLux((bin + 0.5) * EXPOSURE_STEP_H)
    return exp(total / seen[bin]!) - 1
  })
}

function binOf(hourOfDay: number): number {
  return Math.min(BINS - 1, Math.floor(hourOfDay / EXPOSURE_STEP_H))
}

function awakeShare(startH: number, count: number, sleeps: readonly DarkSpan[]): Float64Array {
  const awake = new Float64Array(count).fill(1)
  for (const { fromH, toH } of sleeps) {
    const from = (fromH - startH) / EXPOSURE_STEP_H
    const to = (toH - startH) / EXPOSURE_STEP_H
    const last = Math.min(count - 1, Math.floor(to))
    for (let i = Math.max(0, Math.floor(from)); i <= last; i++) {
      awake[i] = Math.max(0, awake[i]! - (Math.min(to, i + 1) - Math.max(from, i)))
    }
  }
  return awake
}
