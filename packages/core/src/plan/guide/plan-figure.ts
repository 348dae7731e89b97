import {
  boxesPath,
  coordinate,
  element,
  type LinearScale,
  label,
  linearScale,
  svgDocument,
  type Theme,
  type ThemeName,
  themeOf,
} from '../../figure/index.ts'
import { hourOfDayAt, type TimeZone } from '../../math/time-zone.ts'
import { adviceTitle } from './calendar.ts'
import { addDays, momentOf } from './itinerary.ts'
import type { AdviceKind, Plan, PlanDay } from './plan.ts'
import { clockWords, dateWords, intervalWords } from './words.ts'

/** How a plan is drawn: for a desk or a phone, and in which colours. */
export type PlanFigureOptions = {
  readonly layout?: 'wide' | 'narrow' | undefined
  readonly theme?: ThemeName | undefined
  readonly id?: string | undefined
  /** Paint the surface behind it: for a picture that stands alone. */
  readonly background?: boolean | undefined
}

/** What is drawn as a bar in a row: where it lies in the row, and how it looks. */
type Bar = { readonly top: number; readonly height: number; readonly word: string }

type Row = {
  readonly date: string
  readonly zone: TimeZone
  readonly startMs: number
  readonly endMs: number
  readonly y: number
}

type Frame = {
  readonly theme: Theme
  readonly hours: LinearScale
  readonly rows: readonly Row[]
  readonly narrow: boolean
  readonly width: number
}

const ROW = { wide: 46, narrow: 40 } as const
const SPANS = { wide: [1060, 132, 1044], narrow: [358, 58, 350] } as const
const HEAD = 62
/** A picture of more days than this cannot be read. */
const MOST_ROWS = 28
const BARS: Readonly<Partial<Record<AdviceKind, Bar>>> = {
  sleep: { top: 6, height: 22, word: 'sleep' },
  nap: { top: 6, height: 22, word: 'nap' },
  seekLight: { top: 6, height: 22, word: 'light' },
  avoidLight: { top: 6, height: 22, word: 'dim' },
}

/**
 * The coming days as an SVG: a row per date from midnight to midnight of the local clock; sleep,
 * light to seek, light to avoid, naps, caffeine and melatonin, work and flights, and the clock's
 * low point (CBTmin) with its 80 % interval, which the rows lead towards its goal.
 */
export function planFigure(plan: Plan, options: PlanFigureOptions = {}): string {
  const layout = options.layout ?? 'wide'
  const [width, left, right] = SPANS[layout]
  const theme = themeOf(options.theme ?? 'page')
  const rows = rowsOf(plan, HEAD, ROW[layout])
  const hours = linearScale([0, 24], [left, right])
  const frame: Frame = { theme, hours, rows, narrow: layout === 'narrow', width }
  const bottom = HEAD + rows.length * ROW[layout]
  return svgDocument({
    id: options.id ?? 'plan',
    width,
    height: bottom + 24,
    title: 'The coming days',
    description: `${plan.headline} ${plan.days.map(dayWords).join(' ')}`,
    theme,
    background: options.background ?? false,
    children: [
      legend(frame, plan),
      grid(frame, bottom),
      ...rows.map((row) => rowMarkup(plan, row, frame)),
      lowPoints(plan, frame),
    ],
  })
}

function dayWords({ date, zone, advice, predicted }: PlanDay): string {
  const pieces = advice.map(({ kind, fromMs, toMs, level }) => {
    const times = `${clockWords(zone, fromMs)} to ${clockWords(zone, toMs)}`
    return `${adviceTitle(kind, level).toLowerCase()} ${times}`
  })
  const low = intervalWords(predicted.cbtmin, zone)
  return `${dateWords(date)}: ${pieces.join('; ')}; low point ${low}.`
}

