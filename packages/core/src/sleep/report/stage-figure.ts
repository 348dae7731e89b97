import {
  durationText,
  element,
  label,
  linearScale,
  svgDocument,
  themeOf,
} from '../../figure/index.ts'
import type { Night } from '../night/night.ts'
import type { FigureOptions } from './frame.ts'
import { stageLabel } from './stage-name.ts'
import { usualRanges } from './usual-range.ts'
import { percent } from './words.ts'

const ROWS = [
  { stage: 'R', share: 'remPct', minutes: 'remMin' },
  { stage: 'N1', share: 'n1Pct', minutes: 'n1Min' },
  { stage: 'N2', share: 'n2Pct', minutes: 'n2Min' },
  { stage: 'N3', share: 'n3Pct', minutes: 'n3Min' },
] as const

const BANDS = ' The pale bands behind REM and Drowsy are the usual ranges of other people.'

/**
 * How sleep was divided: a bar per stage of sleep with its share of total sleep time, over a pale
 * band that is the usual range of other people, for the stages that have one (REM and N1) and a
 * whole night. An SVG of one size that is legible on a phone and on a desk.
 */
export function stagesFigure(night: Night, options: FigureOptions = {}): string {
  const theme = themeOf(options.theme ?? 'page')
  const [width, left, right, row] = [420, 0, 420, 56]
  const shares = ROWS.map(({ share }) => night.statistics[share] ?? Number.NaN)
  const most = Math.max(65, ...shares.map((s) => (Number.isNaN(s) ? 0 : s)))
  const x = linearScale([0, most], [left, right])
  const ranges = usualRanges(night)
  const band = ([low, high]: readonly [number, number], y: number) => {
    return { x: x.at(low), y: y + 21, width: x.at(high) - x.at(low), height: 24, rx: 4 }
  }
  const rows = ROWS.map(({ stage, share: name, minutes }, i) => {
    const y = i * row
    const range = ranges.get(name)?.usual
    const share = Number.isNaN(shares[i]!) ? 0 : shares[i]!
    const words = `${durationText(night.statistics[minutes])} · ${percent(share / 100)}`
    const bar = { x: left, y: y + 27, width: Math.max(1, x.at(share)), height: 12 }
    return [
      label(left, y + 13, stageLabel(stage), { 'font-size': 14, 'font-weight': 600 }),
      label(right, y + 13, words, { 'text-anchor': 'end', 'font-size': 14 }),
      range ? element('rect', { ...band(range, y), fill: theme.muted, 'fill-opacity': 0.22 }) : '',
      element('rect', { ...bar, rx: 3, fill: theme.stages[stage] }),
    ].join('')
  })
  const described = ROWS.map(({ stage, minutes }, i) => {
    const share = percent(shares[i]! / 100)
    return `${stageLabel(stage)} ${durationText(night.statistics[minutes])}, ${share} of sleep`
  })
  return svgDocument({
    id: options.id ?? 'stages',
    width,
    height: ROWS.length * row,
    title: 'Time in each stage of sleep',
    description: `${described.join('; ')}.${ranges.size > 0 ? BANDS : ''}`,
    theme,
    children: rows,
  })
}
