import { coordinate, element, label, svgDocument, themeOf } from '../../figure/index.ts'
import { cos, sin } from '../../math/elementary.ts'
import type { NightCoupling } from '../night/night.ts'
import type { FigureOptions } from './frame.ts'

const RADIUS = 74

/**
 * Where on the slow wave the spindles peak: an arrow on a circle, its direction the mean phase
 * (up-state peak at the top, clockwise), its length the mean resultant from 0 at the centre to 1 at
 * the rim.
 */
export function couplingFigure(coupling: NightCoupling, options: FigureOptions = {}): string {
  const theme = themeOf(options.theme ?? 'page')
  const [width, height, cx, cy] = [260, 220, 130, 112]
  const tip = (r: number, angle: number): string =>
    `${coordinate(cx + r * sin(angle))},${coordinate(cy - r * cos(angle))}`
  const { meanPhaseRad, resultant, n } = coupling
  const length = Math.max(0, Math.min(1, resultant)) * RADIUS
  const known = Number.isFinite(meanPhaseRad) && Number.isFinite(length)
  const arrow = known
    ? [
        element('path', {
          d: `M${cx},${cy}L${tip(length, meanPhaseRad)}`,
          stroke: theme.accent,
          'stroke-width': 4,
          'stroke-linecap': 'round',
        }),
        element('circle', { cx, cy, r: 3, fill: theme.accent }),
      ]
    : []
  const rings = [0.25, 0.5, 0.75, 1].map((r) =>
    element('circle', { cx, cy, r: r * RADIUS, fill: 'none', stroke: theme.grid }),
  )
  const words = { 'text-anchor': 'middle', 'font-size': 11.5, fill: theme.muted }
  const degrees = Math.round((meanPhaseRad * 180) / Math.PI)
  return svgDocument({
    id: options.id ?? 'coupling',
    width,
    height,
    title: 'Spindles on the slow wave',
    description: known
      ? `Mean phase ${degrees} degrees, resultant ${resultant.toFixed(2)}, ${n} spindles.`
      : 'No mean phase: too few spindles on slow waves.',
    theme,
    children: [
      ...rings,
      ...arrow,
      label(cx, cy - RADIUS - 10, 'up-state peak', words),
      label(cx, cy + RADIUS + 20, 'trough', words),
      label(cx + RADIUS + 6, cy + 4, 'falling', { ...words, 'text-anchor': 'start' }),
      label(cx - RADIUS - 6, cy + 4, 'rising', { ...words, 'text-anchor': 'end' }),
    ],
  })
}