/** One row per local date that the plan touches; where a day has no zone of its own, the last's. */
function rowsOf({ days }: Plan, top: number, height: number): Row[] {
  const first = days[0]
  const last = days.at(-1)
  if (!first || !last) return []
  const zones = new Map(days.map(({ date, zone }) => [date, zone]))
  const rows: Row[] = []
  let zone = first.zone
  const until = last.predicted.sleep.offsetMs
  for (let i = 0; i < MOST_ROWS; i++) {
    const date = addDays(first.date, i)
    zone = zones.get(date) ?? zone
    const startMs = momentOf(zone, date, 0)
    if (startMs >= until) break
    const endMs = momentOf(zone, addDays(date, 1), 0)
    rows.push({ date, zone, startMs, endMs, y: top + i * height })
  }
  return rows
}

function grid({ theme, hours, rows, narrow }: Frame, bottom: number): string {
  const step = narrow ? 6 : 3
  const lines: string[] = []
  for (let hour = 0; hour <= 24; hour += step) {
    const x = hours.at(hour)
    lines.push(element('path', { d: `M${coordinate(x)},${HEAD}V${bottom}`, stroke: theme.grid }))
    const text = String(hour === 24 ? 0 : hour).padStart(2, '0')
    const words = { 'text-anchor': 'middle', 'font-size': 12, fill: theme.muted }
    lines.push(label(x, bottom + 17, text, words))
    lines.push(label(x, HEAD - 6, text, words))
  }
  const rules = rows.map(({ y }) =>
    element('path', { d: `M${hours.range[0]},${y}H${hours.range[1]}`, stroke: theme.grid }),
  )
  return lines.join('') + rules.join('')
}

function rowMarkup(plan: Plan, row: Row, frame: Frame): string {
  const { theme, hours, narrow } = frame
  const parts = rowLabel(row, plan, frame)
  for (const { kind, fromMs, toMs } of plan.fixed) {
    const box = clipped(fromMs, toMs, row, hours)
    if (box) parts.push(fixedBar(kind, box[0], box[1], row, frame))
  }
  const advice = plan.days.flatMap((day) => day.advice)
  for (const { kind, fromMs, toMs, level, first } of advice) {
    const box = clipped(fromMs, toMs, row, hours)
    const bar = BARS[kind]
    if (box && bar) {
      const long = kind === 'seekLight' && !narrow && level !== undefined
      const word = long ? `light ${level}+ lux` : bar.word
      const clear = clearOf(plan, row, box, hours)
      parts.push(adviceBar(kind, { ...bar, word }, box, clear, row, theme, first === true))
    } else if (!bar && fromMs >= row.startMs && fromMs < row.endMs) {
      parts.push(dose(kind, hours.at(hourOfDayAt(row.zone, fromMs)), row, theme))
    }
  }
  return parts.join('')
}

function rowLabel({ date, zone, y }: Row, plan: Plan, frame: Frame): string[] {
  const { theme, narrow, rows } = frame
  const [weekday, day, month] = dateWords(date).split(' ')
  const at = rows.findIndex((row) => row.date === date)
  const moved = at > 0 && rows[at - 1]!.zone !== zone
  const place = zone.split('/').at(-1)!.replaceAll('_', ' ')
  const reached = plan.reentrainedOn === date ? 'goal reached' : undefined
  const small = { 'font-size': narrow ? 10 : 11, fill: theme.muted }
  const short = `${weekday!.slice(0, 3)} ${day}`
  const words = narrow ? short : `${short} ${month!.slice(0, 3)}`
  const below = moved ? place : reached
  return [
    label(narrow ? 2 : 8, y + 20, words, { 'font-size': narrow ? 12 : 13, 'font-weight': 600 }),
    below === undefined || narrow ? '' : label(8, y + 35, below, small),
  ]
}

/** Left and right of what lies within a row; undefined when nothing does. */
function clipped(
  fromMs: number,
  toMs: number,
  row: Row,
  hours: LinearScale,
): readonly [number, number] | undefined {
  const from = Math.max(fromMs, row.startMs)
  const to = Math.min(toMs, row.endMs)
  if (to <= from) return undefined
  const right = to === row.endMs ? 24 : hourOfDayAt(row.zone, to)
  return [hours.at(hourOfDayAt(row.zone, from)), hours.at(right)]
}

