import { type ClockFit, clockFigure } from '@nocturne/core/clock'
import type { Pictures } from './clock-messages.ts'

/** The picture of a clock, for a desk and for a phone, in the page's colours. */
export function clockPictures(fit: ClockFit): Pictures {
  const draw = (layout: 'wide' | 'narrow'): string =>
    clockFigure(fit, { theme: 'page', id: 'clock-picture', layout })
  return { wide: draw('wide'), narrow: draw('narrow') }
}
