import type { ClockFit } from '@nocturne/core/clock'
import type { Pictures } from './clock-messages.ts'

/** The picture of a clock, for a desk and for a phone. */
export function clockPictures(_fit: ClockFit): Pictures {
  return { wide: '', narrow: '' }
}
