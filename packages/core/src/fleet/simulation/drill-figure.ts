import {
  clockTicks,
  coordinate,
  element,
  type LinearScale,
  label,
  linearScale,
  linePath,
  niceTicks,
  svgDocument,
  type Theme,
  type ThemeName,
  themeOf,
  timeGrid,
  timeLabels,
  valueAxis,
} from '../../figure/index.ts'
import type { DrillReport } from './drill.ts'
import type { DrillSample } from './drill-watch.ts'

const WIDTH = 960
const [LEFT, RIGHT, TOP, HEIGHT] = [64, 20, 86, 230]
const BOTTOM: number = TOP + HEIGHT
const ROW = 19

/** The modes from below, and what they are drawn in. */
const MODES = [
  ['natural', 'N3'],
  ['guidance', 'N1'],
  ['control', 'R'],
] as const

type Frame = { readonly x: LinearScale; readonly y: LinearScale; readonly theme: Theme }

/**
 * A drill as a picture: devices by mode stacked over time, connections at the centre as a line, a
 * numbered mark for each moment with its words below, and the epochs along the top. SVG with a
 * title and a description in words.
 */
export function drillFigure(
  report: DrillReport,
  options: { readonly theme: ThemeName; readonly id?: string; readonly background?: boolean },
): string {
  const theme = themeOf(options.theme)
  const { samples, moments, devices } = report
  const endS = Math.max(1, samples.at(-1)?.atS ?? 1)
  const x = linearScale([0, endS], [LEFT, WIDTH - RIGHT])
  const y = linearScale([0, devices], [BOTTOM, TOP])
  const frame: Frame = { x, y, theme }
  const ticks = clockTicks(0, endS, 10, undefined)
  const listTop = BOTTOM + 48
  return svgDocument({
    ...{ id: options.id ?? 'drill', width: WIDTH, height: listTop + ROW * moments.length + 8 },
    ...{ theme, background: options.background ?? false },
    title: 'The failsafe, rehearsed',
    description: moments.map(({ atS, words }) => `${clock(atS)} ${words}`).join('; '),
    children: [
      label(16, 26, 'The failsafe, rehearsed', { 'font-size': 17, 'font-weight': 600 }),
      legend(report, theme),
      ...MODES.map(([, stage], k) => {
        return element('path', { d: areaPath(samples, k, frame), fill: theme.stages[stage] })
      }),
      valueAxis(y, niceTicks(0, devices, 4), [LEFT, WIDTH - RIGHT], theme),
      timeGrid(x, ticks, TOP, BOTTOM, theme),
      connections(samples, frame),
      epochs(samples, frame),
      timeLabels(x, ticks, BOTTOM + 18, theme),
      marks(report, frame, listTop),
    ],
  })
}

/** Everything from below to mode number `k`, drawn over what is above it. */
function areaPath(samples: readonly DrillSample[], k: number, { x, y }: Frame): string {
  const under = (sample: DrillSample): number =>
    MODES.slice(0, k).reduce((sum, [mode]) => sum + sample[mode], 0)
  const top = (sample: DrillSample): number => under(sample) + sample[MODES[k]![0]]
  const point = (sample: DrillSample, count: number): string =>
    `${coordinate(x.at(sample.atS))},${coordinate(y.at(count))}`
  const there = samples.map((sample) => point(sample, top(sample)))
  const back = [...samples].reverse().map((sample) => point(sample, under(sample)))
  return there.length === 0 ? '' : `M${[...there, ...back].join('L')}Z`
}

function connections(samples: readonly DrillSample[], { x, y, theme }: Frame): string {
  const xs = samples.map(({ atS }) => x.at(atS))
  const ys = samples.map(({ connected }) => y.at(connected))
  const around = { fill: 'none', stroke: theme.surface, 'stroke-width': 4 }
  const line = { fill: 'none', stroke: theme.ink, 'stroke-width': 1.8 }
  const d = linePath(xs, ys)
  return element('path', { d, ...around }) + element('path', { d, ...line })
}

function epochs(samples: readonly DrillSample[], { x, theme }: Frame): string {
  return samples
    .filter(({ epoch }, i) => i === 0 || epoch !== samples[i - 1]!.epoch)
    .map(({ atS, epoch }, i) => {
      const anchor = i === 0 ? 'start' : 'middle'
      const style = { 'font-size': 11, fill: theme.muted, 'text-anchor': anchor }
      return label(x.at(atS), TOP - 26, i === 0 ? `epoch ${epoch}` : String(epoch), style)
    })
    .join('')
}

/** Numbered marks; where two would lie on each other the later steps aside. */
function marks({ moments }: DrillReport, { x, theme }: Frame, listTop: number): string {
  let lastX = Number.NEGATIVE_INFINITY
  return moments
    .map(({ atS, words }, i) => {
      const at = x.at(atS)
      const aside = Math.min(WIDTH - RIGHT, Math.max(at, lastX + 20))
      lastX = aside
      const d = `M${coordinate(aside)},${TOP - 8}L${coordinate(at)},${TOP}V${BOTTOM}`
      const dashes = { stroke: theme.ink, 'stroke-dasharray': '2 3', fill: 'none' }
      const number = { 'text-anchor': 'middle', 'font-size': 11, 'font-weight': 600 }
      const y = listTop + ROW * i
      return [
        element('path', { d, ...dashes }),
        label(aside, TOP - 11, String(i + 1), number),
        label(LEFT - 18, y, String(i + 1), { 'text-anchor': 'end', 'font-weight': 600 }),
        label(LEFT + 34, y, clock(atS), { 'text-anchor': 'end', fill: theme.muted }),
        label(LEFT + 44, y, words),
      ].join('')
    })
    .join('')
}

function legend({ devices, seed }: DrillReport, theme: Theme): string {
  let at = 16
  const boxes = MODES.map(([mode, stage]) => {
    const fill = theme.stages[stage]
    const box = element('rect', { x: at, y: 37, width: 11, height: 11, rx: 2, fill })
    const words = label(at + 16, 47, mode, { 'font-size': 12, fill: theme.muted })
    at += 84
    return box + words
  })
  const d = `M${at},43h14`
  const line = element('path', { d, stroke: theme.ink, 'stroke-width': 1.8, fill: 'none' })
  const style = { 'font-size': 12, fill: theme.muted }
  const words = `connected · ${devices} simulated devices, seed ${seed}`
  return [...boxes, line, label(at + 20, 47, words, style)].join('')
}

/** Hours and minutes since the evening. */
function clock(atS: number): string {
  const minutes = Math.floor(atS / 60)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}
