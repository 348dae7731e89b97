import {
  type Box,
  boxesPath,
  coordinate,
  element,
  label,
  linearScale,
  svgDocument,
  type Theme,
  type ThemeName,
  themeOf,
} from '../../figure/index.ts'
import { log } from '../../math/elementary.ts'
import { quantile } from '../../math/quantile.ts'
import { wallClockAt } from '../../math/time-zone.ts'
import { wallClockText } from '../../math/wall-clock.ts'
import type { PersonalRecord } from '../evidence/personal-record.ts'
import type { SleepEpisode } from '../evidence/sleep-episode.ts'
import { clockBins } from './clock-bins.ts'
import { epochsOfSeries } from './regular-epochs.ts'

/** How an actogram is drawn. */
export type ActogramOptions = {
  readonly theme?: ThemeName | undefined
  /** Unique on its page; `actogram` if there is one. */
  readonly id?: string | undefined
  /** Paint the surface behind it: for a picture that stands alone. */
  readonly background?: boolean | undefined
}

const BIN_S = 600
const BINS_A_DAY = 144
const DAY_S = 86400
/** Days drawn; of a longer record the last. */
const MAX_DAYS = 62
const [LEFT, RIGHT, TOP, ROW] = [96, 936, 44, 40] as const
const [WIDTH, BOTTOM] = [960, 66] as const
/** Of a row: height of the activity, and of the strip of light under it. */
const [ACTIVITY_HEIGHT, LIGHT_HEIGHT] = [26, 6] as const
/** Lux at which each deeper tone of the strip begins. */
const LUX_TONES = [1, 10, 50, 250, 1000, 5000] as const
const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ')
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/**
 * Activity, light and sleep of every day, double plotted: each row is a day and the day after it,
 * on the clock of the record's zone, so that a rhythm that drifts can be followed down. Bars are
 * activity (root of the mean of ten minutes, to the person's 98th percentile), the strip under them
 * light in six tones from 1 to 5,000 lux, bands sleep: filled where measured or written down,
 * outlined where `inferred`. Missing data are drawn as nothing, of a record over 62 days the last.
 */
export function actogramFigure(
  record: PersonalRecord,
  sleeps: readonly SleepEpisode[],
  options: ActogramOptions = {},
): string {
  const theme = themeOf(options.theme ?? 'page')
  const activity = binsOf(record, 'activityCounts')
  const lux = binsOf(record, 'melanopicEdiLux') ?? binsOf(record, 'photopicLux')
  const spans = sleepSpans(record, sleeps)
  const days = daysOf([activity, lux], spans)
  const height = TOP + days.count * ROW + BOTTOM
  const levels = activity === undefined ? undefined : activityLevels(activity)
  const rows = Array.from({ length: days.count }, (_, row) => {
    const day = days.first + row
    const y = TOP + row * ROW
    return [
      dayLabel(day, y, theme),
      sleepBands(spans, day, y, theme),
      levels === undefined ? '' : activityBars(levels, day, y, theme),
      lux === undefined ? '' : lightStrip(lux, day, y, theme),
    ].join('')
  })
  return svgDocument({
    id: options.id ?? 'actogram',
    width: WIDTH,
    height,
    title: 'Activity, light and sleep, day by day',
    description: `${days.count} days, each with the day after it beside it; ${spans.length} sleeps.`,
    theme,
    background: options.background ?? false,
    children: [hourAxis(days.count, theme), ...rows, legend(height - 22, theme)],
  })
}

type Bins = { readonly firstBin: number; readonly means: Float64Array }
type Span = { readonly fromS: number; readonly toS: number; readonly isInferred: boolean }
type Days = { readonly first: number; readonly count: number }

function binsOf(record: PersonalRecord, kind: PersonalRecord['series'][number]['kind']) {
  const series = record.series.find((one) => one.kind === kind)
  const epochs = series && epochsOfSeries(series, 60, kind === 'activityCounts' ? 'sum' : 'mean')
  return epochs && clockBins(epochs, record.zone, BIN_S)
}

/** Onset to offset on the zone's clock; bed and rise where those are not known. */
function sleepSpans({ zone }: PersonalRecord, sleeps: readonly SleepEpisode[]): readonly Span[] {
  return sleeps.flatMap(({ bedMs, onsetMs, offsetMs, riseMs, provenance }) => {
    const [from, to] = [onsetMs ?? bedMs, offsetMs ?? riseMs]
    if (from === undefined || to === undefined) return []
    const [fromS, toS] = [wallClockAt(zone, from), wallClockAt(zone, to)]
    return [{ fromS, toS, isInferred: provenance === 'inferred' }]
  })
}

function daysOf(columns: readonly (Bins | undefined)[], spans: readonly Span[]): Days {
  const days = [
    ...columns.flatMap((bins) =>
      bins === undefined ? [] : [bins.firstBin, bins.firstBin + bins.means.length - 1],
    ),
    ...spans.flatMap(({ fromS, toS }) => [fromS / BIN_S, toS / BIN_S]),
  ].map((bin) => Math.floor(bin / BINS_A_DAY))
  if (days.length === 0) return { first: 0, count: 0 }
  const last = days.reduce((a, b) => Math.max(a, b))
  const first = days.reduce((a, b) => Math.min(a, b))
  const count = Math.min(MAX_DAYS, last - first + 1)
  return { first: last - count + 1, count }
}

/** Activity as heights 0 to 1. */
function activityLevels({ firstBin, means }: Bins): Bins {
  const roots = means.map((value) => Math.sqrt(value))
  const known = roots.filter((value) => !Number.isNaN(value))
  const top = known.length === 0 ? 1 : quantile(known, 0.98) || 1
  return { firstBin, means: roots.map((value) => Math.min(1, value / top)) }
}

