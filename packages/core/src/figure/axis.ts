import type { ClockTick } from './clock.ts'
import { label } from './document.ts'
import { coordinate, element } from './markup.ts'
import type { LinearScale } from './scale.ts'
import type { Theme } from './theme.ts'

/** Vertical hairlines of a time axis from `top` to `bottom`; midnight is a little stronger. */
export function timeGrid(
  scale: LinearScale,
  ticks: readonly ClockTick[],
  top: number,
  bottom: number,
  theme: Theme,
): string {
  return ticks
    .map(({ atS, midnight }) => {
      const d = `M${coordinate(scale.at(atS))},${top}V${bottom}`
      const dashes = midnight ? { 'stroke-dasharray': '2 3', stroke: theme.muted } : {}
      return element('path', { d, stroke: theme.grid, ...dashes, fill: 'none' })
    })
    .join('')
}

/**
 * The words under a time axis at `y`; the first and last lean inwards so that none leaves the
 * drawing.
 */
export function timeLabels(
  scale: LinearScale,
  ticks: readonly ClockTick[],
  y: number,
  theme: Theme,
  size = 12,
): string {
  const [left, right] = scale.range
  return ticks
    .map(({ atS, label: text, midnight }) => {
      const x = scale.at(atS)
      const anchor = x < left + 12 ? 'start' : x > right - 14 ? 'end' : 'middle'
      const weight = midnight ? '600' : undefined
      return label(x, y, text, {
        'text-anchor': anchor,
        'font-size': size,
        fill: theme.muted,
        'font-weight': weight,
      })
    })
    .join('')
}

/** Horizontal hairlines with their numbers to the left, one per tick; `format` makes the words. */
export function valueAxis(
  scale: LinearScale,
  ticks: readonly number[],
  across: readonly [number, number],
  theme: Theme,
  format: (value: number) => string = String,
): string {
  return ticks
    .map((value) => {
      const y = scale.at(value)
      const line = element('path', {
        d: `M${across[0]},${coordinate(y)}H${across[1]}`,
        stroke: theme.grid,
        fill: 'none',
      })
      const words = label(across[0] - 8, y + 4, format(value), {
        'text-anchor': 'end',
        'font-size': 12,
        fill: theme.muted,
      })
      return line + words
    })
    .join('')
}
