import { atan2, cos, sin } from '../../math/elementary.ts'
import { hourOfDayAt, type TimeZone } from '../../math/time-zone.ts'
import type { RegularEpochs } from './regular-epochs.ts'

const RADIANS_PER_HOUR = Math.PI / 12

/** How long and when light was above a threshold. */
export type LightAbove = {
  readonly threshold: number
  /** Hours a day above it: share of the known epochs, times 24. NaN where none is known. */
  readonly hoursPerDay: number
  /**
   * Mean clock of the epochs above it, decimal hours 0 to 24, as a direction on the 24-h circle, so
   * that light after midnight does not pull the mean to noon (Reid et al. 2014, PLoS One 9:e92251,
   * took the arithmetic mean from midnight). NaN where there is none.
   */
  readonly meanTimeH: number
  /** Length of the mean direction: 1 always at one time, 0 at every time alike. */
  readonly concentration: number
}

/** Time above a threshold of light and its mean timing; missing epochs are left out. */
export function lightAbove(light: RegularEpochs, threshold: number, zone: TimeZone): LightAbove {
  let known = 0
  let above = 0
  let x = 0
  let y = 0
  for (let i = 0; i < light.values.length; i++) {
    const lux = light.values[i]!
    if (Number.isNaN(lux)) continue
    known++
    if (lux <= threshold) continue
    above++
    const hour = hourOfDayAt(zone, light.startMs + (i + 0.5) * light.epochS * 1000)
    x += cos(hour * RADIANS_PER_HOUR)
    y += sin(hour * RADIANS_PER_HOUR)
  }
  const hour = atan2(y, x) / RADIANS_PER_HOUR
  return {
    threshold,
    hoursPerDay: (24 * above) / known,
    meanTimeH: above === 0 ? Number.NaN : hour < 0 ? hour + 24 : hour,
    concentration: Math.sqrt(x * x + y * y) / above,
  }
}
