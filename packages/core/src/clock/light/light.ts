/** What a number of lux measures. Models of the 1999-2013 kind take photopic lux. */
export type LightUnit = 'photopicLux' | 'melanopicEdiLux'

/**
 * Light at the eye on a regular grid: sample i is held over the step that ends at `startH + i *
 * dtH` (as the golden trajectories have it). Lux >= 0; NaN = unknown, an explicit gap.
 */
export type LightSeries = {
  readonly unit: LightUnit
  readonly dtH: number
  readonly lux: Float64Array
}

/** Lux above this is not light at an eye: the sun at noon in snow is below it. */
export const MOST_LUX = 200_000