/** Work and flights: a hairline frame under the advice, with its word. */
function fixedBar(
  kind: 'work' | 'flight',
  x0: number,
  x1: number,
  { y }: Row,
  { theme, narrow, hours }: Frame,
): string {
  const [top, height] = [y + (narrow ? 30 : 31), 8]
  const box = { x: x0, y: top, width: Math.max(1, x1 - x0), height, rx: 2 }
  const fill = kind === 'flight' ? theme.accent : 'none'
  const frame = element('rect', { ...box, fill, stroke: theme.muted, 'stroke-width': 1 })
  if (narrow || x1 - x0 < 44) return frame
  const words = { 'font-size': 10, fill: theme.muted }
  const leaves = x1 + 40 > hours.range[1]
  if (leaves) return frame + label(x0 - 5, top + 8, kind, { ...words, 'text-anchor': 'end' })
  return frame + label(x1 + 5, top + 8, kind, words)
}

function adviceBar(
  kind: AdviceKind,
  bar: Bar,
  [x0, x1]: readonly [number, number],
  clear: readonly [number, number],
  { y }: Row,
  theme: Theme,
  first: boolean,
): string {
  const width = Math.max(1.5, x1 - x0)
  const box = { x: x0, y: y + bar.top, width, height: bar.height, rx: 4 }
  const dim = kind === 'avoidLight'
  const fill = dim ? theme.muted : kind === 'seekLight' ? theme.stages.W : sleepColour(kind, theme)
  const rect = element('rect', {
    ...box,
    fill,
    'fill-opacity': dim ? 0.3 : 1,
    ...(first && { stroke: theme.ink, 'stroke-width': 2 }),
  })
  const stripes = dim ? element('path', { d: stripesPath(box), fill: theme.muted }) : ''
  const room = clear[1] - clear[0] > bar.word.length * 7.6 + 8
  const middle = (clear[0] + clear[1]) / 2
  const words = {
    'font-size': 12,
    'text-anchor': 'middle',
    fill: dim ? theme.ink : theme.surface,
    'font-weight': 600,
  }
  return rect + stripes + (room ? label(middle, y + bar.top + 15.5, bar.word, words) : '')
}

/** The longer part of a bar that no low point's interval covers: room for a word. */
function clearOf(
  { days }: Plan,
  row: Row,
  [x0, x1]: readonly [number, number],
  hours: LinearScale,
): readonly [number, number] {
  let clear: readonly [number, number] = [x0, x1]
  for (const { predicted } of days) {
    const low = clipped(predicted.cbtmin.lo80Ms, predicted.cbtmin.hi80Ms, row, hours)
    if (!low || low[1] < clear[0] || low[0] > clear[1]) continue
    const left = low[0] - 6 - clear[0]
    const right = clear[1] - low[1] - 6
    clear = left > right ? [clear[0], low[0] - 6] : [low[1] + 6, clear[1]]
  }
  return clear
}

function sleepColour(kind: AdviceKind, theme: Theme): string {
  return kind === 'nap' ? theme.stages.N1 : theme.stages.N2
}

/** A lid along the top of a bar: light kept out, told without colour. */
function stripesPath({ x, y, width }: { x: number; y: number; width: number }): string {
  return boxesPath([[x, y, width, 4]])
}

/** Caffeine, its end, and melatonin: a letter in a ring. */
function dose(kind: AdviceKind, x: number, { y }: Row, theme: Theme): string {
  const letter = kind === 'melatonin' ? 'M' : 'C'
  const off = kind === 'noCaffeine'
  const colour = kind === 'melatonin' ? theme.accent : theme.stages.N3
  const ring = { cx: x, cy: y + 17, r: 8, fill: theme.surface, stroke: colour, 'stroke-width': 2 }
  const words = { 'font-size': 11, 'text-anchor': 'middle', fill: theme.ink, 'font-weight': 700 }
  const strike = off
    ? element('path', {
        d: `M${coordinate(x - 6)},${y + 23}L${coordinate(x + 6)},${y + 11}`,
        stroke: colour,
        'stroke-width': 2,
      })
    : ''
  return element('circle', ring) + label(x, y + 21, letter, words) + strike
}

