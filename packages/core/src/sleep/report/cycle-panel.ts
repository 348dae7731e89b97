import { element, label } from '../../figure/index.ts'
import { cycles } from '../hypnogram/cycle.ts'
import type { Night } from '../night/night.ts'
import type { Frame, Panel } from './frame.ts'
import type { Cell, Table } from './html.ts'
import { momentText } from './words.ts'

/** Brackets over the hypnogram, one for each NREM-REM cycle; no height when there is none. */
export function cyclePanel(night: Night, frame: Frame): Panel {
  const found = cycles(night)
  if (found.length === 0) return { height: 0, markup: '' }
  const height = 18
  const markup = found.map(({ start, end, complete }, i) => {
    const x0 = frame.time.at(start * night.epochS) + 1.5
    const x1 = Math.max(x0 + 1, frame.time.at(end * night.epochS) - 1.5)
    const words = frame.layout === 'wide' && x1 - x0 > 60 ? `Cycle ${i + 1}` : String(i + 1)
    const line = element('path', {
      d: `M${x0.toFixed(2)},${height - 1}v-3H${x1.toFixed(2)}v3`,
      stroke: frame.theme.muted,
      fill: 'none',
      'stroke-dasharray': complete ? undefined : '2 3',
    })
    const middle = { 'text-anchor': 'middle', 'font-size': 11, fill: frame.theme.muted }
    return line + label((x0 + x1) / 2, height - 8, words, middle)
  })
  return { height, markup: markup.join('') }
}

/** The cycles of the night with the minutes in each. */
export function cycleTable(night: Night): Table {
  const rows = cycles(night).map(({ start, nremMin, remMin, complete }, i): Cell[] => [
    { text: String(i + 1), note: complete ? '' : 'not whole' },
    { number: momentText(night, start * night.epochS) },
    { number: nremMin.toFixed(1) },
    { number: remMin.toFixed(1) },
  ])
  return {
    caption: 'Cycles of NREM and REM sleep (Feinberg & Floyd 1979), minutes in each',
    head: ['Cycle', 'From', 'NREM', 'REM'],
    rows,
  }
}
