import { coordinate, element, type LinearScale, label, type Theme } from '../../figure/index.ts'
import { clockTimeOf } from '../fit/clock-document.ts'
import type { Interval80 } from '../fit/clock-posterior.ts'

/** What every part of the picture shares: hours across, colours, layout. */
export type ClockFrame = {
  /** Hours from the midnight before waking to the drawing. */
  readonly x: LinearScale
  readonly theme: Theme
  readonly layout: 'wide' | 'narrow'
}

/** A part of the picture and how high it is. */
export type ClockPanel = { readonly height: number; readonly markup: string }

/** Hours across: noon to noon for most. */
export const HOURS = 24

/** Hairlines and clock times every three (narrow: six) hours over `height`, the words above. */
export function hourAxis({ x, theme, layout }: ClockFrame, height: number): string {
  const every = layout === 'wide' ? 3 : 6
  const [from, to] = x.domain
  let markup = ''
  for (let hour = Math.ceil(from / every) * every; hour <= to; hour += every) {
    const at = x.at(hour)
    const midnight = hour % 24 === 0
    markup += element('path', {
      d: `M${coordinate(at)},0V${coordinate(height)}`,
      stroke: midnight ? theme.muted : theme.grid,
      'stroke-dasharray': midnight ? '2 3' : undefined,
      fill: 'none',
    })
    const anchor = at < x.range[0] + 12 ? 'start' : at > x.range[1] - 12 ? 'end' : 'middle'
    const size = { 'font-size': 11, fill: theme.muted, 'text-anchor': anchor }
    markup += label(at, -4, clockTimeOf(hour).text, size)
  }
  return markup
}

/** A band from lo80 to hi80 with a mark at the median, cut at the ends of the axis. */
export function phaseBand(
  { x }: ClockFrame,
  interval: Interval80,
  colour: string,
  y: number,
  height: number,
): string {
  const [left, right] = x.range
  const inside = (hours: number): number => Math.max(left, Math.min(right, x.at(hours)))
  const [from, to] = [inside(interval.lo80), inside(interval.hi80)]
  const band =
    to > from
      ? element('rect', { x: from, y, width: to - from, height, fill: colour, opacity: 0.22 })
      : ''
  const middle = x.at(interval.median)
  if (middle < left || middle > right) return band
  const mark = { x: middle - 1.25, y: y - 1, width: 2.5, height: height + 2, fill: colour }
  return band + element('rect', mark)
}