/** The low point of each night with its interval, joined where the line does not turn midnight. */
function lowPoints({ days }: Plan, { rows, theme, hours }: Frame): string {
  const parts: string[] = []
  let before: { x: number; y: number } | undefined
  for (const { predicted } of days) {
    const { medianMs, lo80Ms, hi80Ms } = predicted.cbtmin
    const row = rows.find(({ startMs, endMs }) => medianMs >= startMs && medianMs < endMs)
    if (!row) continue
    const [x, y] = [hours.at(hourOfDayAt(row.zone, medianMs)), row.y + 17]
    const span = clipped(lo80Ms, hi80Ms, row, hours)
    const colour = theme.stages.R
    if (before && Math.abs(before.x - x) < hours.at(6) - hours.at(0)) {
      const d = `M${coordinate(before.x)},${coordinate(before.y)}L${coordinate(x)},${coordinate(y)}`
      parts.unshift(element('path', { d, stroke: colour, 'stroke-width': 1.5, fill: 'none' }))
    }
    if (span) {
      const d = `M${coordinate(span[0])},${y}H${coordinate(span[1])}`
      const line = { d, 'stroke-width': 4, 'stroke-linecap': 'round', fill: 'none' }
      parts.push(element('path', { ...line, stroke: theme.surface, 'stroke-width': 7 }))
      parts.push(element('path', { ...line, stroke: colour }))
    }
    const dot = { cx: x, cy: y, r: 5.5, fill: colour, stroke: theme.surface, 'stroke-width': 2 }
    parts.push(element('circle', dot))
    before = { x, y }
  }
  return parts.join('')
}

function legend({ theme, narrow, width }: Frame, plan: Plan): string {
  const kinds = new Set(plan.days.flatMap((day) => day.advice.map(({ kind }) => kind)))
  const items: readonly (readonly [string, string, string])[] = [
    ['sleep', theme.stages.N2, 'sleep'],
    ['nap', theme.stages.N1, 'nap'],
    ['seekLight', theme.stages.W, narrow ? 'light' : 'seek light'],
    ['avoidLight', theme.muted, narrow ? 'dim' : 'keep it dim'],
    ['first', theme.ink, narrow ? '' : 'framed: the first thing that day'],
    [
      'low',
      theme.stages.R,
      narrow ? 'low point' : "body clock's low point, 80 % sure within the line",
    ],
  ]
  let x = 8
  const parts: string[] = []
  if (!narrow) {
    const title = { 'font-size': 14, 'font-weight': 700 }
    const [first] = plan.headline.split('. ')
    parts.push(label(8, 20, shortened(first!.replace(/\.$/, ''), Math.floor(width / 8)), title))
  }
  const y = narrow ? 20 : 40
  for (const [kind, colour, words] of items) {
    const always = kind === 'low' || (kind === 'first' && words !== '')
    if (!always && !kinds.has(kind as AdviceKind)) continue
    const mark =
      kind === 'low'
        ? element('circle', { cx: x + 6, cy: y - 4, r: 5.5, fill: colour })
        : element('rect', {
            x,
            y: y - 10,
            width: 12,
            height: 12,
            rx: 3,
            fill: kind === 'first' ? 'none' : colour,
            'fill-opacity': kind === 'avoidLight' ? 0.45 : 1,
            ...(kind === 'first' && { stroke: colour, 'stroke-width': 2 }),
          })
    parts.push(mark, label(x + 17, y, words, { 'font-size': 12, fill: theme.muted }))
    x += 17 + words.length * (narrow ? 6.6 : 6.9) + 16
  }
  return parts.join('')
}

function shortened(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`
}
