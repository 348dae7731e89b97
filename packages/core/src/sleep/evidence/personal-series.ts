import type { Provenance } from './sleep-episode.ts'

/** What a series measures; its unit is fixed by its kind. */
export type SeriesKind =
  /** Counts of a wrist actigraph per sample, in the device's own unit. */
  | 'activityCounts'
  /** Steps taken since the previous sample. */
  | 'steps'
  /** Beats per minute. */
  | 'heartRateBpm'
  /** Heart-rate variability, SDNN or RMSSD as the source says, ms. */
  | 'heartRateVariabilityMs'
  /** Photopic illuminance, lux. */
  | 'photopicLux'
  /** Melanopic equivalent daylight illuminance (CIE S 026), lux. */
  | 'melanopicEdiLux'
  /** Skin temperature, degrees Celsius. */
  | 'skinTemperatureC'
  /** 1 worn, 0 not worn. */
  | 'worn'

/**
 * Values at moments, in columns: `values[i]` holds from `timesMs[i]`; times ascend; NaN = missing.
 */
export type PersonalSeries = {
  readonly kind: SeriesKind
  readonly source: string
  readonly provenance: Provenance
  /** ms since 1970-01-01T00:00:00Z. */
  readonly timesMs: Float64Array
  readonly values: Float32Array
  /** Seconds between samples where they are regular; undefined where they are not. */
  readonly epochS?: number | undefined
}
