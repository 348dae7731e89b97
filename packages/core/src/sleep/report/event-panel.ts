import { boxesPath, coordinate, element, label, linearScale } from '../../figure/index.ts'
import type { Night } from '../night/night.ts'
import type { Frame, Panel } from './frame.ts'

/** Events are counted in stretches of five minutes. */
const EVENT_BIN_S = 300

/** One kind of event: its name, when each began, and the colour it is drawn in. */
export type EventRow = {
  readonly name: string
  readonly startsS: readonly number[]
  readonly colour: string
  /** Single strokes instead of counts: for what happens a few times a night. */
  readonly strokes?: boolean
}

/** The kinds of events of a night that were looked for, in the order they are drawn. */
export function eventRows(night: Night, frame: Frame): EventRow[] {
  const { stages, accent, ink } = frame.theme
  const starts = (events: readonly { readonly startS: number }[]): number[] =>
    events.map((event) => event.startS)
  return [
    { name: 'Spindles', startsS: starts(night.spindles), colour: stages.N2 },
    { name: 'Slow waves', startsS: starts(night.slowWaves), colour: stages.N3 },
    ...(night.rems
      ? [{ name: 'Eye movements', startsS: starts(night.rems), colour: stages.R }]
      : []),
    { name: 'Arousals', startsS: starts(night.arousals), colour: accent, strokes: true },
    { name: 'Movements', startsS: starts(night.movements), colour: ink, strokes: true },
  ]
}

/** Events per minute in five-minute bars, or single strokes, on the shared time axis. */
export function eventPanel(row: EventRow, frame: Frame): Panel {
  return row.strokes ? strokePanel(row, frame) : countPanel(row, frame)
}

/** Events that begin in each stretch of `binS` seconds up to `endS`. */
export function countsPer(startsS: readonly number[], binS: number, endS: number): number[] {
  const counts = new Array<number>(Math.max(1, Math.ceil(endS / binS))).fill(0)
  for (const startS of startsS) {
    const bin = Math.floor(startS / binS)
    if (bin >= 0 && bin < counts.length) counts[bin] = counts[bin]! + 1
  }
  return counts
}

function countPanel(row: EventRow, frame: Frame): Panel {
  const height = frame.layout === 'wide' ? 50 : 42
  const endS = frame.time.domain[1]
  const perMinute = countsPer(row.startsS, EVENT_BIN_S, endS).map((n) => n / (EVENT_BIN_S / 60))
  const most = Math.max(1, ...perMinute)
  const y = linearScale([0, most], [height, 4])
  const boxes = perMinute
    .map((value, i) => {
      const x0 = frame.time.at(i * EVENT_BIN_S)
      const x1 = frame.time.at(Math.min(endS, (i + 1) * EVENT_BIN_S))
      const gap = Math.min(1, (x1 - x0) / 4)
      return [x0 + gap / 2, y.at(value), x1 - x0 - gap, height - y.at(value)] as const
    })
    .filter(([, , , h]) => h > 0)
  const bars = boxes.length ? element('path', { d: boxesPath(boxes), fill: row.colour }) : ''
  const top = `${Math.round(most * 10) / 10}/min`
  return { height, markup: base(frame, height) + bars + names(frame, row.name, top, height) }
}

function strokePanel(row: EventRow, frame: Frame): Panel {
  const height = 20
  const d = row.startsS
    .map((startS) => `M${coordinate(frame.time.at(startS))},2V${height - 3}`)
    .join('')
  const strokes = d ? element('path', { d, stroke: row.colour, 'stroke-width': 1.2 }) : ''
  return { height, markup: base(frame, height) + strokes + names(frame, row.name, '', height) }
}

function base(frame: Frame, height: number): string {
  const [left, right] = frame.time.range
  return element('path', { d: `M${left},${height}H${right}`, stroke: frame.theme.grid })
}

/** On a phone the name stands over the bars; on a desk beside them. */
function names(frame: Frame, name: string, top: string, height: number): string {
  const x = frame.time.range[0] - 8
  const words = { 'text-anchor': 'end', fill: frame.theme.ink }
  const small = { ...words, 'font-size': 10.5, fill: frame.theme.muted }
  if (frame.layout === 'wide') {
    const middle = top ? height / 2 + 8 : height / 2 + 4.5
    return (
      label(x, middle, name, { ...words, 'font-size': 12.5 }) +
      (top ? label(x, 12, top, small) : '')
    )
  }
  const short = { ...words, 'font-size': 10.5 }
  const [first, second] = name.replace('ovements', 'oves').split(' ')
  const middle = height / 2 + (second ? 0 : 4)
  return label(x, middle, first!, short) + (second ? label(x, middle + 12, second, short) : '')
}