const x = linearScale([0, 2 * BINS_A_DAY], [LEFT, RIGHT])
const BIN_WIDTH = (RIGHT - LEFT) / (2 * BINS_A_DAY)

/** The value of each bin of a day and the next, with its place. */
function valuesOf({ firstBin, means }: Bins, day: number): (readonly [number, number])[] {
  const start = day * BINS_A_DAY - firstBin
  return Array.from({ length: 2 * BINS_A_DAY }, (_, bin) => {
    return [bin, means[start + bin] ?? Number.NaN] as const
  })
}

function activityBars(levels: Bins, day: number, y: number, theme: Theme): string {
  const boxes = valuesOf(levels, day).flatMap(([bin, level]): Box[] => {
    const height = level * ACTIVITY_HEIGHT
    return height > 0.2 ? [[x.at(bin), y + ACTIVITY_HEIGHT - height, BIN_WIDTH, height]] : []
  })
  const base = `M${LEFT},${y + ACTIVITY_HEIGHT}H${RIGHT}`
  return (
    element('path', { d: base, stroke: theme.grid, fill: 'none' }) +
    (boxes.length === 0 ? '' : element('path', { d: boxesPath(boxes), fill: theme.ink }))
  )
}

function lightStrip(lux: Bins, day: number, y: number, theme: Theme): string {
  const tones: Box[][] = LUX_TONES.map(() => [])
  for (const [bin, value] of valuesOf(lux, day)) {
    const tone = LUX_TONES.findLastIndex((from) => value >= from)
    tones[tone]?.push([x.at(bin), y + ACTIVITY_HEIGHT + 1, BIN_WIDTH, LIGHT_HEIGHT])
  }
  return tones
    .map((boxes, tone) =>
      boxes.length === 0
        ? ''
        : element('path', {
            d: boxesPath(boxes),
            fill: theme.stages.W,
            'fill-opacity': toneOpacity(tone),
          }),
    )
    .join('')
}

/** Even steps of the logarithm of lux. */
function toneOpacity(tone: number): number {
  return 0.1 + (0.9 * log(LUX_TONES[tone]! * 1.5)) / log(7500)
}

function sleepBands(spans: readonly Span[], day: number, y: number, theme: Theme): string {
  const start = day * DAY_S
  return spans
    .flatMap(({ fromS, toS, isInferred }) => {
      const from = Math.max(0, fromS - start)
      const to = Math.min(2 * DAY_S, toS - start)
      if (to <= from) return []
      const box = {
        x: x.at(from / BIN_S),
        y: y - 3,
        width: x.at(to / BIN_S) - x.at(from / BIN_S),
        height: ACTIVITY_HEIGHT + 3,
        rx: 3,
      }
      const filled = { fill: theme.accent, 'fill-opacity': 0.28 }
      const outlined = { fill: 'none', stroke: theme.accent, 'stroke-width': 1.4 }
      return [element('rect', { ...box, ...(isInferred ? outlined : filled) })]
    })
    .join('')
}

function dayLabel(day: number, y: number, theme: Theme): string {
  const date = wallClockText(day * DAY_S)
  const weekday = WEEKDAYS[(((day + 4) % 7) + 7) % 7]!
  const words = `${weekday} ${Number(date.slice(8, 10))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`
  const style = { 'text-anchor': 'end', 'font-size': 12, fill: theme.muted }
  return label(LEFT - 10, y + ACTIVITY_HEIGHT - 4, words, style)
}

function hourAxis(nDays: number, theme: Theme): string {
  return [0, 6, 12, 18, 24, 30, 36, 42, 48]
    .map((hour) => {
      const at = x.at(hour * 6)
      const d = `M${coordinate(at)},${TOP - 8}V${TOP + nDays * ROW - 6}`
      const isMidnight = hour % 24 === 0
      const words = `${String(hour % 24).padStart(2, '0')}:00`
      return (
        element('path', {
          d,
          stroke: isMidnight ? theme.muted : theme.grid,
          'stroke-dasharray': isMidnight ? '2 3' : undefined,
          fill: 'none',
        }) +
        label(at, TOP - 16, words, { 'text-anchor': 'middle', 'font-size': 12, fill: theme.muted })
      )
    })
    .join('')
}

function legend(y: number, theme: Theme): string {
  const words = { 'font-size': 12, fill: theme.muted }
  const box = { y: y - 11, width: 22, height: 13, rx: 3 }
  const tones = LUX_TONES.map((_, tone) =>
    element('rect', {
      x: LEFT + 430 + tone * 14,
      y: y - 8,
      width: 14,
      height: LIGHT_HEIGHT,
      fill: theme.stages.W,
      'fill-opacity': toneOpacity(tone),
    }),
  )
  return [
    element('path', { d: `M${LEFT},${y}v-4h4v-6h4v3h4v7Z`, fill: theme.ink }),
    label(LEFT + 20, y, 'activity', words),
    element('rect', { ...box, x: LEFT + 90, fill: theme.accent, 'fill-opacity': 0.28 }),
    label(LEFT + 118, y, 'sleep, reported', words),
    element('rect', { ...box, x: LEFT + 230, fill: 'none', stroke: theme.accent }),
    label(LEFT + 258, y, 'sleep, from activity', words),
    label(LEFT + 395, y, 'light', words),
    ...tones,
    label(LEFT + 522, y, '1 to 5,000 lux and above', words),
  ].join('')
}
