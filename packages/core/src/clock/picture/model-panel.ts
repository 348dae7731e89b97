import { label } from '../../figure/index.ts'
import type { ClockEstimate } from '../fit/clock-estimate.ts'
import type { Interval80 } from '../fit/clock-posterior.ts'
import { type ClockFrame, type ClockPanel, phaseBand } from './clock-frame.ts'

const ROW = 18
const BAR = 9

type Row = { readonly name: string; readonly dlmoH: Interval80; readonly cbtminH: Interval80 }

/** The last night by each model, and by all of them together. */
export function modelPanel(estimate: ClockEstimate, frame: ClockFrame): ClockPanel {
  const { x, theme } = frame
  const rows: Row[] = estimate.models.map(({ model, dlmoH, cbtminH }) => ({
    name: model,
    dlmoH,
    cbtminH,
  }))
  rows.push({ name: 'together', dlmoH: estimate.dlmoH, cbtminH: estimate.cbtminH })
  const markup = rows.map(({ name, dlmoH, cbtminH }, k) => {
    const y = k * ROW + 5
    const bold = k === rows.length - 1 ? 600 : undefined
    const words = { 'font-size': 11, 'text-anchor': 'end', 'font-weight': bold }
    return [
      label(x.range[0] - 8, y + BAR, name, { ...words, fill: bold ? theme.ink : theme.muted }),
      phaseBand(frame, dlmoH, theme.accent, y, BAR),
      phaseBand(frame, cbtminH, theme.stages.R, y, BAR),
    ].join('')
  })
  return { height: rows.length * ROW + 6, markup: markup.join('') }
}
